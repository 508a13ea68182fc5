// Supervisors in supervisors, and what belongs to them. Those from other files: tree_file_include_test.cpp.
#include <catch2/catch.hpp>
#include <chrono>

#include "ipc/layout.hpp"
#include "spec/name.hpp"
#include "tests/supervisor/workshop.hpp"

namespace ninelives::supervisor::test {
namespace {

using namespace std::chrono_literals;

// The keys of the supervisor are in lines from 3, the children behind them.
std::string with_flags(std::string_view lines,
                       std::string_view children = "[[child]]\nid = \"a\"\ncommand = \"./store\"\n") {
  return "node = \"shop\"\n[supervisor]\n" + std::string(lines) + '\n' + std::string(children);
}

// The lines of the child begin in line 4.
std::string with_child(std::string_view lines) {
  return "node = \"shop\"\n[[child]]\nid = \"a\"\n" + std::string(lines) + '\n';
}

TEST_CASE("faults of partitions have their places") {
  const Workshop workshop;
  const std::string template_alone = "[[child]]\ncommand = \"./store\"\n";
  const auto loaded = workshop.load(with_flags("partitions = 4", template_alone));
  REQUIRE(loaded);
  CHECK(loaded->tree.supervisor.partitions == 4);
  check(workshop,
        {{"none",
          with_flags("partitions = 0", template_alone),
          {R"(tree.toml:3:14: there are 0 partitions: it must be from 1 to 1024)"}},
         {"too many",
          with_flags("partitions = 1025", template_alone),
          {R"(tree.toml:3:14: there are 1025 partitions: it must be from 1 to 1024)"}},
         {"half of one",
          with_flags("partitions = 0.5", template_alone),
          {R"(tree.toml:3:14: "partitions" must be an integer, here it is a floating-point number)"}},
         {"with an id",
          with_flags("partitions = 4"),
          {R"(tree.toml:5:6: the partitions are called 0, 1, 2 and so on: leave the id out)"}},
         {"of two",
          with_flags("partitions = 4", template_alone + template_alone),
          {R"(tree.toml:4:1: partitions are made from exactly one child; here are 2)"}},
         {"of a dynamic one",
          with_flags("partitions = 4\ndynamic = true", ""),
          {R"(tree.toml:3:14: partitions are there from the boot on, and no other children are: such a )"
           R"(supervisor is not dynamic)"}}});
}

TEST_CASE("a tree of three levels is read with everything in it") {
  const Workshop workshop;
  const auto loaded = workshop.load(R"(node = "shop"
[supervisor]
strategy      = "rest_for_one"
intensity     = 9
period        = "1min"
auto_shutdown = "all_significant"

[[child]]
id            = "store"
command       = ["./store"]
restart       = "transient"
significant   = true
start_timeout = "10s"
backoff       = { first = "1s", max = "2s", jitter = 0.5, reset = "1h" }

[[child]]
id       = "front"
type     = "supervisor"
strategy = "one_for_all"
shutdown = "1min"
restart  = "temporary"

  [[child.child]]
  id           = "jobs"
  type         = "supervisor"
  dynamic      = true
  max_children = 0
  extra_arguments = ["-v", ""]

  [[child.child]]
  id        = "sessions"
  type      = "supervisor"
  strategy  = "simple_one_for_one"
  intensity = 0
    [[child.child.child]]
    id      = "session"
    command = "./store"
    backoff = { jitter = 1 }

[[child]]
id      = "last"
type    = "supervisor"
child   = []
)");
  REQUIRE(loaded);
  const auto& root = loaded->tree.supervisor;
  CHECK(root.strategy == Strategy::rest_for_one);
  CHECK(root.intensity == 9);
  CHECK(root.period == 1min);
  CHECK(root.auto_shutdown == AutoShutdown::all_significant);
  REQUIRE(root.children.size() == 3);

  const auto& store = root.children[0];
  CHECK(store.significant);
  CHECK(store.start_timeout == 10s);
  CHECK(store.backoff == Backoff{1s, 2s, 0.5, 1h});

  const auto& front = root.children[1];
  CHECK(front.type == ChildType::supervisor);
  CHECK(front.restart == Restart::temporary);
  CHECK(front.shutdown == Shutdown{.timeout = 1min});
  CHECK(front.supervisor.strategy == Strategy::one_for_all);
  REQUIRE(front.supervisor.children.size() == 2);

  const auto& jobs = front.supervisor.children[0].supervisor;
  CHECK(jobs.dynamic);
  CHECK(jobs.max_children == 0);
  CHECK(jobs.extra_arguments == Lines{"-v", ""});
  CHECK(jobs.children.empty());

  const auto& sessions = front.supervisor.children[1].supervisor;
  CHECK(sessions.strategy == Strategy::simple_one_for_one);
  CHECK(sessions.intensity == 0);
  REQUIRE(sessions.children.size() == 1);
  CHECK(sessions.children[0].id == "session");
  CHECK(sessions.children[0].executable == workshop.directory() / "store");
  CHECK(sessions.children[0].backoff == Backoff{.jitter = 1});

  CHECK(root.children[2].supervisor == ninelives::SupervisorSpec{});
}

TEST_CASE("the root may be dynamic, made of one template, or without a child on purpose") {
  const Workshop workshop;
  const auto dynamic = workshop.load("node = \"shop\"\n[supervisor]\ndynamic = true\n");
  REQUIRE(dynamic);
  CHECK(dynamic->tree.supervisor.dynamic);
  const auto simple = workshop.load(with_flags(R"(strategy = "simple_one_for_one")"));
  REQUIRE(simple);
  CHECK(simple->tree.supervisor.strategy == Strategy::simple_one_for_one);
  const auto empty = workshop.load("node = \"shop\"\nchild = []\n");
  REQUIRE(empty);
  CHECK(empty->tree.supervisor.children.empty());
}

TEST_CASE("an executable that is not the first word of the command is named by its path") {
  const Workshop workshop;
  const auto loaded = workshop.load(with_child("command = [\"shop store\"]\nexecutable = \"./store\""));
  REQUIRE(loaded);
  const auto& child = loaded->tree.supervisor.children.at(0);
  CHECK(child.command == Lines{"shop store"});
  CHECK(child.executable == workshop.directory() / "store");
  check(workshop,
        {{"no path",
          with_child("command = \"a\"\nexecutable = \"store\""),
          {R"(tree.toml:5:14: executable "store" is no path; write "./store" or an absolute one)"}},
         {"missing",
          with_child("command = \"a\"\nexecutable = \"./stroe\""),
          {R"(tree.toml:5:14: executable "./stroe": no such file: DIR/stroe)"}},
         {"without a command",
          with_child("executable = \"./store\""),
          {R"(tree.toml:2:1: child "a" has no "command"; add command = ["PROGRAM", "ARGUMENT"])"}}});
}

TEST_CASE("the flags of a supervisor are checked, at the root as below it") {
  const Workshop workshop;
  check(
      workshop,
      {
          {"misspelt auto_shutdown, without consequences",
           with_flags(
               "auto_shutdown = \"any\"",
               "[[child]]\nid = \"a\"\ncommand = \"./store\"\nrestart = \"transient\"\nsignificant = true\n"),
           {R"(tree.toml:3:17: auto_shutdown "any" is unknown; write "never", "any_significant" or )"
            R"("all_significant")"}},
          {"dynamic in quotes, without consequences",
           with_flags("dynamic = \"true\"\nmax_children = 3", ""),
           {R"(tree.toml:3:11: "dynamic" must be true or false, here it is a string)"}},
          {"misspelt strategy, without consequences",
           with_flags(R"(strategy = "simple_one_for_on")", ""),
           {R"(tree.toml:3:12: strategy "simple_one_for_on" is unknown; did you mean "simple_one_for_one"?)"}},
          {"a template is missing",
           with_flags(R"(strategy = "simple_one_for_one")", ""),
           {R"(tree.toml:3:12: simple_one_for_one has exactly one child, the template; here are 0)"}},
          {"two templates",
           with_flags(R"(strategy = "simple_one_for_one")",
                      "[[child]]\nid = \"a\"\ncommand = \"./store\"\n[[child]]\nid = \"b\"\ncommand = "
                      "\"./store\"\n"),
           {R"(tree.toml:4:1: simple_one_for_one has exactly one child, the template; here are 2)"}},
          {"a dynamic one with everything that it has not",
           with_flags("dynamic = true\nstrategy = \"one_for_all\"\nauto_shutdown = \"any_significant\""),
           {R"(tree.toml:4:12: a dynamic supervisor's strategy is one_for_one, not one_for_all)",
            R"(tree.toml:5:17: a dynamic supervisor has no auto_shutdown)",
            R"(tree.toml:6:1: a dynamic supervisor has no children at boot: they come by start_child)"}},
          {"what is for dynamic ones",
           with_flags("max_children = 1\nextra_arguments = [\"-v\"]"),
           {R"(tree.toml:3:16: max_children is for dynamic supervisors)",
            R"(tree.toml:4:19: extra_arguments are for dynamic supervisors)"}},
          {"faulty numbers and words",
           with_flags("dynamic = true\nmax_children = -1\nextra_arguments = [1, \"\\u0000\"]", ""),
           {R"(tree.toml:4:16: "max_children" must be from 0 to 4294967295, here it is -1)",
            R"(tree.toml:5:20: "extra_arguments" must be an array of strings, here is an integer)",
            R"(tree.toml:5:23: "extra_arguments" may not contain a NUL character)"}},
          {"below the root",
           with_child(
               "type = \"supervisor\"\nperiod = \"0s\"\nstrategy = \"all\"\nmax_children = 2\nchild = []"),
           {R"(tree.toml:5:10: the period is 0s: it must be longer than 0)",
            R"(tree.toml:6:12: strategy "all" is unknown; write "one_for_one", "rest_for_one", "one_for_all" )"
            R"(or "simple_one_for_one")",
            R"(tree.toml:7:16: max_children is for dynamic supervisors)"}},
      });
}

TEST_CASE("what a child says about its restarts and its end is checked") {
  const Workshop workshop;
  const auto child = [](std::string_view lines) {
    return with_child("command = \"./store\"\n" + std::string(lines));
  };
  check(
      workshop,
      {
          {"significant, permanent, and under a supervisor that does not care",
           child("significant = true"),
           {R"(tree.toml:5:15: a permanent child cannot be significant: it never ends by itself for good)",
            R"(tree.toml:5:15: a child is significant only where auto_shutdown is not never)"}},
          {"significant, misspelt restart",
           with_flags(
               "auto_shutdown = \"any_significant\"",
               "[[child]]\nid = \"a\"\ncommand = \"./store\"\nrestart = \"transent\"\nsignificant = true\n"),
           {R"(tree.toml:7:11: restart "transent" is unknown; did you mean "transient"?)"}},
          {"significant in quotes",
           child("significant = \"true\""),
           {R"(tree.toml:5:15: "significant" must be true or false, here it is a string)"}},
          {"no start timeout at all",
           child("start_timeout = \"0s\""),
           {R"(tree.toml:5:17: the start timeout is 0s: it must be longer than 0)"}},
          {"start timeout as a number",
           child("start_timeout = 10"),
           {R"(tree.toml:5:17: "start_timeout" must be a duration such as "5s", here it is an integer)"}},
          {"backoff as a duration",
           child("backoff = \"1s\""),
           {R"(tree.toml:5:11: "backoff" must be a table such as { first = "100ms", max = "30s" }, here it is )"
            R"(a string)"}},
          {"faulty values in a backoff",
           child("backoff = { first = 1, max = \"1\", jitter = \"0.1\", reset = \"-1s\" }"),
           {R"(tree.toml:5:21: "first" must be a duration such as "5s", here it is an integer)",
            R"(tree.toml:5:30: max "1" has no unit; write "1s")",
            R"(tree.toml:5:44: "jitter" must be a number, here it is a string)",
            R"(tree.toml:5:59: reset "-1s" is negative; a duration is "0s" or longer)"}},
          {"impossible values in a backoff",
           child("backoff = { first = \"0s\", jitter = 2, delay = \"1s\" }"),
           {R"(tree.toml:5:21: the first backoff is 0s: it must be longer than 0)",
            R"(tree.toml:5:36: the jitter of a backoff is from 0 to 1)",
            R"(tree.toml:5:39: unknown key "delay"; the keys of backoff are "first", "max", "jitter" and "reset")"}},
          {"a backoff that begins behind its end",
           child("backoff = { first = \"1min\" }"),
           {R"(tree.toml:5:21: the longest backoff, 30s, is shorter than the first, 1min)"}},
          {"a backoff that ends before its beginning",
           child("backoff.max = \"1ms\""),
           {R"(tree.toml:5:15: the longest backoff, 1ms, is shorter than the first, 100ms)"}},
      });
}

TEST_CASE("each type of child has keys of its own") {
  const Workshop workshop;
  check(workshop,
        {
            {"of workers, for a supervisor",
             with_child("type = \"supervisor\"\ncommand = \"./store\"\nready = \"init\"\nmailbox = \"keep\"\n"
                        "directory = \".\"\nenvironment = {}\nexecutable = \"./store\"\nchild = []"),
             {R"(tree.toml:5:1: "command" is for workers and programs; this child is a supervisor)",
              R"(tree.toml:6:1: "ready" is for workers and programs; this child is a supervisor)",
              R"(tree.toml:7:1: "mailbox" is for workers; this child is a supervisor)",
              R"(tree.toml:8:1: "directory" is for workers and programs; this child is a supervisor)",
              R"(tree.toml:9:1: "environment" is for workers and programs; this child is a supervisor)",
              R"(tree.toml:10:1: "executable" is for workers and programs; this child is a supervisor)"}},
            {"of supervisors, for a program",
             with_child("type = \"program\"\ncommand = \"./store\"\nstrategy = \"one_for_one\"\nchild = []"),
             {R"(tree.toml:6:1: "strategy" is for supervisors; this child is a program)",
              R"(tree.toml:7:1: "child" is for supervisors; this child is a program)"}},
            {"of supervisors, without a type",
             with_child("strategy = \"one_for_all\"\n[[child.child]]\nid = \"b\"\ncommand = \"./stroe\""),
             {R"(tree.toml:5:9: "child" is for supervisors; add type = "supervisor")",
              R"(tree.toml:7:11: command "./stroe": no such file: DIR/stroe)"}},
            {"a supervisor misspelt, without consequences",
             with_child("type = \"supervisr\"\nstrategy = \"one_for_all\"\n[[child.child]]\nid = "
                        "\"b\"\ncommand = \"./stroe\""),
             {R"(tree.toml:4:8: type "supervisr" is unknown; did you mean "supervisor"?)",
              R"(tree.toml:8:11: command "./stroe": no such file: DIR/stroe)"}},
            {"a supervisor misspelt, and all that there is of it",
             with_child("type = \"supervisr\""),
             {R"(tree.toml:4:8: type "supervisr" is unknown; did you mean "supervisor"?)"}},
            {"a misspelt key",
             with_child("type = \"supervisor\"\nstrateg = \"one_for_all\"\nmax_restarts = 3\nchild = []"),
             {R"(tree.toml:5:1: unknown key "strateg"; did you mean "strategy"?)",
              R"(tree.toml:6:1: unknown key "max_restarts"; did you mean "intensity"?)"}},
        });
}

TEST_CASE("a supervisor without children is one that was forgotten, unless it says otherwise") {
  const Workshop workshop;
  check(
      workshop,
      {{"at the root",
        with_flags("intensity = 1", ""),
        {R"(tree.toml:1:1: this tree has no children; add a [[child]], or child = [] if none is meant)"}},
       {"below it",
        with_child("type = \"supervisor\""),
        {R"(tree.toml:2:1: child "a" has no children; add a [[child.child]], or child = [] if none is meant)"}},
       {"misspelt",
        with_child("type = \"supervisor\"\n[[child.childs]]\nid = \"b\""),
        {R"(tree.toml:5:9: unknown key "childs"; did you mean "child"?)"}},
       {"single brackets",
        with_child("type = \"supervisor\"\n[child.child]\nid = \"b\""),
        {R"(tree.toml:5:1: "child" must be an array of tables: write [[child.child]], here it is a table)"}},
       {"no table",
        with_child("type = \"supervisor\"\nchild = [\"b\"]"),
        {R"(tree.toml:5:10: a child must be a table: write [[child.child]], here it is a string)"}}});
}

TEST_CASE("ids are unique among siblings, and not in the whole tree") {
  const Workshop workshop;
  const std::string inner = "[[child.child]]\nid = \"a\"\ncommand = \"./store\"\n";
  const auto tree = with_child("type = \"supervisor\"\n" + inner);
  CHECK(workshop.load(tree));
  CHECK(
      workshop.lines(tree + inner) ==
      Lines{
          R"(tree.toml:10:6: child 2 has the id "a", which child 1 has already: every child needs one of its )"
          R"(own; that is in line 6)"});
}

TEST_CASE("the path of a child is its name, which may not be too long") {
  const Workshop workshop;
  const auto nested = [](std::size_t length) {
    return "node = \"shop\"\n[[child]]\nid = \"" + std::string(31, 'a') +
           "\"\ntype = \"supervisor\"\n[[child.child]]\nid = \"" + std::string(length, 'b') +
           "\"\ncommand = \"./store\"\n";
  };
  CHECK(workshop.load(nested(31)));
  CHECK(workshop.lines(nested(32)) ==
        Lines{"tree.toml:6:6: the child's name is its path, \"" + std::string(31, 'a') + '/' +
              std::string(32, 'b') + "\", and that is too long: 64 characters, at most 63 are possible"});
}

std::string chain(std::size_t levels) {
  std::string text = "node = \"shop\"\n";
  std::string header = "child";
  for (std::size_t level = 1; level < levels; ++level, header += ".child") {
    text += "[[" + header + "]]\nid = \"a\"\ntype = \"supervisor\"\n";
  }
  return text + "[[" + header + "]]\nid = \"a\"\ncommand = \"./store\"\n";
}

TEST_CASE("a tree is as deep as names allow, and one that is deeper is told so once") {
  const Workshop workshop;
  CHECK(workshop.load(chain(deepest)));
  for (const std::size_t levels : {deepest + 1, std::size_t{60}}) {
    const auto lines = workshop.lines(chain(levels));
    REQUIRE(lines.size() == 1);
    CHECK_THAT(lines[0],
               Catch::Contains("tree.toml:98:") &&
                   Catch::Contains("this is more than 32 levels below the root: no name is short enough"));
  }
}

std::string key_of(int parts, std::string_view part = "a") {
  std::string key(part);
  for (int more = 1; more < parts; ++more) key.append(".").append(part);
  return key;
}

TEST_CASE("keys of too many parts are one fault and no end of the stack") {
  const Workshop workshop;
  const Lines expected{"tree.toml:2:1: a key may not have more than 64 parts"};
  for (const std::string& key : {key_of(65), key_of(1'000'000), key_of(1'000'000, R"("a \" b")"),
                                 key_of(1'000'000, "'a b'"), key_of(1'000'000, " a\t")}) {
    CHECK(workshop.lines("\n" + key + " = 1\n") == expected);
    CHECK(workshop.lines("\n[" + key + "]\n") == expected);
    CHECK(workshop.lines("\n[[ " + key + " ]]\n") == expected);
    CHECK(workshop.lines("\na = { " + key + " = 1 }\n") == expected);
  }
  CHECK_FALSE(workshop.lines(key_of(64) + " = 1\n") == expected);
}

TEST_CASE("the deepest text that is parsed needs no more stack than there is") {
  const Workshop workshop;
  std::string text = key_of(64) + " = 1";
  for (int level = 0; level < 250; ++level) text = key_of(64) + " = { " + text + " }";
  CHECK_THAT(workshop.lines(text).back(), Catch::Contains("this is more than 256 tables and arrays deep"));
  CHECK(workshop.lines("a = " + std::string(1'000'000, '[')).size() == 1);
}

TEST_CASE("points in a string are no key") {
  const Workshop workshop;
  std::string prose = "It is late. ";
  for (int more = 0; more < 8; ++more) prose += prose;
  for (const std::string& text : {std::string(10'000, '.'), key_of(500), prose, "don't. " + prose}) {
    CHECK(workshop.load(with_child("command = [\"./store\", \"" + text + "\"]")));
    CHECK(workshop.load(with_child("command = [\"./store\", \"\"\"\n" + text.substr(0, 100) + "\n\"\"\"]")));
  }
}

TEST_CASE("a node has no room for more children than it has slots") {
  const Workshop workshop;
  const auto crowd = [](std::size_t count) {
    std::string text = "node = \"shop\"\n[[child]]\nid = \"s\"\ntype = \"supervisor\"\nchild = [\n";
    for (std::size_t child = 1; child < count; ++child) {
      text += "{ id = \"c" + std::to_string(child) + "\", command = \"./store\" },\n";
    }
    return text + "]\n";
  };
  CHECK(workshop.load(crowd(ipc::slots_max - 1)));  // the root has one
  CHECK(workshop.lines(crowd(ipc::slots_max + 5)) ==
        Lines{"tree.toml:16388:1: this child is one too many: a node has room for 16383"});
}

}  // namespace
}  // namespace ninelives::supervisor::test
