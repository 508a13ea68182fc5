// Two processes that have never met: a program attaches to the node, and calls a server for the first time.
#include <stdexcept>

#include "bench/ipc/groups.hpp"

namespace ninelives::bench {
namespace {

constexpr std::chrono::microseconds time_to_fall_asleep{300};

// Takes one sample after the other, each with a newcomer to the node.
template <class Meet>
Samples measure_meetings(Nanoseconds budget, Meet&& meet) {
  Samples samples;
  for (const auto end = Clock::now() + budget; samples.empty() || Clock::now() < end;) {
    std::this_thread::sleep_for(time_to_fall_asleep);
    samples.push_back(meet());
  }
  return samples;
}

double since(Clock::time_point begin) {
  return static_cast<double>(Nanoseconds(Clock::now() - begin).count());
}

void call_server() {
  if (auto reply = whereis<EchoApi>(BenchNode::server).call(Lookup{"a key, 15 bytes"}); !reply) {
    throw std::runtime_error(reply.error().text);
  }
}

double first_call(const BenchNode& bench) {
  const Node node = bench.attach();
  std::this_thread::sleep_for(time_to_fall_asleep);
  const auto begin = Clock::now();
  call_server();
  return since(begin);
}

double attach_and_call(const BenchNode& bench) {
  const auto begin = Clock::now();
  const Node node = bench.attach();
  call_server();
  return since(begin);
}

Row row(const char* name, const BenchNode& node, double (*meet)(const BenchNode&)) {
  return {.name = name, .turn = [&node, meet](Nanoseconds budget) {
            return measure_meetings(budget, [&] { return meet(node); });
          }};
}

}  // namespace

std::vector<Group> first_contact_groups(const BenchNode& node) {
  Group group{first_contact,
              {row(first_call_row, node, first_call),
               row("attach to the node, and first call", node, attach_and_call)}};
  group.compared = false;
  return {group};
}

}  // namespace ninelives::bench
