// What the files of a mailbox take of the tmpfs (st_blocks).
#include <stdexcept>
#include <sys/stat.h>

#include "bench/harness/check.hpp"
#include "bench/ipc/groups.hpp"

namespace ninelives::bench {
namespace {

namespace fs = std::filesystem;

double kib_of(const fs::path& file) {
  struct stat status{};
  check(::lstat(file.c_str(), &status), file.c_str());
  return static_cast<double>(status.st_blocks) * 512 / 1024;
}

Slot slot_of(const char* name) {
  const auto pid = whereis<EchoApi>(name).pid();
  if (!pid) throw std::runtime_error(pid.error().text);
  return pid->slot;
}

bool belongs_to(const fs::path& file, Slot slot) {
  const std::string name = file.filename().string(), owner = '.' + std::to_string(slot) + '.';
  return name.find(owner) != std::string::npos;
}

// Box and door, and the rings that end at it.
Samples idle_mailbox(const BenchNode& bench, Nanoseconds) {
  const Node node = bench.attach();
  const Slot slot = slot_of(BenchNode::idle_worker);
  double kib = 0;
  for (const auto& entry : fs::directory_iterator(bench.directory())) {
    if (!belongs_to(entry.path(), slot)) continue;
    kib += kib_of(entry.path());
    if (!entry.is_directory()) continue;
    for (const auto& ring : fs::directory_iterator(entry)) kib += kib_of(ring.path());
  }
  return {kib};
}

// The ring to a server that has been called once.
Samples light_ring(const BenchNode& bench, Nanoseconds) {
  const Node node = bench.attach();
  if (!whereis<EchoApi>(BenchNode::server).call(Lookup{"a key, 15 bytes"}))
    throw std::runtime_error("no reply");
  const Slot slot = slot_of(BenchNode::server);
  const std::string mine = std::to_string(node.self().slot) + '.';
  for (const auto& entry : fs::directory_iterator(bench.directory())) {
    if (!entry.is_directory() || !belongs_to(entry.path(), slot)) continue;
    for (const auto& ring : fs::directory_iterator(entry)) {
      if (ring.path().filename().string().starts_with(mine)) return {kib_of(ring.path())};
    }
  }
  throw std::runtime_error("no file of a ring is to be seen");
}

Row row(const char* name, const BenchNode& node, Samples (*weigh)(const BenchNode&, Nanoseconds)) {
  return {.name = name, .turn = [&node, weigh](Nanoseconds budget) { return weigh(node, budget); }};
}

}  // namespace

std::vector<Group> memory_groups(const BenchNode& node) {
  Group group{memory, {row(idle_mailbox_row, node, idle_mailbox), row(light_ring_row, node, light_ring)}};
  group.unit = "KiB";
  group.compared = false;
  return {group};
}

}  // namespace ninelives::bench
