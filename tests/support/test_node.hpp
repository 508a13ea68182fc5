// A node without processes: a table, boxes and endpoints in the test's own process. The test plays the
// supervisor.
#pragma once
#include <memory>
#include <stdexcept>
#include <string_view>
#include <unistd.h>

#include "ipc/endpoint.hpp"
#include "ipc/node_files.hpp"
#include "ipc/notice.hpp"
#include "ipc/table_writer.hpp"
#include "tests/support/temp_dir.hpp"

namespace ninelives::test {

class TestNode {
 public:
  TestNode()
      : files(must(ipc::NodeFiles::open(dir_.path()))), table(must(ipc::TableWriter::create(files, "test"))) {
    root = add("", ipc::RowType::supervisor);
  }

  // A running process, or at least a row that says so.
  Pid add(std::string_view name, ipc::RowType type = ipc::RowType::worker, bool keeps_mailbox = true) {
    return add({.name = name, .type = type, .keeps_mailbox = keeps_mailbox});
  }
  Pid add(const ipc::RowFacts& facts) {
    ipc::Owner owner = must(table.allot(facts));
    must(ipc::create_box(files, owner));
    boxes_.emplace(owner.slot, must(ipc::BoxView::open(files, owner)));
    return start({owner.slot, owner.owner_inc});
  }
  Pid start(const Pid& pid) {
    table.set_starting(pid.slot, pid.incarnation, std::chrono::nanoseconds(1));
    table.set_os_pid(pid.slot, static_cast<std::uint32_t>(::getpid()));
    table.set_state(pid.slot, pid.incarnation, ipc::RowState::running);
    return pid;
  }
  // As the supervisor does it: reason, the one state word, notice.
  void end(const Pid& pid, ipc::RowState state, const ExitReason& reason = ExitReason::killed()) {
    table.set_reason(pid.slot, pid.incarnation, reason);
    if (state != ipc::RowState::restarting) table.set_accept_from(pid.slot, pid.incarnation + 1);
    table.set_state(pid.slot, pid.incarnation, state);
    ipc::give_notice(files, table.view(), boxes_, pid.slot);
  }
  // The slot is freed as the root frees it, and given to somebody else.
  Pid reuse(const Pid& former, std::string_view name, ipc::RowType type) {
    const ipc::Owner old = owner(former);
    end(former, ipc::RowState::gone);
    ipc::SlotSet receivers = ipc::receivers_of(boxes_.at(old.slot));
    for (auto slot = receivers.next(0); slot; receivers.erase(*slot), slot = receivers.next(*slot)) {
      const ipc::Owner to{*slot, table.view().owner_inc(*slot)};
      std::filesystem::remove(files.path() / ipc::NodeFiles::ring(old, to));
    }
    boxes_.erase(old.slot);
    ipc::remove_box(files, old);
    table.free(old.slot);
    for (;;) {  // slots are handed out in turn
      const Pid pid = add(name, type);
      if (pid.slot == old.slot) return pid;
      end(pid, ipc::RowState::gone);
      boxes_.erase(pid.slot);
      ipc::remove_box(files, owner(pid));
      table.free(pid.slot);
    }
  }
  Pid restart(const Pid& pid) {
    end(pid, ipc::RowState::restarting);
    return start({pid.slot, pid.incarnation + 1});
  }

  ipc::Owner owner(const Pid& pid) const { return {pid.slot, table.view().owner_inc(pid.slot)}; }
  std::unique_ptr<ipc::Endpoint> attach(
      const Pid& pid, ipc::Endpoint::SleepsOn sleeps_on = ipc::Endpoint::SleepsOn::futex) const {
    return must(ipc::Endpoint::attach(dir_.path(), pid, sleeps_on));
  }

  template <class T>
  static T must(ipc::Result<T> result) {
    if (!result) throw std::runtime_error(result.error().text);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
  }

 private:
  TempDir dir_;
  ipc::Boxes boxes_;

 public:
  ipc::NodeFiles files;
  ipc::TableWriter table;
  Pid root;
};

}  // namespace ninelives::test
