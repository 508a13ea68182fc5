#include "supervisor/config/tree_file.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <string_view>

#include "tests/supervisor/workshop.hpp"

namespace ninelives::supervisor::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// A whole file around the lines of its only child, which begin in line 5.
std::string with_child(std::string_view lines) {
  return "node = \"shop\"\n\n[[child]]\nid = \"store\"\n" + std::string(lines) + '\n';
}

std::string with_supervisor(std::string_view lines) {
  return "node = \"shop\"\nchild = [{ id = \"store\", command = \"./store\" }]\n[supervisor]\n" +
         std::string(lines) + '\n';
}

constexpr std::string_view complete = R"(# A shop.
node = "shop"

[supervisor]
strategy  = "one_for_one"
intensity = 7
period    = "1.5s"

[[child]]
id       = "store"
type     = "worker"
command  = ["./store", "--port", "80 81", ""]
restart  = "transient"
shutdown = "200ms"
ready    = "init"
mailbox  = "drop"
directory = "data"
[child.environment]
LANG = "C"
"odd.name" = "a=b"

[[child]]
id       = "web-1.a_b"
type     = "program"
command  = "tool"
restart  = "temporary"
shutdown = "brutal_kill"
ready    = "exec"

[[child]]
id       = "slow"
command  = ["bin/../store"]
shutdown = "infinity"
)";

void furnish(const Workshop& workshop) {
  fs::create_directory(workshop.directory() / "data");
  fs::create_directory(workshop.directory() / "bin");
  workshop.add("bin/tool", "#!/bin/sh\n", 0755);
}

TEST_CASE("a complete tree file is read with everything in it") {
  const Workshop workshop;
  furnish(workshop);
  const PathVariable path("/nonexistent:" + (workshop.directory() / "bin").string());
  const auto tree = workshop.load(complete);
  REQUIRE(tree);
  const auto& dir = workshop.directory();

  CHECK(tree->tree.node == "shop");
  CHECK(tree->file == workshop.tree());
  CHECK(tree->tree.supervisor.strategy == Strategy::one_for_one);
  CHECK(tree->tree.supervisor.intensity == 7);
  CHECK(tree->tree.supervisor.period == 1500ms);
  REQUIRE(tree->tree.supervisor.children.size() == 3);

  const auto& store = tree->tree.supervisor.children[0];
  CHECK(store.id == "store");
  CHECK(store.restart == Restart::transient);
  CHECK(store.shutdown->kind == Shutdown::Kind::timeout);
  CHECK(store.shutdown->timeout == 200ms);
  CHECK(store.type == ChildType::worker);
  CHECK(store.command == Lines{"./store", "--port", "80 81", ""});
  CHECK(store.executable == dir / "store");
  CHECK(store.directory == dir / "data");
  CHECK(store.environment == std::map<std::string, std::string>{{"LANG", "C"}, {"odd.name", "a=b"}});
  CHECK(store.mailbox == Mailbox::drop);

  CHECK(tree->tree.supervisor.children[1].id == "web-1.a_b");
  CHECK(tree->tree.supervisor.children[1].restart == Restart::temporary);
  CHECK(tree->tree.supervisor.children[1].shutdown->kind == Shutdown::Kind::brutal_kill);
  CHECK(tree->tree.supervisor.children[1].type == ChildType::program);
  CHECK(tree->tree.supervisor.children[1].command == Lines{"tool"});
  CHECK(tree->tree.supervisor.children[1].executable == dir / "bin/tool");

  CHECK(tree->tree.supervisor.children[2].shutdown->kind == Shutdown::Kind::infinity);
  CHECK(tree->tree.supervisor.children[2].executable == dir / "bin/../store");
}

