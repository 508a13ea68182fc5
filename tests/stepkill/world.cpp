#include "tests/stepkill/world.hpp"

#include <fcntl.h>
#include <fstream>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>

#include "ipc/ring_file.hpp"
#include "ipc/ring_tail.hpp"
#include "tests/support/processes.hpp"
#include "tests/support/wait_until.hpp"

namespace ninelives::test::stepkill {

void require(bool holds, const std::string& otherwise) {
  if (!holds) throw std::runtime_error(otherwise);
}

World::World()
    : files_(must(ipc::NodeFiles::open(dir_.path()))),
      rows_(files_, must(ipc::TableWriter::create(files_, "test"))) {
  const ipc::Owner owner =
      must(slots_.add({.name = "root", .type = ipc::RowType::supervisor, .supervisor = ipc::root_slot}));
  root_ = attach(next_life({owner.slot, owner.owner_inc - 1}));
}

Pid World::allot(std::string_view name, bool keeps_mailbox) {
  const ipc::Owner owner = must(slots_.add({.name = name,
                                            .type = ipc::RowType::worker,
                                            .supervisor = ipc::root_slot,
                                            .keeps_mailbox = keeps_mailbox}));
  return {owner.slot, owner.owner_inc - 1};
}

Pid World::add(std::string_view name, bool keeps_mailbox) { return next_life(allot(name, keeps_mailbox)); }

Pid World::next_life(const Pid& former) {
  const Pid pid{former.slot, former.incarnation + 1};
  rows_.starting(pid);
  rows_.os_pid(pid, ::getpid());
  rows_.running(pid);
  return pid;
}

// The table says that all the others are somebody's, whom nobody knows.
void World::reserve_free_slots() {
  const ipc::UniqueFd fd = must(files_.open_file(ipc::NodeFiles::table, O_RDWR));
  const ipc::Mapping mapping = must(ipc::Mapping::map(fd.get(), ipc::Access::write, 0, sizeof(ipc::Table)));
  auto& shared = *mapping.as<ipc::Table>();
  require(ipc::populate(&shared, sizeof(ipc::Table)), "no room for a whole table");
  shared.header.rows.store(ipc::slots_max);
  for (ipc::Row& row : shared.row) {
    if (ipc::RowWord::unpack(row.state.load()).state == ipc::RowState::free)
      row.state.store(ipc::RowWord{1, ipc::RowState::stopped}.pack());
  }
}

void World::restarting(const Pid& dead) {
  rows_.ended(dead, ExitReason::killed());
  rows_.restarting(dead);
}

void World::gone(const Pid& dead) {
  rows_.ended(dead, ExitReason::killed());
  rows_.down(dead, ipc::RowState::gone);
}

void World::require_all_freed() {
  require(wait_until([this] { return slots_.free_drained() == 0; }), "a slot that is gone is not freed");
  rows_.forget_freed_boxes();  // a victim may have freed some
}

void World::share_with_children() const {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const bool is_a_supervisors =
        line.contains((path() / ipc::NodeFiles::table).string()) || line.contains((path() / "box.").string());
    if (!is_a_supervisors) continue;
    std::size_t dash = 0;
    const std::uint64_t from = std::stoull(line, &dash, 16);
    const std::uint64_t to = std::stoull(line.substr(dash + 1), nullptr, 16);
    require(::madvise(reinterpret_cast<void*>(from), to - from, MADV_DOFORK) == 0, "madvise");
  }
}

// But for the arenas of the root, which has large things to say to bystanders.
World::Footprint World::footprint() const {
  std::size_t arenas_of_root = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(path())) {
    const auto arena = ipc::NodeFiles::parse_arena(file.path().filename().string());
    arenas_of_root += arena && arena->first.slot == ipc::root_slot;
  }
  return {files_below(path()) - arenas_of_root, mappings_of(::getpid(), path())};
}

std::uint64_t World::tail(const Pid& from, const Pid& to) const {
  auto ring = ipc::open_ring(files_, owner(from), owner(to));
  return ring ? ipc::find_tail(*ring->as<ipc::Ring>()) : 0;
}

std::uint64_t World::cursor(const Pid& from, const Pid& to) const {
  auto ring = ipc::open_ring(files_, owner(from), owner(to));
  if (!ring) return 0;
  must(ipc::allocate_entry(files_, owner(to), from.slot));
  auto box = must(ipc::BoxView::open(files_, owner(to)));
  const ipc::Entry& entry = box.entry(from.slot);
  const bool knows_ring = entry.ring_id.load() == ring->as<ipc::RingHeader>()->ring_id;
  return knows_ring ? entry.cursor.load() : 0;
}

void World::wait_until_asleep(const Pid& pid) const {
  const auto box = must(ipc::BoxView::open(files_, owner(pid)));
  const ipc::Bell& bell = box.bell();
  auto is_asleep = [&] {
    const bool sleeps = bell.futex_word.load() == ipc::asleep || bell.fd_word.load() == ipc::parked;
    return sleeps && !ipc::anything_rung(bell);
  };
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!is_asleep()) {
    require(std::chrono::steady_clock::now() < until, "a bystander does not go to sleep");
    std::this_thread::yield();
  }
}

}  // namespace ninelives::test::stepkill
