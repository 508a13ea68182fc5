// Several threads, each a process of the node by itself, use one server at once. Under the thread sanitizer
// this is also the proof that they share nothing that they should not.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <thread>

#include <ninelives/serve.hpp>

#include "ipc/launch_environment.hpp"
#include "tests/support/test_node.hpp"
#include "tests/worker/parrot.hpp"
#include "worker/node_process.hpp"

namespace ninelives::test {
namespace {

constexpr int clients = 4;
constexpr int rounds = 200;

void become(const TestNode& node, const Pid& pid) {
  ::setenv(ipc::env_node, node.files.path().c_str(), 1);
  ::setenv(ipc::env_slot, std::to_string(pid.slot).c_str(), 1);
  ::setenv(ipc::env_incarnation, std::to_string(pid.incarnation).c_str(), 1);
}

// Returns how often something was not as it should be.
int use_server(const TestNode& node, const Pid& self) {
  detail::NodeProcess process(node.attach(self));
  const Ref<ParrotApi> server("server");
  int wrong = 0;
  for (int round = 0; round < rounds; ++round) {
    if (server.call(Do{}, infinity) != std::expected<std::string, CallError>("done")) ++wrong;
    if (!server.send(Note{"note"}, infinity)) ++wrong;
    auto request = server.send_request(Do{}, infinity);
    if (request.receive(infinity) != std::expected<std::string, CallError>("done")) ++wrong;
  }
  return wrong;
}

}  // namespace

TEST_CASE("threads that are processes of their own call, send and ask one server at once") {
  TestNode node;
  const Pid server = node.add("server");
  std::vector<Pid> pids;
  for (int i = 0; i < clients; ++i) pids.push_back(node.add("client" + std::to_string(i)));
  const Pid last = node.add("last");
  become(node, server);
  std::thread serving([] { serve<Parrot>(0, nullptr); });
  std::vector<int> wrong(clients, -1);
  {
    detail::NodeProcess process(node.attach(last));
    const Ref<ParrotApi> ref("server");
    REQUIRE(ref.call(Do{}, infinity));  // it has read its environment
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < clients; ++i) {
      threads.emplace_back([&, i] { wrong[i] = use_server(node, pids[i]); });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(ref.call(Heard{}, infinity)->size() == clients * rounds);
    REQUIRE(ref.cast(Act{Do::What::stop_normal}, infinity));
    serving.join();
  }
  for (const char* name : {ipc::env_node, ipc::env_slot, ipc::env_incarnation}) ::unsetenv(name);
  CHECK(wrong == std::vector<int>(clients, 0));
}

}  // namespace ninelives::test
