#include "ipc/table_view.hpp"

#include <cstring>
#include <fcntl.h>

#include <ninelives/ipc/name.hpp>

namespace ninelives::ipc {
namespace {

// A field that is full has no terminating zero.
template <std::size_t n>
std::string_view text_in(const std::array<char, n>& field) {
  return {field.data(), ::strnlen(field.data(), n)};
}

}  // namespace

std::size_t name_place(std::string_view name) { return name_hash(name) % name_places; }

Result<TableView> TableView::open(const NodeFiles& files) {
  auto fd = files.open_mappable(NodeFiles::table, O_RDONLY, sizeof(Table), sizeof(TableHeader));
  if (!fd) return std::unexpected(fd.error());
  auto mapping = Mapping::map(fd->get(), Access::read, 0, sizeof(Table));
  if (!mapping) return std::unexpected(mapping.error());
  const auto& header = mapping->as<Table>()->header;
  if (header.magic != magic || header.version != layout_version || header.slots != slots_max) {
    return fault((files.path() / NodeFiles::table).string() + " belongs to another version of ninelives");
  }
  return TableView(std::move(*mapping));
}

std::string_view TableView::node() const { return text_in(table().header.node); }

RowWord TableView::state(Slot slot) const {
  if (!has(slot)) return {};
  return RowWord::unpack(row(slot).state.load(std::memory_order::seq_cst));
}

Incarnation TableView::owner_inc(Slot slot) const {
  return has(slot) ? row(slot).owner_inc.load(std::memory_order::acquire) : 0;
}

std::string TableView::name(Slot slot) const { return has(slot) ? load_text(row(slot).name) : std::string(); }

std::string TableView::registered(Slot slot) const {
  return has(slot) ? load_text(row(slot).registered) : std::string();
}

std::string TableView::in_words(Slot slot) const {
  if (slot == root_slot) return "the root supervisor";
  const std::string name = this->name(slot);
  return name.empty() ? "that process" : '"' + name + '"';
}

std::optional<Owner> TableView::find(std::string_view name) const {
  if (name.empty()) return std::nullopt;
  const auto& names = table().header.names;
  std::size_t place = name_place(name);
  for (std::size_t probe = 0; probe < name_places; ++probe, place = (place + 1) % name_places) {
    const std::uint32_t entry = names[place].load(std::memory_order::acquire);
    if (entry == 0) return std::nullopt;
    const Slot slot = entry - 1;
    if (!has(slot)) continue;
    const RowState state = this->state(slot).state;
    if (state == RowState::free || state == RowState::gone) continue;
    // The slot may change its owner while its name is compared: then it is not the one that was looked for.
    const Incarnation before = owner_inc(slot);
    const bool has_name = this->name(slot) == name || registered(slot) == name;
    if (has_name && owner_inc(slot) == before) return Owner{slot, before};
  }
  return std::nullopt;
}

ExitReason TableView::reason(const Pid& pid) const {
  if (!has(pid.slot) || owner_inc(pid.slot) > pid.incarnation) return ExitReason::noproc();
  const PastLife& past = row(pid.slot).past[pid.incarnation % past_lives];
  if (past.incarnation.load(std::memory_order::acquire) != pid.incarnation) return {};
  ExitReason reason{.kind = static_cast<ExitReason::Kind>(past.kind.load(std::memory_order::relaxed)),
                    .core = past.core.load(std::memory_order::relaxed) != 0,
                    .number = past.number.load(std::memory_order::relaxed),
                    .text = load_text(past.text)};
  std::atomic_thread_fence(std::memory_order::acquire);
  if (past.incarnation.load(std::memory_order::relaxed) != pid.incarnation) return {};
  return reason;
}

}  // namespace ninelives::ipc
