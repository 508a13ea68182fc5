// What OTP has not: a delay before a restart, and a limit to how long a start may take.
#include <catch2/catch.hpp>

#include "tests/support/running_node.hpp"
#include "tests/support/trees.hpp"
#include "tests/support/wait_until.hpp"

namespace ninelives::test {
namespace {

// Both below a supervisor that has a name, so that it can be asked from the shell.
std::string below(const std::string& supervisor, const std::vector<std::string>& children) {
  std::string tree = "node = \"n\"\n[[child]]\nid = \"top\"\ntype = \"supervisor\"\n" + supervisor + "\n";
  for (std::string child : children) tree += child.replace(0, 9, "[[child.child]]");
  return tree;
}

std::string leaver(std::string_view more) { return worker("leaver", {test_program("leaver")}, more); }

std::string ask(const Sandbox& sandbox, const std::string& message, const std::string& json) {
  return sandbox.ninelives({"call", "top", message, json}).out;
}

}  // namespace

TEST_CASE("a restart with backoff waits, longer each time, and is `restarting` meanwhile") {
  const Sandbox sandbox;
  RunningNode node(sandbox,
                   below("intensity = 10", {leaver("backoff = { first = \"200ms\", jitter = 0.0 }")}));
  node.wait_for_start("top");
  for (std::size_t death = 1; death <= 2; ++death) {
    node.kill_child("top/leaver");
    node.wait_for_state("top/leaver", "restarting");
    CHECK_THAT(ask(sandbox, "which_children", "{}"), Catch::Contains(R"("process":"restarting")"));
    CHECK_THAT(ask(sandbox, "restart_child", R"({"child": {"string": "leaver"}})"),
               Catch::Contains(R"("kind":"restarting")"));
    const auto began = node.events().wait_for("starting", "top/leaver", death + 1).mono_ns;
    const auto ended = node.events().wait_for("exited", "top/leaver", death).mono_ns;
    CHECK(began - ended >= static_cast<std::int64_t>(death) * 200'000'000);
    node.wait_for_state("top/leaver", "running");
  }
  CHECK(node.stop().code == 0);
}

TEST_CASE("a restart that waits is cancelled by terminate_child") {
  const Sandbox sandbox;
  RunningNode node(sandbox, below("", {leaver("backoff = { first = \"1h\", max = \"1h\" }")}));
  node.wait_for_start("top");
  node.kill_child("top/leaver");
  node.wait_for_state("top/leaver", "restarting");
  CHECK(ask(sandbox, "terminate_child", R"({"child": {"string": "leaver"}})") == "{\"ok\":{}}\n");
  node.wait_for_state("top/leaver", "stopped");
  CHECK_THAT(ask(sandbox, "restart_child", R"({"child": {"string": "leaver"}})"), Catch::Contains("ok"));
  node.wait_for_state("top/leaver", "running");
  CHECK(node.stop().code == 0);
}

TEST_CASE("a start that takes too long has failed: at boot for all") {
  const Sandbox sandbox;
  RunningNode node(
      sandbox, tree_of({sleeper("first"), worker("slow", {"sleep", "3600"}, "start_timeout = \"100ms\"")}));
  const Ended ended = node.wait();
  CHECK(ended.code == 1);
  CHECK_THAT(ended.err, Catch::Contains("\"slow\": start_failed(\"not ready after 100ms\")"));
  CHECK(node.events().wait_for("exited", "slow").reason == "start_failed(\"not ready after 100ms\")");
  CHECK(node.events().wait_for("exited", "first").reason == "shutdown");
}

TEST_CASE("a start that takes too long is answered like any other that fails") {
  const Sandbox sandbox;
  RunningNode node(sandbox, below("", {sleeper("first")}));
  node.wait_for_start("top");
  const std::string spec =
      R"({"spec": {"id": "slow", "type": "worker", "restart": "permanent", "significant": false,
          "start_timeout": 100000000, "command": ["sleep", "3600"], "executable": "", "directory": "",
          "environment": {}, "mailbox": "keep", "supervisor": {"strategy": "one_for_one", "intensity": 3,
          "period": 5000000000, "auto_shutdown": "never", "dynamic": false, "extra_arguments": [],
          "children": []}}})";
  CHECK_THAT(ask(sandbox, "start_child", spec), Catch::Contains("not ready after 100ms"));
  CHECK(ask(sandbox, "count_children", "{}") ==
        "{\"specs\":1,\"active\":1,\"supervisors\":0,\"workers\":1}\n");
  CHECK(node.stop().code == 0);
}

}  // namespace ninelives::test