TEST_CASE("what a tree file does not say has OTP's and Elixir's defaults") {
  const Workshop workshop;
  const auto tree = workshop.load(with_child(R"(command = "./store")"));
  REQUIRE(tree);
  CHECK(tree->tree.supervisor.strategy == Strategy::one_for_one);
  CHECK(tree->tree.supervisor.intensity == 3);
  CHECK(tree->tree.supervisor.period == 5s);
  const auto& child = tree->tree.supervisor.children.at(0);
  CHECK(child.restart == Restart::permanent);
  CHECK_FALSE(child.shutdown);
  CHECK_FALSE(child.significant);
  CHECK_FALSE(child.backoff);
  CHECK_FALSE(child.start_timeout);
  CHECK(child.type == ChildType::worker);
  CHECK(child.mailbox == Mailbox::keep);
  CHECK(child.command == Lines{"./store"});
  CHECK(child.directory == workshop.directory());
  CHECK(child.environment.empty());
}

TEST_CASE("faulty keys are reported with the key that was probably meant") {
  const Workshop workshop;
  check(workshop,
        {
            {"misspelt, and not reported as missing besides",
             with_child(R"(comand = "./store")"),
             {R"(tree.toml:5:1: unknown key "comand"; did you mean "command"?)"}},
            {"the name of another supervisor",
             with_child("command = \"./store\"\n  autorestart = \"permanent\"\nenv = {}"),
             {R"(tree.toml:6:3: unknown key "autorestart"; did you mean "restart"?)",
              R"(tree.toml:7:1: unknown key "env"; did you mean "environment"?)"}},
            {"resembles nothing",
             with_child("command = \"./store\"\ncolour = \"red\""),
             {R"(tree.toml:6:1: unknown key "colour"; the keys of a worker are "id", "name", "via", )"
              R"("type", "command", "executable", "directory", "environment", "restart", "significant", )"
              R"("shutdown", "start_timeout", "backoff", "ready", "mailbox" and "watchdog")"}},
            {"resembles nothing, at the top",
             "colour = 1\n" + with_child(R"(command = "./store")"),
             {R"(tree.toml:1:1: unknown key "colour"; the keys of the top of the file are "node", )"
              R"("supervisor" and "child")"}},
            {"of another section",
             with_child("command = \"./store\"\nintensity = 3"),
             {R"(tree.toml:6:1: "intensity" is for supervisors; this child is a worker)"}},
            {"below a header instead of above",
             "[supervisor]\nnode = \"shop\"\n[[child]]\nid = \"a\"\ncommand = \"./store\"\n",
             {R"(tree.toml:1:1: this tree has no "node"; add node = "NAME" at the top)",
              R"(tree.toml:2:1: "node" belongs at the top of the file, before any [section])"}},
            {"of a child, in [supervisor]",
             with_supervisor("backoff = {}"),
             {R"(tree.toml:4:1: "backoff" belongs in [[child]])"}},
            {"of a part of a child, in [[child]]",
             with_child("command = \"./store\"\njitter = 0.1"),
             {R"(tree.toml:6:1: "jitter" belongs in backoff = { ... })"}},
            {"of a supervisor, at the top",
             "strategy = \"one_for_one\"\n" + with_child(R"(command = "./store")"),
             {R"(tree.toml:1:1: "strategy" belongs in [supervisor])"}},
            {"control characters in a key",
             "\"a\\nb\\u001b\" = 1\n" + with_child(R"(command = "./store")"),
             {R"(tree.toml:1:1: unknown key "a\nb\u001b"; the keys of the top of the file are "node", )"
              R"("supervisor" and "child")"}},
        });
}

