#include "supervisor/node/rows.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "ipc/last_words.hpp"

namespace ninelives::supervisor {
namespace {

std::chrono::nanoseconds now() { return std::chrono::steady_clock::now().time_since_epoch(); }

bool is_partition(std::string_view id, std::uint32_t partitions) {
  std::uint32_t number = 0;
  std::from_chars(id.data(), id.data() + id.size(), number);
  return number < partitions && std::to_string(number) == id;
}

const ChildSpec* find_spec(const SupervisorSpec& spec, const std::string& prefix, const std::string& name) {
  if (is_dynamic(spec)) return nullptr;
  if (spec.partitions) {
    const auto id = name.substr(std::min(name.size(), child_name(prefix, "").size()));
    return is_partition(id, *spec.partitions) ? &spec.children.front() : nullptr;
  }
  const auto found = std::ranges::find_if(
      spec.children, [&](const ChildSpec& child) { return child_name(prefix, child.id) == name; });
  return found == spec.children.end() ? nullptr : &*found;
}

}  // namespace

ipc::RowType row_type(ChildType type) {
  switch (type) {
    case ChildType::worker:
      return ipc::RowType::worker;
    case ChildType::program:
      return ipc::RowType::program;
    case ChildType::supervisor:
      return ipc::RowType::supervisor;
  }
  std::unreachable();
}

std::string child_name(const std::string& supervisor, const std::string& id) {
  return supervisor.empty() ? id : supervisor + "/" + id;
}

void Rows::starting(const Pid& pid, std::uint32_t partitions) {
  if (pid.incarnation > view().owner_inc(pid.slot)) table_.count_restart(pid.slot);
  if (view().row(pid.slot).keeps_mailbox.load() == 0) table_.set_accept_from(pid.slot, pid.incarnation);
  table_.set_partitions(pid.slot, partitions);
  table_.set_starting(pid.slot, pid.incarnation, now());
}

void Rows::restarting(const Pid& pid) {
  if (view().row(pid.slot).keeps_mailbox.load() == 0) table_.set_accept_from(pid.slot, pid.incarnation + 1);
  table_.set_state(pid.slot, pid.incarnation, ipc::RowState::restarting);
  give_notice(pid.slot);
}

void Rows::down(const Pid& pid, ipc::RowState state) {
  table_.set_accept_from(pid.slot, pid.incarnation + 1);
  table_.set_state(pid.slot, pid.incarnation, state);
  give_notice(pid.slot);
}

void Rows::give_notice(Slot slot) {
  ipc::give_notice(files_, view(), boxes_, slot);
  if (boxes_.size() < boxes_to_look_at_) return;
  forget_freed_boxes();
  boxes_to_look_at_ = std::max<std::size_t>(2 * boxes_.size(), 32);
}

std::optional<ExitReason> Rows::own_words(const Pid& pid) {
  const ipc::Status* written = status(pid.slot);
  return written == nullptr ? std::nullopt : ipc::read_last_words(*written, pid.incarnation);
}

const ipc::Status* Rows::status(Slot slot) {
  const ipc::BoxView* box = ipc::find_box(files_, view(), boxes_, slot);
  return box == nullptr ? nullptr : &box->status();
}

// The root lets go of a box when it frees the slot. A supervisor below it does not hear of that, nor do those
// of the peers of its children.
void Rows::forget_freed_boxes() {
  std::erase_if(boxes_, [this](const auto& entry) {
    const auto& [slot, box] = entry;
    return view().state(slot).state == ipc::RowState::free || view().owner_inc(slot) != box.owner().owner_inc;
  });
}

// ---- below a dead supervisor

// The root's own row names itself as its supervisor.
std::vector<Slot> Rows::children_of(Slot supervisor) const {
  std::vector<Slot> children;
  for (Slot slot = 0; slot < view().rows(); ++slot) {
    const ipc::RowState state = view().state(slot).state;
    const bool is_used = state != ipc::RowState::free && state != ipc::RowState::gone;
    if (is_used && slot != supervisor && view().row(slot).supervisor.load() == supervisor) {
      children.push_back(slot);
    }
  }
  return children;
}

std::vector<Rows::Alive> Rows::alive_below(Slot supervisor) const {
  std::vector<Alive> alive;
  for (const Slot slot : children_of(supervisor)) {
    const ipc::RowWord word = view().state(slot);
    if (word.is_alive()) {
      alive.push_back(
          {{slot, word.incarnation}, static_cast<int>(view().row(slot).os_pid.load()), supervisor});
    }
    if (view().row(slot).type.load() != ipc::RowType::supervisor) continue;
    std::ranges::copy(alive_below(slot), std::back_inserter(alive));
  }
  return alive;
}

std::vector<int> Rows::alive_os_pids() const {
  std::vector<int> os_pids;
  for (Slot slot = 0; slot < view().rows(); ++slot) {
    if (view().state(slot).is_alive()) os_pids.push_back(static_cast<int>(view().row(slot).os_pid.load()));
  }
  return os_pids;
}

// A child that was deleted and started again with its id may be another one than that of the spec.
bool Rows::is_place_of(Slot slot, const ChildSpec& child) const {
  const ipc::Row& row = view().row(slot);
  return row.type.load() == row_type(child.type) && view().registered(slot) == child.name.value_or("") &&
         (row.keeps_mailbox.load() != 0) == (child.mailbox == Mailbox::keep);
}

std::vector<Rows::Alive> Rows::died_with(Slot supervisor, const SupervisorSpec& spec) {
  std::vector<Alive> died = alive_below(supervisor);
  for (const Alive& life : died) ended(life.pid, ExitReason::killed());
  const std::string prefix = view().name(supervisor);
  for (const Slot slot : children_of(supervisor)) {
    const ipc::RowWord word = view().state(slot);
    const ChildSpec* child = find_spec(spec, prefix, view().name(slot));
    if (child != nullptr && !is_place_of(slot, *child)) child = nullptr;
    if (view().row(slot).type.load() == ipc::RowType::supervisor) {
      died_with(slot, child == nullptr ? SupervisorSpec{} : child->supervisor);
    }
    if (child == nullptr) {
      down_with(slot, ipc::RowState::gone);
      down({slot, word.incarnation}, ipc::RowState::gone);
    } else if (word.is_alive()) {
      restarting({slot, word.incarnation});
    }
  }
  return died;
}

void Rows::down_with(Slot supervisor, ipc::RowState state) {
  for (const Slot slot : children_of(supervisor)) {
    const ipc::RowWord word = view().state(slot);
    down_with(slot, state);
    const bool changes = state == ipc::RowState::gone || word.state == ipc::RowState::restarting;
    if (changes) down({slot, word.incarnation}, state);
  }
}

}  // namespace ninelives::supervisor
