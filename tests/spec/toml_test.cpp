// What a tree looks like when it is printed. That it is read again as the same:
// tests/supervisor/round_trip_test.cpp.
#include <catch2/catch.hpp>

#include <ninelives/spec/toml.hpp>

namespace ninelives {
namespace {

using namespace std::chrono_literals;

std::string child_with(ChildSpec child) {
  child.id = "a";
  return to_toml(child);
}

TEST_CASE("only what is not the default is printed") {
  CHECK(to_toml(ChildSpec{.id = "a", .command = {"./a"}}) == "[[child]]\nid = \"a\"\ncommand = [\"./a\"]\n");
  CHECK(to_toml(TreeSpec{.node = "n", .supervisor = {.children = {{.id = "a", .command = {"./a"}}}}}) ==
        "node = \"n\"\n\n[[child]]\nid = \"a\"\ncommand = [\"./a\"]\n");
  CHECK(to_toml(TreeSpec{.node = "n", .supervisor = {.dynamic = true, .children = {}}}) ==
        "node = \"n\"\n\n[supervisor]\ndynamic = true\n");
}

TEST_CASE("a tree is printed in the order in which people think") {
  const ChildSpec store{.id = "store",
                        .name = "cache",
                        .restart = Restart::transient,
                        .shutdown = Shutdown{.timeout = 1500ms},
                        .significant = true,
                        .backoff = Backoff{.first = 1s, .max = 1min, .jitter = 0.25, .reset = 10min},
                        .start_timeout = 10s,
                        .command = {"./store", "--port", "80"},
                        .executable = "/opt/shop/store",
                        .directory = "/var/shop",
                        .environment = {{"LANG", "C"}, {"odd.name", "a \"b\""}},
                        .mailbox = Mailbox::drop,
                        .watchdog = 90s};
  const ChildSpec session{.id = "session", .restart = Restart::temporary, .command = {"./session"}};
  const ChildSpec sessions{
      .id = "sessions",
      .type = ChildType::supervisor,
      .shutdown = Shutdown{.kind = Shutdown::Kind::brutal_kill},
      .supervisor = {.strategy = Strategy::simple_one_for_one, .intensity = 10, .children = {session}}};
  const ChildSpec jobs{.id = "jobs",
                       .type = ChildType::supervisor,
                       .supervisor = {.period = 1min,
                                      .dynamic = true,
                                      .max_children = 8,
                                      .extra_arguments = {"-q", "x"},
                                      .children = {}}};
  const ChildSpec front{
      .id = "front", .type = ChildType::supervisor, .supervisor = {.children = {jobs, sessions}}};
  const TreeSpec tree{.node = "shop",
                      .supervisor = {.strategy = Strategy::rest_for_one,
                                     .auto_shutdown = AutoShutdown::any_significant,
                                     .children = {store, front}}};
  CHECK(to_toml(tree) == R"(node = "shop"

[supervisor]
strategy = "rest_for_one"
auto_shutdown = "any_significant"

[[child]]
id = "store"
name = "cache"
command = ["./store", "--port", "80"]
executable = "/opt/shop/store"
directory = "/var/shop"
environment = { LANG = "C", "odd.name" = "a \"b\"" }
restart = "transient"
significant = true
shutdown = "1500ms"
start_timeout = "10s"
watchdog = "90s"
backoff = { first = "1s", max = "1min", jitter = 0.25, reset = "10min" }
mailbox = "drop"

[[child]]
id = "front"
type = "supervisor"

[[child.child]]
id = "jobs"
type = "supervisor"
period = "1min"
dynamic = true
max_children = 8
extra_arguments = ["-q", "x"]

[[child.child]]
id = "sessions"
type = "supervisor"
shutdown = "brutal_kill"
strategy = "simple_one_for_one"
intensity = 10

[[child.child.child]]
id = "session"
command = ["./session"]
restart = "temporary"
)");
}

TEST_CASE("the key of a registry is printed with the registry, whatever it is") {
  CHECK(child_with({.via = Via{"sessions", ""}, .command = {"a"}}) ==
        "[[child]]\nid = \"a\"\nvia = { registry = \"sessions\", key = \"\" }\ncommand = [\"a\"]\n");
}

TEST_CASE("partitions are printed with the one child that they are made from, which has no id") {
  CHECK(to_toml(TreeSpec{.node = "n", .supervisor = {.partitions = 8, .children = {{.command = {"a"}}}}}) ==
        "node = \"n\"\n\n[supervisor]\npartitions = 8\n\n[[child]]\ncommand = [\"a\"]\n");
}

TEST_CASE("a supervisor that has no children on purpose says so") {
  CHECK(to_toml(TreeSpec{.node = "n", .supervisor = {.intensity = 1, .children = {}}}) ==
        "node = \"n\"\nchild = []\n\n[supervisor]\nintensity = 1\n");
  CHECK(child_with({.type = ChildType::supervisor, .supervisor = {.intensity = 1, .children = {}}}) ==
        "[[child]]\nid = \"a\"\ntype = \"supervisor\"\nintensity = 1\nchild = []\n");
}

TEST_CASE("what means nothing for a child of its type is not printed") {
  CHECK(child_with({.type = ChildType::program,
                    .command = {"a"},
                    .mailbox = Mailbox::drop,
                    .supervisor = {.intensity = 1, .children = {}}}) ==
        "[[child]]\nid = \"a\"\ntype = \"program\"\ncommand = [\"a\"]\n");
  CHECK(child_with({.type = ChildType::supervisor,
                    .command = {"a"},
                    .directory = "/",
                    .supervisor = {.dynamic = true, .children = {}}}) ==
        "[[child]]\nid = \"a\"\ntype = \"supervisor\"\ndynamic = true\n");
}

TEST_CASE("an executable that the command names already is not printed") {
  CHECK(child_with({.command = {"/bin/a", "b"}, .executable = "/bin/a"}) ==
        "[[child]]\nid = \"a\"\ncommand = [\"/bin/a\", \"b\"]\n");
}

TEST_CASE("a backoff of which all is the default is printed, because it is one") {
  CHECK(child_with({.backoff = Backoff{}, .command = {"a"}}) ==
        "[[child]]\nid = \"a\"\ncommand = [\"a\"]\nbackoff = {}\n");
}

TEST_CASE("texts are printed so that they are in one line and can be read again") {
  CHECK(child_with({.command = {"a\n\t\x01\x7f\"\\", "\u00f6"}}) ==
        "[[child]]\nid = \"a\"\ncommand = [\"a\\n\\t\\u0001\\u007f\\\"\\\\\", \"\u00f6\"]\n");
}

}  // namespace
}  // namespace ninelives
