// The verbs that manage children: what they print, how they end, and what they say instead of what cannot be
// done.
#include <catch2/catch.hpp>

#include "supervisor/cli/commands.hpp"
#include "tests/e2e/managed.hpp"

namespace ninelives::test {
namespace {

using namespace std::chrono_literals;
using supervisor::exit_failed;
using supervisor::exit_not_running;
using supervisor::exit_ok;
using supervisor::exit_usage;

void check_quiet(const Ended& ended) {
  CHECK(ended.err == "");
  CHECK(ended.out == "");
  CHECK(ended.code == exit_ok);
}

void check_says(const Ended& ended, const std::string& out) {
  CHECK(ended.err == "");
  CHECK(ended.out == out);
  CHECK(ended.code == exit_ok);
}

// One line on stderr with these words, and nothing on stdout.
void check_refused(const Ended& ended, int code, const std::vector<std::string>& words) {
  CAPTURE(ended.out, ended.err);
  CHECK(ended.code == code);
  CHECK(ended.out == "");
  CHECK(lines_of(ended.err).size() == 1);
  for (const std::string& each : words) CHECK_THAT(ended.err, Catch::Contains(each));
}

// With a child "a", a moody worker, besides the one that is always there.
struct Shell : Managed {
  explicit Shell(const std::string& named = "top") : Managed(named) {
    sandbox.write("a.toml", worker("a", {test_program("moody"), "mood"}));
  }
  std::string file() const { return sandbox / "a.toml"; }
  // As it is typed.
  std::string above() const { return supervisor.empty() ? "/" : supervisor; }
  std::string a() const { return name("a"); }

