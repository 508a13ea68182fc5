// Who stands under a key: from shared memory, beside Erlang's ETS; and a call through such a name.
#include <stdexcept>

#include <ninelives/registry.hpp>

#include "bench/ipc/call_row.hpp"
#include "bench/ipc/groups.hpp"
#include "bench/ipc/ours/peers.hpp"

namespace ninelives::bench {
namespace {

constexpr int keys = 10'000;  // as in erlang_vm.escript

std::string key(int number) { return "a key, " + std::to_string(number); }

template <class Result>
auto expect(Result result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
  return std::move(*result);
}

// A process that has entered itself under all keys, and then looks for one after the other.
template <class LookUp>
Samples measure_look_ups(const BenchNode& bench, Nanoseconds budget, LookUp look_up) {
  const Node node = bench.attach();
  const Registry registry(BenchNode::registry);
  std::vector<std::string> all;
  for (int i = 0; i < keys; ++i) {
    all.push_back(key(i));
    expect(registry.register_name(all.back(), i));
  }
  std::size_t next = 0;
  constexpr std::size_t stride = 7919;  // a prime: neighbours in time are none in memory
  return measure(
      [&] {
        next = (next + stride) % all.size();
        look_up(registry, all[next]);
      },
      {.budget = budget, .operations_per_sample = 100});
}

Row whereis_row(const BenchNode& node) {
  return {.name = "ninelives Registry::whereis", .turn = [&node](Nanoseconds budget) {
            return measure_look_ups(node, budget, [](const Registry& registry, const std::string& key) {
              if (!registry.whereis(key)) throw std::runtime_error("nobody is there");
            });
          }};
}

Row lookup_row(const BenchNode& node) {
  return {.name = "ninelives Registry::lookup, with the value", .turn = [&node](Nanoseconds budget) {
            return measure_look_ups(node, budget, [](const Registry& registry, const std::string& key) {
              if (expect(registry.lookup<int>(key)).size() != 1) throw std::runtime_error("nobody is there");
            });
          }};
}

Row erlang_row(ErlangVm& erlang) {
  return {.name = "Erlang ets:lookup, one VM",
          .trouble = ErlangVm::trouble(),
          .turn = [&erlang](Nanoseconds budget) { return erlang.look_ups(budget); }};
}

}  // namespace

std::vector<Group> look_up_groups(const BenchNode& node, ErlangVm& erlang) {
  const Setting setting{.placement = Placement::two_cores};
  const Pace pace{.operations_per_sample = 10};
  return {
      {look_ups, {whereis_row(node), lookup_row(node), erlang_row(erlang)}},
      {calls_through_names,
       {call_row(our_lookup_via_registry(node), setting, pace), call_row(our_lookup(node), setting, pace)}}};
}

}  // namespace ninelives::bench