TEST_CASE("faulty names, sections and children are reported") {
  const Workshop workshop;
  const std::string a_child = "[[child]]\nid = \"a\"\ncommand = \"./store\"\n";
  check(
      workshop,
      {
          {"empty file",
           "",
           {R"(tree.toml:1:1: this tree has no "node"; add node = "NAME" at the top)",
            R"(tree.toml:1:1: this tree has no children; add a [[child]], or child = [] if none is meant)"}},
          {"single brackets",
           "node = \"shop\"\n[child]\nid = \"a\"\n",
           {R"(tree.toml:2:1: "child" must be an array of tables: write [[child]], here it is a table)"}},
          {"double brackets",
           "node = \"shop\"\n[[supervisor]]\n" + a_child,
           {R"(tree.toml:2:1: "supervisor" must be a table: write [supervisor], here it is an array)"}},
          {"a child that is none",
           "node = \"shop\"\nchild = [3]\n",
           {R"(tree.toml:2:10: a child must be a table: write [[child]], here it is an integer)"}},
          {"node of a wrong type",
           "node = 3\n" + a_child,
           {R"(tree.toml:1:8: "node" must be a string, here it is an integer)"}},
          {"empty node", "node = \"\"\n" + a_child, {R"(tree.toml:1:8: the node has no name)"}},
          {"node with a slash",
           "node = \"a/b\"\n" + a_child,
           {R"(tree.toml:1:8: the node's name "a/b" may consist of letters (a to z, A to Z), digits, "_", "-" )"
            R"(and "." only)"}},
          {"node with a letter outside ASCII",
           "node = \"kö\"\n" + a_child,
           {R"(tree.toml:1:8: the node's name "kö" may consist of letters (a to z, A to Z), digits, "_", "-" )"
            R"(and "." only)"}},
          {"node that begins with a point",
           "node = \"..\"\n" + a_child,
           {R"(tree.toml:1:8: the node's name ".." may not start with ".")"}},
          {"node that looks like an option",
           "node = \"-a\"\n" + a_child,
           {R"(tree.toml:1:8: the node's name "-a" may not start with "-")"}},
          {"node too long",
           "node = \"" + std::string(64, 'n') + "\"\n" + a_child,
           {"tree.toml:1:8: the node's name \"" + std::string(64, 'n') +
            "\" is too long: 64 characters, at most 63 are possible"}},
          {"nothing in a child",
           "node = \"shop\"\n[[child]]\n",
           {R"(tree.toml:2:1: this child has no "id"; add id = "NAME")",
            R"(tree.toml:2:1: this child has no "command"; add command = ["PROGRAM", "ARGUMENT"])"}},
          {"a child without a command",
           "node = \"shop\"\n[[child]]\nid = \"a\"\n",
           {R"(tree.toml:2:1: child "a" has no "command"; add command = ["PROGRAM", "ARGUMENT"])"}},
          {"a registered name of a wrong type",
           "node = \"shop\"\n" + a_child + "name = 3\n",
           {R"(tree.toml:5:8: "name" must be a string, here it is an integer)"}},
          {"a registered name that is a path",
           "node = \"shop\"\n" + a_child + "name = \"a/b\"\n",
           {R"(tree.toml:5:8: the name "a/b" may consist of letters (a to z, A to Z), digits, "_", "-" )"
            R"(and "." only)"}},
          {"two equal registered names",
           "node = \"shop\"\n" + a_child +
               "name = \"c\"\n[[child]]\nid = \"b\"\ncommand = \"./store\"\nname = \"c\"\n",
           {R"(tree.toml:9:8: the name "c" is the name of "a" already: it is one child's in the whole node; )"
            R"(that is in line 5)"}},
          {"a registered name that another child is called by",
           "node = \"shop\"\n" + a_child + "name = \"b\"\n[[child]]\nid = \"b\"\ncommand = \"./store\"\n",
           {R"(tree.toml:5:8: the name "b" is what child "b" of the root is called: it is one child's in the )"
            R"(whole node; that is in line 7)"}},
          {"two equal ids",
           "node = \"shop\"\n" + a_child + a_child,
           {R"(tree.toml:6:6: child 2 has the id "a", which child 1 has already: every child needs one )"
            R"(of its own; that is in line 3)"}},
          {"three equal ids",
           "node = \"shop\"\n" + a_child + a_child + a_child,
           {R"(tree.toml:6:6: child 2 has the id "a", which child 1 has already: every child needs one )"
            R"(of its own; that is in line 3)",
            R"(tree.toml:9:6: child 3 has the id "a", which child 1 has already: every child needs one )"
            R"(of its own; that is in line 3)"}},
      });
}

TEST_CASE("the longest possible name is accepted") {
  const Workshop workshop;
  const std::string name(63, 'n');
  const auto tree =
      workshop.load("node = \"" + name + "\"\n[[child]]\nid = \"" + name + "\"\ncommand = \"./store\"\n");
  REQUIRE(tree);
  CHECK(tree->tree.node == name);
  CHECK(tree->tree.supervisor.children.at(0).id == name);
}

