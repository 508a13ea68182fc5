// What is measured, group by group. The node and the VM must outlive the run.
#pragma once
#include <vector>

#include "bench/harness/row.hpp"
#include "bench/ipc/ours/node.hpp"
#include "bench/ipc/peers/erlang_vm.hpp"

namespace ninelives::bench {

inline constexpr const char* awake_calls = "call, both awake, one core each";
inline constexpr const char* asleep_free = "call, server asleep, cores free";
inline constexpr const char* asleep_one_core = "call, server asleep, same core";
inline constexpr const char* asleep_two_cores = "call, server asleep, one core each";
inline constexpr const char* one_sender_free = "cast, 64 bytes, 1 sender, cores free";
inline constexpr const char* one_sender_two_cores = "cast, 64 bytes, 1 sender, one core each";
inline constexpr const char* eight_senders = "cast, 64 bytes, 8 senders, cores free";
inline constexpr const char* largest_payload = "call with 1 MiB, small reply";
inline constexpr const char* first_contact = "first contact, server asleep";
inline constexpr const char* memory = "memory";
inline constexpr const char* deaths = "down, 1 000 monitors on one process";
inline constexpr const char* look_ups = "registry: look-up of one of 10 000 keys";
inline constexpr const char* calls_through_names = "registry: call through a name in it, both awake";

inline constexpr const char* first_call_row = "first call to a server never met";
inline constexpr const char* last_down_row = "the last Down";
inline constexpr const char* idle_mailbox_row = "mailbox of an idle worker";
inline constexpr const char* light_ring_row = "ring in light use";

std::vector<Group> call_groups(const BenchNode& node, ErlangVm& erlang);
std::vector<Group> cast_groups(const BenchNode& node, ErlangVm& erlang);
std::vector<Group> payload_groups(const BenchNode& node);
std::vector<Group> first_contact_groups(const BenchNode& node);
std::vector<Group> death_groups(const BenchNode& node);
std::vector<Group> memory_groups(const BenchNode& node);
std::vector<Group> look_up_groups(const BenchNode& node, ErlangVm& erlang);

}  // namespace ninelives::bench
