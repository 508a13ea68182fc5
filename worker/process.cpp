#include "worker/process.hpp"

#include "ipc/poison.hpp"

namespace ninelives::detail {
namespace {

thread_local Process* current_process = nullptr;

}  // namespace

Process::Process(std::unique_ptr<ipc::Endpoint> worker) : worker_(std::move(worker)) {
  current_process = this;
}
Process::Process(std::unique_ptr<ipc::Guest> guest) : guest_(std::move(guest)) { current_process = this; }
Process::~Process() { current_process = nullptr; }

// A forked child has its parent's memory, but is no process of the node: nothing of the mailbox is mapped in
// it.
Process* Process::current() { return ipc::is_poisoned() ? nullptr : current_process; }

}  // namespace ninelives::detail
