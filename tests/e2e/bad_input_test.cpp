// Mistakes that people make at the command line and in tree files: each is answered by one line that says
// what to do.
#include <catch2/catch.hpp>
#include <sys/stat.h>

#include "tests/support/running_node.hpp"
#include "tests/support/trees.hpp"

namespace ninelives::test {
namespace {

constexpr int failed = 1;
constexpr int faulty = 2;  // nothing was tried

// Exactly one line on stderr, nothing on stdout, in which each of these stands.
void check_one_line(const Ended& ended, int code, const std::vector<std::string>& says) {
  CAPTURE(ended.out, ended.err);
  CHECK(ended.signal == 0);
  CHECK(ended.code == code);
  CHECK(ended.out == "");
  CHECK(ended.err.ends_with('\n'));
  CHECK(lines_of(ended.err).size() == 1);
  for (const std::string& words : says) CHECK_THAT(ended.err, Catch::Contains(words));
}

// A talker, a leaver and a program.
struct Running {
  Sandbox sandbox;
  RunningNode node{sandbox, tree_of({worker("talker", {test_program("talker")}),
                                     worker("leaver", {test_program("leaver")}), sleeper("ticker")})};
  Running() { node.wait_for_start("ticker"); }
  Ended ninelives(const std::vector<std::string>& arguments) const { return sandbox.ninelives(arguments); }
};

}  // namespace

TEST_CASE("a faulty tree file is refused in one line with its place and a way out") {
  const auto [tree, says] = GENERATE(table<std::string, std::string>({
      {"node = \"n\"\n[[child]]\nid = \"a\"\ncomand = [\"sleep\"]\n",
       "tree.toml:4:1: unknown key \"comand\"; did you mean \"command\"?"},
      {"node = \"n\"\n[supervisor]\nintensity = \"3\"\n[[child]]\nid = \"a\"\ntype = \"program\"\ncommand = "
       "[\"sleep\"]\n",
       "tree.toml:3:13: \"intensity\" must be"},
      {"node = \"n\"\n[[child]]\nid = \"a\"\n", "add command = [\"PROGRAM\", \"ARGUMENT\"]"},
      {"node = \"n\"\n[[child]]\nid = \"a\"\ncommand = [\"./plain\"]\n", "is not executable; run: chmod +x"},
      {"node = \"n\"\n[[child]]\nid = \"a\"\ncommand = [\"./missing\"]\n", "no such file"},
      {"node = \"n\"\n", "this tree has no children; add a [[child]]"},
      {"node = \"n\n", "tree.toml:1:"},
      {"node = \"n\"\n[[child]]\nid = \"a\"\ntype = \"supervisor\"\n",
       "\"a\" has no children; add a [[child.child]]"},
      {"node = \"n\"\n[[child]]\nid = \"a\"\ntype = \"supervisor\"\ninclude = \"tree.toml\"\n",
       "tree.toml:5:11: include \"tree.toml\" closes a cycle"},
      {"node = \"n\"\n[[child]]\nid = \"a\"\ntype = \"supervisor\"\ninclude = \"missing.toml\"\n",
       "tree.toml:5:11: include \"missing.toml\": cannot read"},
      {"node = \"n\"\n[[child]]\nid = \"a\"\ntype = \"supervisor\"\ninclude = \"part.toml\"\n",
       "part.toml:2:10: the period is 0s"},
  }));
  const std::string verb = GENERATE("run", "check");
  const Sandbox sandbox;
  sandbox.write("plain", "no program\n");
  sandbox.write("part.toml", "[supervisor]\nperiod = \"0s\"\ndynamic = true\n");
  const auto file = sandbox.write("tree.toml", tree);
  check_one_line(sandbox.ninelives({verb, file.string()}), faulty, {says});
  CHECK(sandbox.node_directories().empty());
}

TEST_CASE("each fault of a tree file has a line of its own") {
  const Sandbox sandbox;
  const auto file = sandbox.write("tree.toml", "");
  const Ended checked = sandbox.ninelives({"check", file.string()});
  CHECK(checked.code == faulty);
  CHECK(lines_of(checked.err).size() == 2);
}

TEST_CASE("of a tree that is fine the children of all levels are counted") {
  const Sandbox sandbox;
  sandbox.write("part.toml", "[supervisor]\ndynamic = true\n");
  const auto file = sandbox.write("tree.toml", R"(node = "n"
[[child]]
id = "a"
type = "supervisor"
[[child.child]]
id = "b"
type = "supervisor"
include = "part.toml"
)");
  const Ended checked = sandbox.ninelives({"check", file.string()});
  CHECK(checked.code == 0);
  CHECK(checked.err == "");
  CHECK(checked.out == file.string() + ": fine: node n, 2 children\n");
}

TEST_CASE("a tree file that does not exist is refused in one line") {
  const Sandbox sandbox;
  const std::string verb = GENERATE("run", "check");
  check_one_line(sandbox.ninelives({verb, sandbox / "missing.toml"}), faulty,
                 {"missing.toml", "No such file"});
}

TEST_CASE("an event file in a directory that does not exist is refused in one line") {
  const Sandbox sandbox;
  const auto file = sandbox.write("tree.toml", tree_of({sleeper("sleeper")}));
  check_one_line(sandbox.ninelives({"run", file.string(), "--events", sandbox / "missing" / "events"}),
                 faulty, {"cannot write events to", "No such file"});
  CHECK(sandbox.node_directories().empty());
}

TEST_CASE("a directory of nodes that this user may not enter is named in one line") {
  const Sandbox sandbox;
  const auto tree = sandbox.write("tree.toml", tree_of({sleeper("sleeper")}));
  const auto locked = sandbox / "locked";
  std::filesystem::create_directory(locked);
  const bool is_root = ::geteuid() == 0;
  constexpr uid_t nobody = 65534;
  // Root may enter everything, so that for root it takes somebody else.
  ::chmod((sandbox / "").c_str(), 0755);
  ::chmod(locked.c_str(), is_root ? 0700 : 0000);
  const std::vector<std::string> arguments = GENERATE_COPY(
      values<std::vector<std::string>>({{"run", tree.string()}, {"ls"}, {"call", "a", "b"}, {"stop"}}));
  CAPTURE(arguments);
  auto plan = sandbox.ninelives_plan(arguments);
  plan.environment = {{"NINELIVES_DIR", locked / "nodes"}};
  if (is_root) plan.user = nobody;
  const Ended ended = run_to_end(plan);
  ::chmod(locked.c_str(), 0700);
  check_one_line(ended, failed, {(locked / "nodes").string(), "Permission denied"});
}

TEST_CASE("a verb or an option that does not exist is refused") {
  const Sandbox sandbox;
  const std::vector<std::string> arguments =
      GENERATE(values<std::vector<std::string>>({{"rum"},
                                                 {"ls", "--jsno"},
                                                 {"run"},
                                                 {"call", "talker"},
                                                 {"call", "a", "b", "{}", "--timeout", "5"},
                                                 {"kill", "a", "-s", "NINE"},
                                                 {"which-children", "--", "a", "b"}}));
  CAPTURE(arguments);
  check_one_line(sandbox.ninelives(arguments), faulty, {});
}

TEST_CASE("without a verb the command shows how it is used") {
  const Sandbox sandbox;
  const Ended ended = sandbox.ninelives({});
  CHECK(ended.code == faulty);
  CHECK_THAT(ended.err,
             Catch::Contains("Usage: ninelives") && Catch::Contains("run") && Catch::Contains("call"));
}

TEST_CASE("where no node is running every verb says how to start one") {
  const Sandbox sandbox;
  const std::vector<std::string> arguments =
      GENERATE(values<std::vector<std::string>>({{"ls"},
                                                 {"ls", "--json"},
                                                 {"status", "a"},
                                                 {"call", "a", "b"},
                                                 {"cast", "a", "b"},
                                                 {"stop"},
                                                 {"stop", "a"},
                                                 {"start", "a"},
                                                 {"restart", "a"},
                                                 {"kill", "a"},
                                                 {"start-child", "a", "--", "b"},
                                                 {"delete-child", "a"},
                                                 {"which-children"},
                                                 {"count-children", "a"},
                                                 {"get-childspec", "a"}}));
  CAPTURE(arguments);
  check_one_line(sandbox.ninelives(arguments), failed, {"no node is running", "`ninelives run TREE.toml`"});
}

TEST_CASE("where two nodes are running one must be named") {
  const Sandbox sandbox;
  RunningNode one(sandbox, tree_named("one", {sleeper("sleeper")}));
  RunningNode two(sandbox, tree_named("two", {sleeper("sleeper")}));
  one.wait_for_start("sleeper");
  two.wait_for_start("sleeper");
  const std::vector<std::string> arguments =
      GENERATE(values<std::vector<std::string>>({{"ls"}, {"call", "sleeper", "b"}, {"stop"}}));
  CAPTURE(arguments);
  check_one_line(sandbox.ninelives(arguments), failed, {"several nodes are running", "one", "two"});
  check_one_line(sandbox.ninelives({"ls", "--node", "three"}), failed,
                 {"no node \"three\" is running", "one", "two"});
  CHECK(two.stop().code == 0);
  CHECK(one.child("sleeper").state == "running");
}

TEST_CASE("a message that cannot be sent is refused in one line and everything runs on") {
  const Running test;
  struct Mistake {
    std::vector<std::string> arguments;
    std::vector<std::string> says;
  };
  const std::vector<Mistake> mistakes{
      {{"call", "talkr", "now"}, {"has no \"talkr\"", "did you mean \"talker\"?", "`ninelives ls`"}},
      {{"cast", "talkr", "now"}, {"has no \"talkr\"", "did you mean \"talker\"?"}},
      {{"call", "ticker", "now"}, {"noproc: \"ticker\" is a program: it has no mailbox"}},
      {{"call", "talker", "now", "{\"number\": }"}, {"the message's JSON is faulty: at character 12"}},
      {{"call", "talker", "now", "{}"}, {"bad_message: now: ", "number"}},
      {{"call", "talker", "now", R"({"number": "one"})"}, {"bad_message: now: ", "number"}},
      {{"call", "talker", "now", R"({"number": 1.5})"}, {"bad_message: now: ", "number"}},
      {{"call", "talker", "now", "[1]"}, {"bad_message: now: "}},
      {{"call", "talker", "nwo"}, {"bad_message: not a message of this server: it answers now, later"}},
      {{"call", "talker", "never", "{}", "--timeout", "20ms"}, {"timeout: \"talker\" did not reply in time"}},
      {{"stop", "talkr"}, {"has no \"talkr\"", "did you mean \"talker\"?", "`ninelives ls`"}},
      {{"start", "talkr"}, {"has no \"talkr\"", "did you mean \"talker\"?", "`ninelives ls`"}},
      {{"start", "ticker"}, {"\"ticker\" is running; `ninelives restart ticker`"}},
  };
  for (const Mistake& mistake : mistakes) {
    CAPTURE(mistake.arguments.at(1), mistake.arguments.back().substr(0, 100));
    check_one_line(test.ninelives(mistake.arguments), failed, mistake.says);
  }
  CHECK(test.ninelives({"call", "talker", "now", R"({"number": 1})"}).out == "1\n");
  for (const char* child : {"talker", "leaver", "ticker"}) {
    CHECK(test.node.events().story_of(child) == "starting started");
  }
}

TEST_CASE("a cast that makes no sense is dropped by the worker with one line in the log") {
  Running test;
  CHECK(test.ninelives({"cast", "leaver", "exit", R"({"code": "three"})"}).code == 0);
  CHECK(test.ninelives({"cast", "leaver", "exti"}).code == 0);
  CHECK(wait_until([&] {
    const std::string log = test.node.root().err();
    return log.contains("leaver: dropped a cast: exit: ") &&
           log.contains("leaver: dropped a cast: not a message of this server");
  }));
  CHECK(test.node.events().story_of("leaver") == "starting started");
}

TEST_CASE("a worker that is started by hand says what it is for") {
  const Sandbox sandbox;
  check_one_line(run_to_end({.command = {test_program("talker")}}), faulty,
                 {"ninelives: this is a worker of a supervision tree", "`ninelives run`"});
}

TEST_CASE("a worker that is started by another worker's environment is refused") {
  const Running test;
  const ProgramPlan plan{.command = {test_program("talker")},
                         .environment = {{"NINELIVES_NODE", test.node.directory().string()},
                                         {"NINELIVES_SLOT", "1"},
                                         {"NINELIVES_INCARNATION", "1"}}};
  check_one_line(run_to_end(plan), faulty, {});
  CHECK(test.ninelives({"call", "talker", "now", R"({"number": 1})"}).out == "1\n");
}

}  // namespace ninelives::test
