#include "worker/process.hpp"

namespace ninelives::detail {
namespace {

thread_local Process* current_process = nullptr;

}  // namespace

Process::Process(std::unique_ptr<ipc::Endpoint> worker) : worker_(std::move(worker)) { current_process = this; }
Process::Process(std::unique_ptr<ipc::Guest> guest) : guest_(std::move(guest)) { current_process = this; }
Process::~Process() { current_process = nullptr; }

Process* Process::current() { return current_process; }

}  // namespace ninelives::detail
