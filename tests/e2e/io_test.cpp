// A server that waits for its own I/O and for messages on one thread.
#include <catch2/catch.hpp>

#include "tests/e2e/managed.hpp"
#include "tests/programs/listener.hpp"

namespace ninelives::test {
namespace {

struct Studio {
  Sandbox sandbox;
  std::filesystem::path pipe = sandbox / "pipe";
  std::optional<RunningNode> running;
  std::optional<Node> node;
  ipc::UniqueFd in;

  Studio() {
    if (::mkfifo(pipe.c_str(), 0600) != 0) throw std::runtime_error("no pipe");
    in = ipc::UniqueFd(::open(pipe.c_str(), O_RDWR | O_CLOEXEC));
    running.emplace(sandbox, tree_of({worker("listener", {test_program("listener"), pipe.string()})}));
    running->wait_for_start("listener");
    node.emplace(attach());
  }
  void say(const std::string& line) const {
    const std::string text = line + "\n";
    REQUIRE(::write(in.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  static std::vector<std::string> lines() {
    return whereis<ListenerApi>("listener").call(Lines{}).value_or(std::vector<std::string>());
  }
};

}  // namespace

TEST_CASE("a server answers calls and reads its pipe, in any order") {
  const Studio studio;
  CHECK(Studio::lines().empty());
  std::vector<std::string> said;
  for (int number = 0; number < 100; ++number) {
    said.push_back("line " + std::to_string(number));
    studio.say(said.back());
    REQUIRE(wait_until([&] { return Studio::lines() == said; }));
  }
}

TEST_CASE("what an I/O handler sends to its own server may end it") {
  const Studio studio;
  studio.say("stop");
  REQUIRE(wait_until([&] { return studio.running->child("listener").restarts == 1; }));
  CHECK(studio.running->wait_for_state("listener", "running").last_exit == "{shutdown, \"heard\"}");
}

TEST_CASE("an exit signal of an I/O handler to its own server ends it, though no message comes") {
  const Studio studio;
  studio.say("exit");
  REQUIRE(wait_until([&] { return studio.running->child("listener").restarts == 1; }));
  CHECK(studio.running->wait_for_state("listener", "running").last_exit == "{shutdown, \"left\"}");
}

TEST_CASE("an exception in an I/O handler is the server's exit reason") {
  const Studio studio;
  studio.say("throw");
  REQUIRE(wait_until([&] { return studio.running->child("listener").restarts == 1; }));
  CHECK(studio.running->wait_for_state("listener", "running").last_exit ==
        "error(\"exception in an I/O handler: bad line\")");
}

TEST_CASE("a server with I/O that sleeps is woken by a message, and stopped by its supervisor") {
  const Studio studio;
  for (int call = 0; call < 100; ++call) REQUIRE(whereis<ListenerApi>("listener").call(Lines{}));
  CHECK(studio.sandbox.ninelives({"stop", "listener"}).code == 0);
  CHECK(studio.running->child("listener").last_exit == "shutdown");
}

}  // namespace ninelives::test
