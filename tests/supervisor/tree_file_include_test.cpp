// Supervisors whose keys and children come from a file of their own.
#include <catch2/catch.hpp>
#include <chrono>

#include "spec/name.hpp"
#include "tests/supervisor/workshop.hpp"

namespace ninelives::supervisor::test {
namespace {

using namespace std::chrono_literals;

// The lines of the child begin in line 4.
std::string with_child(std::string_view lines) {
  return "node = \"shop\"\n[[child]]\nid = \"a\"\n" + std::string(lines) + '\n';
}

std::string including(std::string_view file, std::string_view more = {}) {
  return with_child("type = \"supervisor\"\ninclude = \"" + std::string(file) + "\"\n" + std::string(more));
}

TEST_CASE("a supervisor may come from a file of its own, whose paths start there") {
  const Workshop workshop;
  std::filesystem::create_directories(workshop.directory() / "parts/data");
  workshop.add("parts/session", "#!/bin/sh\n", 0755);
  workshop.add("parts/part.toml", R"(node = "it runs by itself, too: its name is its own then"
[supervisor]
strategy = "one_for_all"
[[child]]
id = "session"
command = "./session"
directory = "data"
[[child]]
id = "more"
type = "supervisor"
include = "../more.toml"
)",
               0644);
  workshop.add("more.toml", "[supervisor]\ndynamic = true\n", 0644);
  const auto loaded =
      workshop.load(including("parts/part.toml", "restart = \"transient\"\nshutdown = \"1s\""));
  REQUIRE(loaded);
  const auto& child = loaded->tree.supervisor.children.at(0);
  CHECK(child.id == "a");
  CHECK(child.restart == Restart::transient);
  CHECK(child.shutdown == Shutdown{.timeout = 1s});
  CHECK(child.supervisor.strategy == Strategy::one_for_all);
  REQUIRE(child.supervisor.children.size() == 2);
  CHECK(child.supervisor.children[0].executable == workshop.directory() / "parts/session");
  CHECK(child.supervisor.children[0].directory == workshop.directory() / "parts/data");
  CHECK(child.supervisor.children[1].supervisor.dynamic);
}

TEST_CASE("the same file may be included twice, and its faults are said once") {
  const Workshop workshop;
  const std::string both =
      including("part.toml") + "[[child]]\nid = \"b\"\ntype = \"supervisor\"\ninclude = \"part.toml\"\n";
  workshop.add("part.toml", "[[child]]\nid = \"session\"\ncommand = \"./store\"\n", 0644);
  const auto loaded = workshop.load(both);
  REQUIRE(loaded);
  CHECK(loaded->tree.supervisor.children.at(0).supervisor ==
        loaded->tree.supervisor.children.at(1).supervisor);
  workshop.add("part.toml", "[[child]]\nid = \"a b\"\ncomand = \"./store\"\n", 0644);
  CHECK(
      workshop.lines(both) ==
      Lines{
          R"(part.toml:2:6: the id "a b" may consist of letters (a to z, A to Z), digits, "_", "-" and "." only)",
          R"(part.toml:3:1: unknown key "comand"; did you mean "command"?)"});
}

TEST_CASE("faults of an included file have their place in it, behind those of the file that includes it") {
  const Workshop workshop;
  std::filesystem::create_directory(workshop.directory() / "parts");
  workshop.add("parts/part.toml", "intensity = 3\n[supervisor]\nperiod = \"0s\"\n[[child]]\nid = \"b\"\n",
               0644);
  workshop.add("broken.toml", "x = \n", 0644);
  workshop.add("empty.toml", "", 0644);
  check(
      workshop,
      {{"of text and of meaning",
        including("parts/part.toml", "mailbox = \"keep\""),
        {R"(tree.toml:6:1: "mailbox" is for workers; this child is a supervisor)",
         R"(parts/part.toml:1:1: "intensity" belongs in [supervisor])",
         R"(parts/part.toml:3:10: the period is 0s: it must be longer than 0)",
         R"(parts/part.toml:4:1: child "b" has no "command"; add command = ["PROGRAM", "ARGUMENT"])"}},
       {"no TOML",
        including("broken.toml", "mailbox = \"keep\""),
        {R"(tree.toml:6:1: "mailbox" is for workers; this child is a supervisor)",
         R"(broken.toml:1:5: Error while parsing key-value pair: expected value, saw '\n')"}},
       {"nothing in it",
        including("empty.toml"),
        {R"(empty.toml:1:1: this supervisor has no children; add a [[child]], or child = [] if none is meant)"}}});
}

TEST_CASE("a registered name is one child's in all files of a tree") {
  const Workshop workshop;
  workshop.add("part.toml", "[[child]]\nid = \"b\"\ncommand = \"./store\"\nname = \"cache\"\n", 0644);
  const std::string a_child = "[[child]]\nid = \"x\"\ncommand = \"./store\"\nname = \"cache\"\n";
  const std::string part_again = "[[child]]\nid = \"y\"\ntype = \"supervisor\"\ninclude = \"part.toml\"\n";
  check(workshop,
        {{"in two files",
          including("part.toml") + a_child,
          {R"(tree.toml:10:8: the name "cache" is the name of "a/b" already: it is one child's in the )"
           R"(whole node; that is in line 4 of DIR/part.toml)"}},
         {"in one that is included twice",
          including("part.toml") + part_again,
          {R"(part.toml:4:8: the name "cache" is the name of "a/b" already: it is one child's in the )"
           R"(whole node; that is in line 4)"}}});
}

TEST_CASE("a file that cannot be included is one fault at the place that names it") {
  const Workshop workshop;
  std::filesystem::create_directory(workshop.directory() / "parts");
  check(workshop,
        {{"missing",
          including("part.toml"),
          {R"(tree.toml:5:11: include "part.toml": cannot read DIR/part.toml: No such file or directory)"}},
         {"a directory", including("parts"), {R"(tree.toml:5:11: include "parts": DIR/parts is not a file)"}},
         {"a device",
          including("/dev/zero"),
          {R"(tree.toml:5:11: include "/dev/zero": /dev/zero is not a file)"}},
         {"nothing", including(""), {R"(tree.toml:5:11: include "" names no file)"}},
         {"a number",
          with_child("type = \"supervisor\"\ninclude = 3"),
          {R"(tree.toml:5:11: "include" must be a string, here it is an integer)"}},
         {"what is in that file",
          including("part.toml", "strategy = \"one_for_one\"\nchild = []"),
          {R"(tree.toml:5:11: include "part.toml": cannot read DIR/part.toml: No such file or directory)",
           R"(tree.toml:6:1: "strategy" belongs in the included file)",
           R"(tree.toml:7:1: "child" belongs in the included file)"}},
         {"in a worker",
          with_child("type = \"worker\"\ncommand = \"./store\"\ninclude = \"part.toml\""),
          {R"(tree.toml:6:1: "include" is for supervisors; this child is a worker)"}}});
}

TEST_CASE("a file that may not be read cannot be included") {
  const Workshop workshop;
  workshop.add("secret.toml", "", 0000);
  std::ofstream(workshop.tree()) << including("secret.toml");
  const Unprivileged unprivileged;
  const auto loaded = load_tree_file(workshop.tree());
  REQUIRE_FALSE(loaded);
  REQUIRE(loaded.error().size() == 1);
  CHECK(workshop.line(loaded.error()[0]) ==
        R"(tree.toml:5:11: include "secret.toml": cannot read DIR/secret.toml: Permission denied)");
}

TEST_CASE("a cycle of includes is one fault, in the file that closes it") {
  const Workshop workshop;
  const std::string part = "[[child]]\nid = \"b\"\ntype = \"supervisor\"\ninclude = ";
  workshop.add("part.toml", part + "\"other.toml\"\n", 0644);
  workshop.add("other.toml", part + "\"./part.toml\"\n", 0644);
  workshop.add("back.toml", part + "\"tree.toml\"\n", 0644);
  std::filesystem::create_symlink("tree.toml", workshop.directory() / "link.toml");
  check(
      workshop,
      {{"of one",
        including("tree.toml"),
        {R"(tree.toml:5:11: include "tree.toml" closes a cycle: DIR/tree.toml includes DIR/tree.toml)"}},
       {"of one, by another name",
        including("link.toml"),
        {R"(tree.toml:5:11: include "link.toml" closes a cycle: DIR/tree.toml includes DIR/tree.toml)"}},
       {"of two",
        including("back.toml"),
        {R"(back.toml:4:11: include "tree.toml" closes a cycle: DIR/tree.toml includes DIR/back.toml includes )"
         R"(DIR/tree.toml)"}},
       {"of two others",
        including("part.toml"),
        {R"(other.toml:4:11: include "./part.toml" closes a cycle: DIR/part.toml includes DIR/other.toml )"
         R"(includes DIR/part.toml)"}}});
}

TEST_CASE("files that include each other are no way to be deeper than a tree can be") {
  const Workshop workshop;
  for (std::size_t file = 2; file <= deepest + 1; ++file) {
    workshop.add(
        std::to_string(file) + ".toml",
        "[[child]]\nid = \"a\"\ntype = \"supervisor\"\ninclude = \"" + std::to_string(file + 1) + ".toml\"\n",
        0644);
  }
  CHECK(workshop.lines(including("2.toml")) ==
        Lines{"33.toml:1:3: this is more than 32 levels below the root: no name is short enough for that"});
}

TEST_CASE("what doubles with every include ends when the node is full") {
  const Workshop workshop;
  constexpr int files = 20;
  for (int file = 0; file < files; ++file) {
    const std::string child = "type = \"supervisor\"\ninclude = \"" + std::to_string(file + 1) + ".toml\"\n";
    workshop.add(std::to_string(file) + ".toml",
                 "[[child]]\nid = \"a\"\n" + child + "[[child]]\nid = \"b\"\n" + child, 0644);
  }
  workshop.add(std::to_string(files) + ".toml", "child = []\n", 0644);
  const auto lines = workshop.lines(including("0.toml"));
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines[0], Catch::Contains("this child is one too many: a node has room for 16383"));
}

}  // namespace
}  // namespace ninelives::supervisor::test
