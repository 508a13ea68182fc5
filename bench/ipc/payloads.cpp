// Calls with much to carry and 8 bytes back, one after the other, cores free.
#include "bench/ipc/call_row.hpp"
#include "bench/ipc/groups.hpp"
#include "bench/ipc/ours/peers.hpp"

namespace ninelives::bench {
namespace {

struct Size {
  const char* group;
  std::size_t bytes;
};
constexpr std::size_t kib = 1024;
constexpr Size sizes[] = {
    {"call with 16 B, small reply", 16},           {"call with 256 B, small reply", 256},
    {"call with 4 KiB, small reply", 4 * kib},     {"call with 15 KiB, small reply", 15 * kib},
    {"call with 16 KiB, small reply", 16 * kib},   {"call with 64 KiB, small reply", 64 * kib},
    {"call with 256 KiB, small reply", 256 * kib}, {largest_payload, 1024 * kib}};

// Copies so small that the clock cannot see one are timed many at a time.
int copies_per_sample(std::size_t bytes) {
  constexpr std::size_t visible = 64 * kib;
  return static_cast<int>(std::max<std::size_t>(1, visible / bytes));
}

}  // namespace

std::vector<Group> payload_groups(const BenchNode& node) {
  std::vector<Group> groups;
  for (const Size& size : sizes) {
    const Setting setting{.request_bytes = size.bytes, .reply_bytes = 8};
    groups.push_back(
        {size.group,
         {call_row(our_inspect(node), setting), call_row(our_store(node), setting),
          call_row(one_memcpy(), setting, {.operations_per_sample = copies_per_sample(size.bytes)}),
          call_row(pipe_pair(), setting), call_row(unix_stream(), setting)}});
  }
  return groups;
}

}  // namespace ninelives::bench
