#include "worker/process.hpp"

#include <utility>

#include "ipc/poison.hpp"

namespace ninelives::detail {
namespace {

thread_local Process* current_process = nullptr;

}  // namespace

Process::~Process() {
  if (current_process == this) current_process = nullptr;
}

Process* Process::make_current(Process* process) { return std::exchange(current_process, process); }

Process* Process::current() { return ipc::is_poisoned() ? nullptr : current_process; }

}  // namespace ninelives::detail