  Ended start_child() const { return ninelives({"start-child", above(), file()}); }
};

}  // namespace

TEST_CASE("a child is started, stopped, started, restarted, looked at and deleted from the shell") {
  const Shell test(GENERATE("", "top"));
  check_says(test.start_child(), test.a() + "\n");
  const Pid first = whereis<MoodyApi>(test.a()).pid().value();
  check_quiet(test.ninelives({"stop", test.a()}));
  CHECK(test.running.child(test.a()).state == "stopped");
  check_quiet(test.ninelives({"stop", test.a()}));
  check_quiet(test.ninelives({"start", test.a()}));
  check_quiet(test.ninelives({"restart", test.a()}));
  CHECK(whereis<MoodyApi>(test.a()).pid().value() == Pid{first.slot, first.incarnation + 2});
  check_quiet(test.ninelives({"stop", test.a()}));
  check_quiet(test.ninelives({"restart", test.a()}));
  check_quiet(test.ninelives({"stop", test.a()}));
  check_quiet(test.ninelives({"delete-child", test.a()}));
  check_refused(test.ninelives({"start", test.a()}), exit_failed,
                {"node n has no \"" + test.a() + '"', "`ninelives ls`"});
}

TEST_CASE("what cannot be done with a child is said in one line with what can") {
  const Shell test(GENERATE("", "top"));
  REQUIRE(test.start_child().code == exit_ok);
  const std::string quoted = '"' + test.a() + '"';
  SECTION("it runs") {
    check_refused(test.start_child(), exit_failed, {quoted + " runs already, as <"});
    check_refused(test.ninelives({"start", test.a()}), exit_failed,
                  {quoted + " is running", "`ninelives restart " + test.a() + '`'});
    check_refused(test.ninelives({"delete-child", test.a()}), exit_failed,
                  {quoted + " is running", "`ninelives stop " + test.a() + '`'});
  }
  SECTION("it is stopped") {
    REQUIRE(test.ninelives({"stop", test.a()}).code == exit_ok);
    check_refused(test.start_child(), exit_failed,
                  {quoted + " is there already", "`ninelives start " + test.a() + '`',
                   "`ninelives delete-child " + test.a() + '`'});
    check_refused(test.ninelives({"kill", test.a()}), exit_failed, {quoted + " is stopped"});
  }
  SECTION("it cannot start") {
    test.mood("fail");
    check_refused(test.ninelives({"restart", test.a()}), exit_failed,
                  {quoted + " did not start: error(\"in no mood\")"});
    check_refused(test.ninelives({"start", test.a()}), exit_failed, {quoted + " did not start: "});
    check_quiet(test.ninelives({"delete-child", test.a()}));
    check_refused(test.start_child(), exit_failed, {quoted + " did not start: "});
  }
  SECTION("its name is misspelt") {
    for (const char* verb : {"stop", "start", "restart", "delete-child", "get-childspec", "kill", "status"}) {
      CAPTURE(verb);
      check_refused(test.ninelives({verb, test.a() + "a"}), exit_failed, {"did you mean " + quoted + "?"});
    }
  }
  SECTION("it is no supervisor") {
    for (const char* verb : {"which-children", "count-children", "start-child"}) {
      CAPTURE(verb);
      std::vector<std::string> arguments{verb, test.a()};
      if (arguments.front() == "start-child") arguments.push_back(test.file());
      check_refused(test.ninelives(arguments), exit_failed, {quoted + " is a worker, and no supervisor"});
    }
  }
}

TEST_CASE("a child that is being restarted can only be stopped") {
  const Shell test;
  test.sandbox.write(
      "a.toml", worker("a", {test_program("moody"), "mood"}, "backoff = { first = \"1h\", max = \"1h\" }"));
  REQUIRE(test.start_child().code == exit_ok);
  check_quiet(test.ninelives({"kill", "top/a"}));
  test.running.wait_for_state("top/a", "restarting");
  for (const char* verb : {"start", "delete-child"}) {
    check_refused(test.ninelives({verb, "top/a"}), exit_failed,
                  {"\"top/a\" is being restarted", "`ninelives stop top/a`"});
  }
  CHECK(test.ninelives({"status", "top/a"}).code == exit_not_running);
  check_quiet(test.ninelives({"stop", "top/a"}));
  CHECK(test.running.child("top/a").state == "stopped");
}

TEST_CASE("restart refuses a temporary child before it stops it") {
  const Shell test;
  test.sandbox.write("a.toml", worker("a", {test_program("moody"), "mood"}, R"(restart = "temporary")"));
  REQUIRE(test.start_child().code == exit_ok);
  check_refused(test.ninelives({"restart", "top/a"}), exit_failed,
                {"\"top/a\" is temporary", "`ninelives get-childspec top/a`"});
  CHECK(test.running.child("top/a").state == "running");
  check_quiet(test.ninelives({"stop", "top/a"}));
}

TEST_CASE("stop and start return when it has happened, and with a time-out earlier") {
  const Shell test;
  REQUIRE(test.start_child().code == exit_ok);
  test.make_pipe("stop");
  Program stop(test.sandbox.ninelives_plan({"stop", "top/a"}));
  test.wait_at("stop");
  check_refused(test.ninelives({"stop", "top/a", "--timeout", "20ms"}), exit_failed,
                {"timeout: \"top\" did not reply in time"});
  CHECK_FALSE(stop.ends_within(0ms));
  test.go_on("stop");
  check_quiet(stop.wait());

  test.make_pipe("start");
  test.mood("slow");
  Program start(test.sandbox.ninelives_plan({"start", "top/a"}));
  test.wait_at("start");
  CHECK(test.ninelives({"status", "top/a"}).code == exit_not_running);
  check_says(test.ninelives({"count-children", "top"}),
             "specs        2\nactive       2\nsupervisors  0\nworkers      2\n");
  CHECK_FALSE(start.ends_within(0ms));
  test.go_on("start");
  check_quiet(start.wait());
  CHECK(test.ninelives({"status", "top/a"}).code == exit_ok);
}

TEST_CASE("what init says is printed, and that it has nothing to do is said") {
  const Shell test;
  test.mood("info port=4711");
  check_says(test.start_child(), "top/a\nport=4711\n");
  check_says(test.ninelives({"restart", "top/a"}), "port=4711\n");
  REQUIRE(test.ninelives({"stop", "top/a"}).code == exit_ok);
  const Ended json = test.ninelives({"start", "top/a", "--json"});
  CHECK_THAT(json.out, Catch::Contains(R"("name":"top/a","info":"port=4711")"));
  test.mood("ignore");
  check_refused(test.ninelives({"restart", "top/a"}), exit_ok, {"nothing to do", "does not run"});
  CHECK(test.running.child("top/a").state == "stopped");
}

TEST_CASE("the spec of a new child comes from a file or from stdin, and its faults have their places") {
  const Shell test;
  const auto from_stdin = [&](const std::string& text) {
    const auto file = test.sandbox.write("typed", text);
    const auto plan = test.sandbox.ninelives_plan({"start-child", "top"});
    std::string line = "exec \"$@\" < \"$0\"";
    std::vector<std::string> command{"/bin/sh", "-c", line, file.string()};
    command.insert(command.end(), plan.command.begin(), plan.command.end());
    return run_to_end({.command = command});
  };
  check_says(from_stdin(sleeper("b")), "top/b\n");
  check_refused(from_stdin("[[child]]\nid = \"c\"\ncomand = [\"sleep\"]\n"), exit_usage,
                {"stdin:3:1: unknown key \"comand\"; did you mean \"command\"?"});
  check_refused(from_stdin(""), exit_usage, {"stdin:1:1: "});
  test.sandbox.write("a.toml", "[[child]]\nid = \"a\"\n");
  check_refused(test.start_child(), exit_usage, {"a.toml:1:", "command"});
  check_refused(test.ninelives({"start-child", "top", test.sandbox / "missing.toml"}), exit_usage,
                {"missing.toml", "No such file"});
  check_refused(test.ninelives({"start-child"}), exit_usage, {"SUPERVISOR is required"});
}

TEST_CASE("a spec that is printed can be started again elsewhere") {
  const Shell test;
  test.sandbox.write(
      "a.toml",
      supervisor("a", {worker("b", {test_program("moody"), "mood"}, "environment = { COLOUR = \"black\" }")},
                 R"(strategy = "rest_for_one")"));
  REQUIRE(test.start_child().code == exit_ok);
  const Ended printed = test.ninelives({"get-childspec", "top/a"});
  CHECK_THAT(printed.out, Catch::StartsWith("[[child]]\nid = \"a\"\n"));
  const auto spec = test.top.get_childspec("a").value();
  const auto copy = test.sandbox.write("copy.toml", printed.out);
  REQUIRE(test.ninelives({"stop", "top/a"}).code == exit_ok);
  check_says(test.ninelives({"start-child", "/", copy}), "a\n");
  CHECK(Supervisor().get_childspec("a").value() == spec);
  CHECK_THAT(test.ninelives({"get-childspec", "a", "--json"}).out,
             Catch::StartsWith(R"({"id":"a","name":null,"via":null,"type":"supervisor",)"));
}

TEST_CASE("supervisors tell their children and how many they are") {
  const Shell test;
  REQUIRE(test.start_child().code == exit_ok);
  const Pid a = whereis<MoodyApi>("top/a").pid().value();
  const auto lines = lines_of(test.ninelives({"which-children", "top"}).out);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "ID     NAME       TYPE     PROCESS  PID");
  CHECK(lines[1] == "a      top/a      worker   present  " + to_string(a));
  CHECK_THAT(lines[2], Catch::StartsWith("other  top/other  program  present  <"));
  CHECK_THAT(
      test.ninelives({"which-children", "top", "--json"}).out,
      Catch::StartsWith(R"([{"id":"a","name":"top/a","type":"worker","process":"present","pid":{"slot":)"));
  const std::string root_counts = "specs        2\nactive       2\nsupervisors  1\nworkers      1\n";
  check_says(test.ninelives({"count-children"}), root_counts);
  check_says(test.ninelives({"count-children", "/"}), root_counts);
  check_says(test.ninelives({"count-children", "top", "--json"}),
             R"({"specs":2,"active":2,"supervisors":0,"workers":2})"
             "\n");
}

