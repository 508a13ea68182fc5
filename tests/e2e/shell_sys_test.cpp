// The verbs that ask a server about itself, and `status`, which asks nobody.
#include <catch2/catch.hpp>
#include <csignal>

#include "supervisor/cli/commands.hpp"
#include "tests/e2e/flock.hpp"

namespace ninelives::test {

using supervisor::exit_failed;
using supervisor::exit_ok;

TEST_CASE("the state of a server is shown as JSON, and replaced from the shell") {
  const Flock flock({"a"});
  CHECK(flock.ninelives({"state", "a"}).out == "{\"heard\":[]}\n");
  CHECK(flock.ninelives({"state", "a", "--replace", R"({"heard": ["once"]})"}).code == exit_ok);
  CHECK(flock.ninelives({"state", "a"}).out == "{\"heard\":[\"once\"]}\n");
  const Ended refused = flock.ninelives({"state", "a", "--replace", R"({"heard": 1})"});
  CHECK(refused.code == exit_failed);
  CHECK_THAT(refused.err, Catch::Contains("heard is not a list"));
  CHECK(flock.ninelives({"state", "a"}).out == "{\"heard\":[\"once\"]}\n");
}

TEST_CASE("a server that is suspended from the shell takes no message until it is resumed") {
  const Flock flock({"a"});
  CHECK(flock.ninelives({"suspend", "a"}).code == exit_ok);
  CHECK_THAT(flock.ninelives({"status", "a"}).out, Catch::Contains("suspended   yes"));
  const Ended waits = flock.ninelives({"call", "a", "heard", "--timeout", "50ms"});
  CHECK(waits.code == exit_failed);
  CHECK_THAT(waits.err, Catch::Contains("timeout"));
  CHECK(flock.ninelives({"state", "a"}).code == exit_ok);
  CHECK(flock.ninelives({"resume", "a"}).code == exit_ok);
  CHECK(flock.ninelives({"call", "a", "heard"}).out == "[]\n");
}

TEST_CASE("a server that is suspended is stopped by its supervisor all the same") {
  const Flock flock({"a"});
  CHECK(flock.ninelives({"suspend", "a"}).code == exit_ok);
  CHECK(flock.ninelives({"stop", "a"}).code == exit_ok);
  CHECK(flock.running.child("a").last_exit == "shutdown");
}

TEST_CASE("terminate ends a server for the reason that is given, and its supervisor restarts it") {
  const Flock flock({"a"});
  CHECK(flock.ninelives({"terminate", "a", "--reason", "enough"}).code == exit_ok);
  CHECK(flock.running.wait_for_state("a", "running").last_exit == "error(\"enough\")");
}

TEST_CASE("status shows what a server is stuck in, without asking it") {
  const Flock flock({"a", "b"});
  // b waits in a callback for a, which never answers.
  REQUIRE(flock.ref("b").cast(Dial{"a"}));
  REQUIRE(wait_until([&] {
    const Ended status = flock.ninelives({"status", "b"});
    return status.out.find("doing       handle_cast(dial), for ") != std::string::npos;
  }));
  CHECK_THAT(flock.ninelives({"status", "b", "--json"}).out, Catch::Contains(R"("callback":"handle_cast")"));
  CHECK_THAT(flock.ninelives({"status", "a"}).out, Catch::Contains("doing       nothing"));
}

TEST_CASE("trace prints what comes in and goes out, as it happens") {
  const Flock flock({"a"});
  Program trace(flock.sandbox.ninelives_plan({"trace", "a", "--count", "3"}));
  // Whoever traces is known to the server before the next message comes: it is seen by its being traced.
  REQUIRE(wait_until([&] {
    (void)flock.ref("a").call(Do{});
    return trace.ends_within(std::chrono::milliseconds(10));
  }));
  const Ended ended = trace.wait();
  CHECK(ended.code == exit_ok);
  const auto lines = lines_of(ended.out);
  REQUIRE(lines.size() == 3);
  CHECK_THAT(lines[0], Catch::Contains(R"(in   call do {"what":"reply","ms":0}  from <)"));
  CHECK_THAT(lines[1], Catch::Contains(R"(out  reply "done"  to <)"));
}

TEST_CASE("statistics count the messages of a server") {
  const Flock flock({"a"});
  for (int i = 0; i < 10; ++i) REQUIRE(flock.ref("a").call(Do{}));
  CHECK_THAT(flock.ninelives({"statistics", "a"}).out, Catch::Contains(R"("messages_in":1)"));
  CHECK_THAT(flock.ninelives({"statistics", "a"}).out, Catch::Contains(R"("bad_messages":0)"));
}

TEST_CASE("what sys cannot do is said in one line") {
  const Flock flock({"a"});
  const Ended nobody = flock.ninelives({"state", "nobody"});
  CHECK(nobody.code == exit_failed);
  CHECK_THAT(nobody.err, Catch::Contains("node n has no \"nobody\""));
  const Ended running = flock.ninelives({"change-code", "a", "1"});
  CHECK(running.code == exit_failed);
  CHECK_THAT(running.err, Catch::Contains("while it is suspended"));
}

}  // namespace ninelives::test
