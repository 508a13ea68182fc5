#include "worker/process.hpp"

#include <ninelives/ipc/codec.hpp>

#include "ipc/control.hpp"

namespace ninelives::detail {
namespace {

thread_local Process* current_process = nullptr;

}  // namespace

Process::Process(std::unique_ptr<ipc::Endpoint> endpoint, ipc::UniqueFd control)
    : endpoint_(std::move(endpoint)), control_(std::move(control)) {
  current_process = this;
}

Process::~Process() {
  current_process = nullptr;
  if (!control_) return;
  endpoint_.reset();  // the mappings go before the place is given back
  static_cast<void>(ipc::ask(control_.get(), ipc::DetachRequest{}));
}

Process* Process::current() { return current_process; }

}  // namespace ninelives::detail