TEST_CASE("faulty values of the supervisor are reported") {
  const Workshop workshop;
  check(workshop,
        {
            {"a misspelt strategy",
             with_supervisor(R"(strategy = "one-for-one")"),
             {R"(tree.toml:4:12: strategy "one-for-one" is unknown; did you mean "one_for_one"?)"}},
            {"an unknown strategy",
             with_supervisor(R"(strategy = "all")"),
             {R"(tree.toml:4:12: strategy "all" is unknown; write "one_for_one", "rest_for_one", )"
              R"("one_for_all" or "simple_one_for_one")"}},
            {"an intensity in quotes",
             with_supervisor(R"(intensity = "3")"),
             {R"(tree.toml:4:13: "intensity" must be an integer, here it is a string)"}},
            {"an intensity with a fraction",
             with_supervisor("intensity = 3.0"),
             {R"(tree.toml:4:13: "intensity" must be an integer, here it is a floating-point number)"}},
            {"a negative intensity",
             with_supervisor("intensity = -1"),
             {R"(tree.toml:4:13: "intensity" must be from 0 to 1000000, here it is -1)"}},
            {"an intensity above the limit",
             with_supervisor("intensity = 1000001"),
             {R"(tree.toml:4:13: "intensity" must be from 0 to 1000000, here it is 1000001)"}},
            {"an intensity that would wrap around",
             with_supervisor("intensity = 4294967297"),
             {R"(tree.toml:4:13: "intensity" must be from 0 to 1000000, here it is 4294967297)"}},
            {"no period at all",
             with_supervisor(R"(period = "0s")"),
             {R"(tree.toml:4:10: the period is 0s: it must be longer than 0)"}},
            {"a period that rounds to nothing",
             with_supervisor(R"(period = "0.1ns")"),
             {R"(tree.toml:4:10: the period is 0s: it must be longer than 0)"}},
            {"a period without a unit",
             with_supervisor(R"(period = "5")"),
             {R"(tree.toml:4:10: period "5" has no unit; write "5s")"}},
            {"a negative period",
             with_supervisor(R"(period = "-5s")"),
             {R"(tree.toml:4:10: period "-5s" is negative; a duration is "0s" or longer)"}},
            {"a period as a number",
             with_supervisor("period = 5"),
             {R"(tree.toml:4:10: "period" must be a duration such as "5s", here it is an integer)"}},
        });
}

TEST_CASE("the bounds of the intensity belong to it") {
  const Workshop workshop;
  const auto lowest = workshop.load(with_supervisor("intensity = 0"));
  REQUIRE(lowest);
  CHECK(lowest->tree.supervisor.intensity == 0);
  const auto highest = workshop.load(with_supervisor("intensity = 1000000"));
  REQUIRE(highest);
  CHECK(highest->tree.supervisor.intensity == 1'000'000);
}