TEST_CASE("ls shows the tree, and status all of one child, also while the root is stopped") {
  Shell test;
  REQUIRE(test.start_child().code == exit_ok);
  check_quiet(test.ninelives({"kill", "top/a"}));
  test.running.events().wait_for("started", "top/a", 2);
  test.running.root().signal(SIGSTOP);
  const auto tree = lines_of(test.ninelives({"ls"}).out);
  const Ended status = test.ninelives({"status", "top/a"});
  const Ended json = test.ninelives({"status", "top/a", "--json"});
  const Ended listed = test.ninelives({"ls", "--json"});
  test.running.root().signal(SIGCONT);

  REQUIRE(tree.size() == 5);
  CHECK_THAT(tree[0], Catch::StartsWith("NAME") && Catch::Contains("TYPE") && Catch::EndsWith("LAST-EXIT"));
  CHECK_THAT(tree[1], Catch::StartsWith("elsewhere    program     running"));
  CHECK_THAT(tree[2], Catch::StartsWith("top          supervisor  running"));
  CHECK_THAT(tree[3], Catch::StartsWith("  top/other  program     running"));
  CHECK_THAT(tree[4], Catch::StartsWith("  top/a      worker      running") && Catch::EndsWith("signal(9)"));

  CHECK(status.code == exit_ok);
  const auto lines = lines_of(status.out);
  REQUIRE(lines.size() == 10);
  CHECK(lines[0] == "name        top/a");
  CHECK(lines[2] == "supervisor  top");
  CHECK_THAT(lines[3], Catch::StartsWith("state       running, for "));
  CHECK(lines[6] == "restarts    1");
  CHECK_THAT(lines[7], Catch::StartsWith("doing "));
  CHECK_THAT(lines[8], Catch::StartsWith("messages "));
  CHECK_THAT(lines[9], Catch::StartsWith("ended       <") && Catch::EndsWith(".1>: signal(9)"));
  CHECK_THAT(json.out, Catch::Contains(R"("supervisor":"top")") &&
                           Catch::Contains(R"x("ended":[{"incarnation":1,"reason":"signal(9)"}])x"));
  CHECK_THAT(listed.out, Catch::Contains(R"("supervisor":null)") && Catch::Contains(R"("supervisor":"top")"));
}

