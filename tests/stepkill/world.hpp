// A node for step-kill campaigns: a table, boxes, and the root's own way of keeping slots; the test plays the
// root. Everybody who is no victim lives in the test's process.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ipc/endpoint.hpp"
#include "ipc/node_files.hpp"
#include "supervisor/node/slots.hpp"
#include "tests/support/temp_dir.hpp"

namespace ninelives::test::stepkill {

template <class T>
T must(ipc::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// Throws what a campaign reports with the instruction at which it happened.
void require(bool holds, const std::string& otherwise);

class World {
 public:
  World();

  const std::filesystem::path& path() const { return dir_.path(); }
  const ipc::NodeFiles& files() const { return files_; }
  const ipc::TableView& table() const { return rows_.view(); }
  supervisor::Rows& rows() { return rows_; }
  supervisor::Slots& slots() { return slots_; }
  ipc::Endpoint& root() { return *root_; }

  // A slot whose process is this one. A victim's process takes the row over with os_pid().
  Pid add(std::string_view name, bool keeps_mailbox = true);
  // A slot that has no life yet: the next_life() of what is returned is its first.
  Pid allot(std::string_view name, bool keeps_mailbox = true);
  Pid next_life(const Pid& former);
  void os_pid(const Pid& pid, pid_t process) { rows_.os_pid(pid, process); }

  // What is mapped now is mapped in processes forked from this one, too: they are supervisors with this
  // table.
  void share_with_children() const;

  // From now on a slot that is freed is the only one that can be allotted.
  void reserve_free_slots();

  // As the root does it: the reason, the row, the notice.
  void restarting(const Pid& dead);
  void gone(const Pid& dead);
  // Of the slots that are gone none is left, nor anything of theirs.
  void require_all_freed();
  // What there is of the node: files, and mappings of them in this process. For comparing.
  struct Footprint {
    std::size_t files = 0;
    std::size_t mappings = 0;
    friend bool operator==(const Footprint&, const Footprint&) = default;
  };
  Footprint footprint() const;

  ipc::Owner owner(const Pid& pid) const { return {pid.slot, table().owner_inc(pid.slot)}; }
  std::unique_ptr<ipc::Endpoint> attach(
      const Pid& pid, ipc::Endpoint::SleepsOn sleeps_on = ipc::Endpoint::SleepsOn::futex) const {
    return must(ipc::Endpoint::attach(path(), pid, sleeps_on));
  }

  // How far the sender has committed, and the receiver taken: 0 where there is no ring.
  std::uint64_t tail(const Pid& from, const Pid& to) const;
  std::uint64_t cursor(const Pid& from, const Pid& to) const;
  // On its futex or at its door, and nobody has rung.
  void wait_until_asleep(const Pid& pid) const;

 private:
  TempDir dir_;
  ipc::NodeFiles files_;
  supervisor::Rows rows_;
  supervisor::Slots slots_{rows_};
  std::unique_ptr<ipc::Endpoint> root_;
};

}  // namespace ninelives::test::stepkill
