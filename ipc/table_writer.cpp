#include "ipc/table_writer.hpp"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

namespace ninelives::ipc {
namespace {

constexpr Slot rows_at_a_time = 32;

}  // namespace

Result<TableWriter> TableWriter::create(const NodeFiles& files, std::string_view node) {
  const std::string path = (files.path() / NodeFiles::table).string();
  UniqueFd fd(::openat(files.dir(), NodeFiles::table, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) return os_error("cannot create " + path);
  if (::ftruncate(fd.get(), sizeof(Table)) != 0 || ::fallocate(fd.get(), 0, 0, sizeof(TableHeader)) != 0) {
    return os_error("cannot make room for " + path);
  }
  auto mapping = Mapping::map(fd.get(), Access::write, 0, sizeof(Table));
  if (!mapping) return std::unexpected(mapping.error());
  auto& header = mapping->as<Table>()->header;
  header.slots = slots_max;
  header.version = layout_version;
  node.copy(header.node.data(), header.node.size() - 1);  // the file is zeros
  header.magic = magic;
  auto view = TableView::open(files);
  if (!view) return std::unexpected(view.error());
  return TableWriter(std::move(*mapping), std::move(*view));
}

Result<TableWriter> TableWriter::open(const NodeFiles& files) {
  auto view = TableView::open(files);
  if (!view) return std::unexpected(view.error());
  auto fd = files.open_mappable(NodeFiles::table, O_RDWR, sizeof(Table), sizeof(TableHeader));
  if (!fd) return std::unexpected(fd.error());
  auto mapping = Mapping::map(fd->get(), Access::write, 0, sizeof(Table));
  if (!mapping) return std::unexpected(mapping.error());
  return TableWriter(std::move(*mapping), std::move(*view));
}

bool TableWriter::ensure_rows(Slot rows) {
  const Slot present = view_.rows();
  if (rows <= present) return true;
  const Slot more = std::min(present + rows_at_a_time, slots_max);
  auto* first = reinterpret_cast<std::byte*>(&row(present));
  auto* end = reinterpret_cast<std::byte*>(&row(0) + more);
  // populate() wants whole pages; the row that shares its page with its neighbour has memory already.
  auto* page = reinterpret_cast<std::byte*>(&table()) + (first - reinterpret_cast<std::byte*>(&table())) /
                                                            static_cast<std::ptrdiff_t>(page_bytes) *
                                                            static_cast<std::ptrdiff_t>(page_bytes);
  if (!populate(page, static_cast<std::size_t>(end - page))) return false;
  table().header.rows.store(more, std::memory_order::release);
  return true;
}

Result<Slot> TableWriter::free_slot() {
  for (Slot tried = 0; tried < slots_max; ++tried, next_ = (next_ + 1) % slots_max) {
    if (view_.has(next_) && view_.state(next_).state != RowState::free) continue;
    if (!ensure_rows(next_ + 1)) return fault("no room for another process: the node's tmpfs is full");
    Slot slot = next_;
    next_ = (next_ + 1) % slots_max;
    return slot;
  }
  return fault("no room for another process: all " + std::to_string(slots_max) + " slots are in use");
}

Result<Owner> TableWriter::allot(const RowFacts& facts) {
  auto slot = free_slot();
  if (!slot) return std::unexpected(slot.error());
  Row& row = this->row(*slot);
  const Incarnation owner_inc = view_.state(*slot).incarnation + 1;
  row.accept_from.store(owner_inc, std::memory_order::relaxed);
  row.type.store(facts.type, std::memory_order::relaxed);
  row.supervisor.store(facts.supervisor, std::memory_order::relaxed);
  row.keeps_mailbox.store(facts.keeps_mailbox ? 1 : 0, std::memory_order::relaxed);
  row.partitions.store(0, std::memory_order::relaxed);
  row.restarts.store(0, std::memory_order::relaxed);
  row.os_pid.store(0, std::memory_order::relaxed);
  // Before the owner: who finds an old name must not take it for the new owner's.
  store_text(row.name, facts.name);
  store_text(row.registered, facts.registered);
  row.owner_inc.store(owner_inc, std::memory_order::release);
  // Not launched yet: the life before its first one is over, whatever it was.
  row.state.store(RowWord{owner_inc - 1, RowState::stopped}.pack(), std::memory_order::seq_cst);
  if (!facts.name.empty()) add_name(facts.name, *slot);
  if (!facts.registered.empty()) add_name(facts.registered, *slot);
  return Owner{*slot, owner_inc};
}

// Two names of one slot may share a place: what a place says is only where to look.
void TableWriter::add_name(std::string_view name, Slot slot) {
  auto& names = table().header.names;
  for (std::size_t place = name_place(name);; place = (place + 1) % name_places) {
    const std::uint32_t entry = names[place].load(std::memory_order::relaxed);
    if (entry != 0 && entry != no_longer_a_name && entry != slot + 1) continue;
    names[place].store(slot + 1, std::memory_order::release);
    return;
  }
}

// What no search has to go past any more is cleared, so that names that come and go do not make all of them
// long.
void TableWriter::remove_name(std::string_view name, Slot slot) {
  auto& names = table().header.names;
  std::size_t place = name_place(name);
  while (names[place].load(std::memory_order::relaxed) != slot + 1) {
    if (names[place].load(std::memory_order::relaxed) == 0)
      return;  // shared with the other name, which is out
    place = (place + 1) % name_places;
  }
  names[place].store(no_longer_a_name, std::memory_order::release);
  if (names[(place + 1) % name_places].load(std::memory_order::relaxed) != 0) return;
  while (names[place].load(std::memory_order::relaxed) == no_longer_a_name) {
    names[place].store(0, std::memory_order::release);
    place = (place + name_places - 1) % name_places;
  }
}

void TableWriter::free(Slot slot) {
  const std::string name = view_.name(slot);
  const std::string registered = view_.registered(slot);
  set_state(slot, view_.state(slot).incarnation, RowState::free);
  if (!name.empty()) remove_name(name, slot);
  if (!registered.empty()) remove_name(registered, slot);
}

void TableWriter::set_starting(Slot slot, Incarnation life, std::chrono::nanoseconds now) {
  row(slot).os_pid.store(0, std::memory_order::relaxed);
  row(slot).started_ns.store(static_cast<std::uint64_t>(now.count()), std::memory_order::relaxed);
  set_state(slot, life, RowState::starting);
}

void TableWriter::set_os_pid(Slot slot, std::uint32_t os_pid) {
  row(slot).os_pid.store(os_pid, std::memory_order::release);
}

void TableWriter::set_partitions(Slot slot, std::uint32_t partitions) {
  row(slot).partitions.store(partitions, std::memory_order::relaxed);
}

void TableWriter::set_state(Slot slot, Incarnation life, RowState state) {
  row(slot).state.store(RowWord{life, state}.pack(), std::memory_order::seq_cst);
}

void TableWriter::set_reason(Slot slot, Incarnation life, const ExitReason& reason) {
  PastLife& past = row(slot).past[life % past_lives];
  past.incarnation.store(0, std::memory_order::release);
  std::atomic_thread_fence(std::memory_order::release);
  past.kind.store(static_cast<std::uint8_t>(reason.kind), std::memory_order::relaxed);
  past.core.store(reason.core ? 1 : 0, std::memory_order::relaxed);
  past.number.store(reason.number, std::memory_order::relaxed);
  store_text(past.text, reason.text);
  past.incarnation.store(life, std::memory_order::release);
}

void TableWriter::set_accept_from(Slot slot, Incarnation accept_from) {
  row(slot).accept_from.store(accept_from, std::memory_order::release);
}

void TableWriter::count_restart(Slot slot) { row(slot).restarts.fetch_add(1, std::memory_order::relaxed); }

}  // namespace ninelives::ipc