TEST_CASE("kill sends any signal to a child's process, and its supervisor does the rest") {
  const Shell test;
  REQUIRE(test.start_child().code == exit_ok);
  const auto [typed, reason] = GENERATE(table<std::string, std::string>(
      {{"", "signal(9)"}, {"TERM", "signal(15)"}, {"sigusr1", "signal(10)"}, {"2", "signal(2)"}}));
  CAPTURE(typed);
  check_quiet(typed.empty() ? test.ninelives({"kill", "top/a"})
                            : test.ninelives({"kill", "top/a", "-s", typed}));
  CHECK(test.running.events().wait_for("exited", "top/a").reason == reason);
  test.running.events().wait_for("started", "top/a", 2);
  check_refused(test.ninelives({"kill", "top/a", "-s", "LEFT"}), exit_usage, {"\"LEFT\" is no signal"});
}

TEST_CASE("a supervisor that is shot comes back with all that its spec has") {
  const Shell test;
  REQUIRE(test.start_child().code == exit_ok);
  check_quiet(test.ninelives({"kill", "top"}));
  test.running.events().wait_for("started", "top", 2);
  check_refused(test.ninelives({"status", "top/a"}), exit_failed, {"has no \"top/a\""});
  CHECK(test.ninelives({"status", "top/other"}).code == exit_ok);
}

TEST_CASE("children of a template come and go by their arguments and their names") {
  const Managed test("pool", "strategy = \"simple_one_for_one\"",
                     {worker("moody", {test_program("moody"), "mood"})});
  check_says(test.ninelives({"start-child", "pool", "--", "--name", "cat"}), "pool/moody:1\n");
  check_says(test.ninelives({"start-child", "pool", "--"}), "pool/moody:2\n");
  check_says(test.ninelives({"call", "pool/moody:1", "arguments"}), "[\"mood\",\"--name\",\"cat\"]\n");
  check_says(test.ninelives({"count-children", "pool"}),
             "specs        1\nactive       2\nsupervisors  0\nworkers      2\n");
  CHECK_THAT(test.ninelives({"get-childspec", "pool/moody:1"}).out, Catch::Contains("id = \"moody\""));
  check_refused(
      test.ninelives({"start-child", "pool", test.sandbox.write("a.toml", sleeper("a"))}), exit_failed,
      {"\"pool\" makes its children from its template", "`ninelives start-child pool -- ARGUMENT...`"});
  for (const char* verb : {"start", "restart", "delete-child"}) {
    check_refused(test.ninelives({verb, "pool/moody:1"}), exit_failed,
                  {"\"pool/moody:1\" is a child of a dynamic supervisor", "`ninelives start-child pool`"});
  }
  test.mood("fail");
  check_refused(test.ninelives({"start-child", "pool", "--"}), exit_failed,
                {"the new child of \"pool\" did not start: error(\"in no mood\")"});
  check_quiet(test.ninelives({"stop", "pool/moody:1"}));
  check_refused(test.ninelives({"stop", "pool/moody:1"}), exit_failed, {"has no \"pool/moody:1\""});
  check_quiet(test.ninelives({"stop", "pool/moody:2"}));
}

TEST_CASE("children of a dynamic supervisor come from specs, as many as it takes") {
  const Managed test("pool", "dynamic = true\nmax_children = 1\nintensity = 1000000", {});
  const std::string file = test.sandbox.write("a.toml", worker("a", {test_program("moody"), "mood"}));
  check_says(test.ninelives({"start-child", "pool", file}), "pool/a:1\n");
  check_refused(test.ninelives({"start-child", "pool", file}), exit_failed,
                {"\"pool\" has as many children as its max_children allows"});
  check_refused(test.ninelives({"start-child", "pool", "--", "x"}), exit_failed,
                {"\"pool\" has no template", "`ninelives start-child pool FILE`"});
  SECTION("and are stopped") { check_quiet(test.ninelives({"stop", "pool/a:1"})); }
  SECTION("and are stopped while they are being restarted") {
    test.mood("fail");
    check_quiet(test.ninelives({"kill", "pool/a:1"}));
    test.running.events().wait_for("restarting", "pool/a:1", 3);
    CHECK(wait_until([&] { return test.ninelives({"stop", "pool/a:1"}).code == exit_ok; }));
    test.mood("");
  }
  check_says(test.ninelives({"start-child", "pool", file}), "pool/a:2\n");
}

}  // namespace ninelives::test