TEST_CASE("faulty values of a child are reported") {
  const Workshop workshop;
  workshop.add("file", "", 0644);
  const auto child = [](std::string_view line) {
    return with_child("command = \"./store\"\n" + std::string(line));
  };
  check(
      workshop,
      {
          {"misspelt type, without consequences",
           child("type = \"progam\"\nready = \"exec\""),
           {R"(tree.toml:6:8: type "progam" is unknown; did you mean "program"?)"}},
          {"restart",
           child(R"(restart = "always")"),
           {R"(tree.toml:6:11: restart "always" is unknown; write "permanent", "transient" or "temporary")"}},
          {"restart as a boolean",
           child("restart = true"),
           {R"(tree.toml:6:11: "restart" must be a string, here it is a boolean)"}},
          {"shutdown without a unit",
           child(R"(shutdown = "5000")"),
           {R"(tree.toml:6:12: shutdown "5000" has no unit; write "5000s")"}},
          {"shutdown in OTP's milliseconds",
           child("shutdown = 5000"),
           {R"(tree.toml:6:12: "shutdown" must be a duration such as "5s", "brutal_kill" or )"
            R"("infinity", here it is an integer)"}},
          {"a watchdog of no time",
           child(R"(watchdog = "0s")"),
           {R"(tree.toml:6:12: the watchdog's time is 0s: it must be longer than 0)"}},
          {"a watchdog without a unit",
           child(R"(watchdog = "10")"),
           {R"(tree.toml:6:12: watchdog "10" has no unit; write "10s")"}},
          {"a watchdog of a program",
           child("type = \"program\"\nwatchdog = \"10s\""),
           {R"(tree.toml:7:1: "watchdog" is for workers; this child is a program)"}},
          {"via as a string",
           child(R"(via = "sessions")"),
           {R"(tree.toml:6:7: "via" must be a table such as { registry = "sessions", key = "alice" }, here )"
            R"(it is a string)"}},
          {"half a via",
           child(R"(via = { registry = "sessions", kay = "alice" })"),
           {R"(tree.toml:6:32: unknown key "kay"; did you mean "key"?)"}},
          {"a via without anything",
           child("via = {}"),
           {R"(tree.toml:6:7: this via has no "registry"; add registry = "NAME")",
            R"(tree.toml:6:7: this via has no "key"; add key = "TEXT")"}},
          {"a registry that is none",
           child(R"(via = { registry = "a//b", key = 3 })"),
           {R"(tree.toml:6:20: the registry "a//b" is empty)",
            R"(tree.toml:6:34: "key" must be a string, here it is an integer)"}},
          {"via of a program",
           child("type = \"program\"\nvia = { registry = \"r\", key = \"k\" }"),
           {R"(tree.toml:7:1: "via" is for workers; this child is a program)"}},
          {"via and a name",
           child("name = \"n\"\nvia = { registry = \"r\", key = \"k\" }"),
           {R"(tree.toml:7:7: a child has a registered name or a key of a registry, and not both)"}},
          {"misspelt shutdown",
           child(R"(shutdown = "brutal-kill")"),
           {R"(tree.toml:6:12: shutdown "brutal-kill" is unknown; did you mean "brutal_kill"?)"}},
          {"ready of a program",
           child(R"(ready = "exec")"),
           {R"(tree.toml:6:9: ready "exec" is for programs; write "init")"}},
          {"ready of a worker",
           child("type = \"program\"\nready = \"init\""),
           {R"(tree.toml:7:9: ready "init" is for workers; write "exec")"}},
          {"ready of a later version",
           child("type = \"program\"\nready = \"notify\""),
           {R"(tree.toml:7:9: ready "notify" is not supported by this version; "exec" is)"}},
          {"another ready of a later version",
           child("type = \"program\"\nready = \"fd=3\""),
           {R"(tree.toml:7:9: ready "fd=3" is not supported by this version; "exec" is)"}},
          {"unknown ready",
           child(R"(ready = "set")"),
           {R"(tree.toml:6:9: ready "set" is unknown; write "init")"}},
          {"mailbox",
           child(R"(mailbox = "kep")"),
           {R"(tree.toml:6:11: mailbox "kep" is unknown; did you mean "keep"?)"}},
          {"mailbox of a program",
           child("type = \"program\"\nmailbox = \"keep\""),
           {R"(tree.toml:7:1: "mailbox" is for workers; this child is a program)"}},
          {"missing directory",
           child(R"(directory = "data")"),
           {R"(tree.toml:6:13: directory "data": no such directory; run: mkdir -p DIR/data)"}},
          {"directory that is a file",
           child(R"(directory = "file")"),
           {R"(tree.toml:6:13: directory "file": DIR/file is not a directory)"}},
          {"environment of a wrong type",
           child(R"(environment = ["A=1"])"),
           {R"(tree.toml:6:15: "environment" must be a table of strings, here it is an array)"}},
          {"environment with a number",
           child("environment = { A = 1, B = \"2\" }"),
           {R"(tree.toml:6:21: "A" must be a string, here it is an integer)"}},
          {"environment with impossible names",
           child(R"(environment = { "" = "1", "A=B" = "2" })"),
           {R"(tree.toml:6:22: the environment variable "": a name may neither be empty nor contain )"
            R"("=" or a NUL character)",
            R"(tree.toml:6:35: the environment variable "A=B": a name may neither be empty nor contain )"
            R"("=" or a NUL character)"}},
          {"environment with a NUL",
           child(R"(environment = { A = "\u0000" })"),
           {R"(tree.toml:6:21: "A" may not contain a NUL character)"}},
      });
}

TEST_CASE("commands that cannot be run are reported with the full path and what to do") {
  const Workshop workshop;
  furnish(workshop);
  workshop.add("script", "#!/bin/sh\n", 0644);
  workshop.add("my script", "#!/bin/sh\n", 0644);
  workshop.add("bin/half", "#!/bin/sh\n", 0644);
  const PathVariable path((workshop.directory() / "bin").string());
  check(
      workshop,
      {
          {"missing",
           with_child(R"(command = ["./stroe"])"),
           {R"(tree.toml:5:11: command "./stroe": no such file: DIR/stroe)"}},
          {"missing, absolute",
           with_child(R"(command = "/nonexistent/stroe")"),
           {R"(tree.toml:5:11: command "/nonexistent/stroe": no such file: /nonexistent/stroe)"}},
          {"below a file",
           with_child(R"(command = "./store/store")"),
           {R"(tree.toml:5:11: command "./store/store": DIR/store/store: Not a directory)"}},
          {"a directory",
           with_child(R"(command = ["./data"])"),
           {R"(tree.toml:5:11: command "./data": DIR/data is a directory; name the executable in it)"}},
          {"a device",
           with_child(R"(command = ["/dev/null"])"),
           {R"(tree.toml:5:11: command "/dev/null": /dev/null is not a regular file)"}},
          {"not executable",
           with_child(R"(command = ["./script"])"),
           {R"(tree.toml:5:11: command "./script": DIR/script is not executable; run: chmod +x DIR/script)"}},
          {"not executable, with a space",
           with_child(R"(command = ["./my script"])"),
           {R"(tree.toml:5:11: command "./my script": 'DIR/my script' is not executable; run: chmod )"
            R"(+x 'DIR/my script')"}},
          {"not in PATH",
           with_child(R"(command = ["stroe"])"),
           {R"(tree.toml:5:11: command "stroe": not found in PATH (DIR/bin))"}},
          {"in PATH, not executable",
           with_child(R"(command = ["half"])"),
           {R"(tree.toml:5:11: command "half": DIR/bin/half is not executable; run: chmod +x DIR/bin/half)"}},
          {"beside the tree file, without ./",
           with_child(R"(command = ["store"])"),
           {R"(tree.toml:5:11: command "store": not found in PATH (DIR/bin); for the one beside the )"
            R"(tree file write "./store")"}},
          {"a command line in one string",
           with_child(R"(command = "./store --port  80")"),
           {R"(tree.toml:5:11: command "./store --port  80": no such file: 'DIR/store --port  80'; )"
            R"(a string is not split at its spaces: write ["./store", "--port", "80"])"}},
          {"a command line in one string, for PATH",
           with_child(R"(command = ["tool -v"])"),
           {R"(tree.toml:5:11: command "tool -v": not found in PATH (DIR/bin); )"
            R"(a string is not split at its spaces: write ["tool", "-v"])"}},
          {"no words",
           with_child("command = []"),
           {R"(tree.toml:5:11: "command" is empty; write command = ["PROGRAM", "ARGUMENT"])"}},
          {"an empty word",
           with_child(R"(command = [""])"),
           {R"(tree.toml:5:11: the command "" names no program)"}},
          {"a number",
           with_child("command = 3"),
           {R"(tree.toml:5:11: "command" must be an array of strings, here it is an integer)"}},
          {"numbers among the words",
           with_child(R"(command = ["./store", 80, ["x"]])"),
           {R"(tree.toml:5:23: "command" must be an array of strings, here is an integer)",
            R"(tree.toml:5:27: "command" must be an array of strings, here is an array)"}},
          {"a NUL",
           with_child(R"(command = ["./store", "a\u0000b"])"),
           {R"(tree.toml:5:23: "command" may not contain a NUL character)"}},
      });
}

TEST_CASE("a file in PATH that cannot be run does not hide a later one that can") {
  const Workshop workshop;
  furnish(workshop);
  fs::create_directory(workshop.directory() / "first");
  fs::create_directories(workshop.directory() / "second/tool");
  workshop.add("first/tool", "", 0644);
  const auto& dir = workshop.directory().native();
  const PathVariable path(dir + "/first:" + dir + "/second:" + dir + "/bin");
  const auto tree = workshop.load(with_child(R"(command = "tool")"));
  REQUIRE(tree);
  CHECK(tree->tree.supervisor.children.at(0).executable == workshop.directory() / "bin/tool");
}

TEST_CASE("a directory that may not be entered is named") {
  const Workshop workshop;
  fs::create_directory(workshop.directory() / "vault");
  workshop.add("vault/store", "#!/bin/sh\n", 0755);
  const auto content = with_child("command = \"./vault/store\"\ndirectory = \"vault\"");
  std::ofstream(workshop.tree()) << content;
  fs::permissions(workshop.directory() / "vault", fs::perms::none);
  std::vector<std::string> lines;
  {
    const Unprivileged unprivileged;
    const auto loaded = load_tree_file(workshop.tree());
    REQUIRE_FALSE(loaded);
    for (const auto& fault : loaded.error()) lines.push_back(workshop.line(fault));
  }
  fs::permissions(workshop.directory() / "vault", fs::perms(0755));
  const std::string vault = "DIR/vault";
  CHECK(lines ==
        Lines{"tree.toml:5:11: command \"./vault/store\": " + vault +
                  "/store cannot be reached: no permission to enter " + vault + "; run: chmod +x " + vault,
              "tree.toml:6:13: directory \"vault\": no permission to enter " + vault + "; run: chmod +x " +
                  vault});
}

TEST_CASE("files that cannot be read are one fault with the system's reason") {
  const Workshop workshop;
  const auto only_line = [](const fs::path& file) {
    const auto loaded = load_tree_file(file);
    REQUIRE_FALSE(loaded);
    REQUIRE(loaded.error().size() == 1);
    const Fault& fault = loaded.error().front();
    return to_string(Fault{"F", fault.line, fault.column, fault.text});
  };
  CHECK(only_line(workshop.tree()) == "F:1:1: cannot read this file: No such file or directory");
  CHECK(only_line("") == "F:1:1: cannot read this file: No such file or directory");
  CHECK(only_line(workshop.directory()) == "F:1:1: cannot read this file: Is a directory");
  CHECK(only_line(workshop.directory() / "store/x") == "F:1:1: cannot read this file: Not a directory");
  CHECK(only_line("/dev/zero") == "F:1:1: cannot read this file: it has more than 16 MiB");
  workshop.add("secret", "", 0000);
  const Unprivileged unprivileged;
  CHECK(only_line(workshop.directory() / "secret") == "F:1:1: cannot read this file: Permission denied");
}

TEST_CASE("text that is not UTF-8 is reported at its first wrong byte") {
  const Workshop workshop;
  const auto expected = [](std::string_view place) {
    return Lines{"tree.toml:" + std::string(place) + ": this is not UTF-8; save the file in UTF-8"};
  };
  check(workshop, {{"Latin-1", "node = \"shop\"\n# K\xf6ln\n", expected("2:4")},
                   {"after a character of two bytes", "# ö\xf6\n", expected("1:4")},
                   {"cut off", "# \xe2\x82", expected("1:3")},
                   {"an overlong slash", "# \xc0\xaf\n", expected("1:3")},
                   {"an overlong zero", "# \xe0\x80\x80\n", expected("1:3")},
                   {"a surrogate", "# \xed\xa0\x80\n", expected("1:3")},
                   {"beyond the last code point", "# \xf4\x90\x80\x80\n", expected("1:3")},
                   {"a third byte that is none", "# \xe2\x82z\n", expected("1:3")}});
}

TEST_CASE("a byte order mark and line ends of Windows are accepted") {
  const Workshop workshop;
  CHECK(workshop.load("\xef\xbb\xbf" + with_child(R"(command = "./store")")));
  CHECK(workshop.load("node = \"shop\"\r\n[[child]]\r\nid = \"a\"\r\ncommand = \"./store\"\r\n"));
}

TEST_CASE("every length of UTF-8 is accepted") {
  const Workshop workshop;
  CHECK(workshop.load("# $ ö € 😀 \ufffd \U0010ffff\n" + with_child(R"(command = "./store")")));
}

TEST_CASE("TOML syntax errors are reported at their place") {
  const Workshop workshop;
  check(workshop,
        {
            {"no value",
             "node = \n",
             {"tree.toml:1:8: Error while parsing key-value pair: expected value, saw '\\n'"}},
            {"open string",
             "node = \"shop\"\nx = \"y\n",
             {"tree.toml:2:7: Error while parsing string: unescaped control characters other than TAB "
              "(U+0009) are "
              "explicitly prohibited"}},
            {"a key twice",
             "node = \"shop\"\nnode = \"shop\"\n",
             {"tree.toml:2:8: Error while parsing key-value pair: cannot redefine existing string 'node'"}},
        });
}

TEST_CASE("what a text ends too early for is missed at the end of its last line, and not beyond") {
  const Workshop workshop;
  check(workshop,
        {{"open array", "a = [\n", {"tree.toml:1:6: Error while parsing array: encountered end-of-file"}},
         {"open array, one line more",
          "a = [ # ö\n\n",
          {"tree.toml:2:1: Error while parsing array: encountered end-of-file"}}});
}

TEST_CASE("all faults of a file come at once and in the order of the file") {
  const Workshop workshop;
  CHECK(
      workshop.lines(R"([supervisor]
period = 5
intensty = 3
[[child]]
shutdown = "5"
comand = "./store"
id = "a b"
[[child]]
restart = "never"
command = "./nothing"
id = "b"
)") ==
      Lines{
          R"(tree.toml:1:1: this tree has no "node"; add node = "NAME" at the top)",
          R"(tree.toml:2:10: "period" must be a duration such as "5s", here it is an integer)",
          R"(tree.toml:3:1: unknown key "intensty"; did you mean "intensity"?)",
          R"(tree.toml:5:12: shutdown "5" has no unit; write "5s")",
          R"(tree.toml:6:1: unknown key "comand"; did you mean "command"?)",
          R"(tree.toml:7:6: the id "a b" may consist of letters (a to z, A to Z), digits, "_", "-" and "." only)",
          R"(tree.toml:9:11: restart "never" is unknown; write "permanent", "transient" or "temporary")",
          R"(tree.toml:10:11: command "./nothing": no such file: DIR/nothing)"});
}

TEST_CASE("a relative name of the tree file gives absolute paths") {
  const Workshop workshop;
  std::ofstream(workshop.tree()) << with_child(R"(command = "./store")");
  const auto tree = load_tree_file(fs::relative(workshop.tree()));
  REQUIRE(tree);
  CHECK(tree->file.is_absolute());
  CHECK(tree->tree.supervisor.children.at(0).executable.starts_with('/'));
  CHECK(fs::equivalent(tree->tree.supervisor.children.at(0).executable, workshop.directory() / "store"));
  CHECK(fs::equivalent(tree->tree.supervisor.children.at(0).directory, workshop.directory()));
  const auto roundabout = load_tree_file(workshop.directory() / "." / "tree.toml");
  REQUIRE(roundabout);
  CHECK(roundabout->file == workshop.tree());
  CHECK(roundabout->tree.supervisor.children.at(0).directory == workshop.directory());
}

TEST_CASE("ten thousand children are read") {
  const Workshop workshop;
  std::string content = "node = \"crowd\"\n";
  for (int i = 0; i < 10'000; ++i) {
    content += "[[child]]\nid = \"child-" + std::to_string(i) + "\"\ncommand = [\"./store\", \"--port\"]\n";
  }
  const auto tree = workshop.load(content);
  REQUIRE(tree);
  CHECK(tree->tree.supervisor.children.size() == 10'000);
}

}  // namespace
}  // namespace ninelives::supervisor::test
