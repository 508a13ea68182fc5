#include <array>

#include <ninelives/ref.hpp>

#include "worker/process.hpp"

namespace ninelives::detail {
namespace {

SendError no_node() {
  return {
      SendError::Kind::noproc,
      "this thread is no process of a node: a worker is one by serve(), any other program by Node::attach()"};
}

// Its mailbox, as with any other name: what that life has not taken when it ends, the next one does, if it
// keeps its mailbox.
[[gnu::noinline]] std::expected<ipc::Owner, SendError> resolve_via(Process& process, const Via& via) {
  const auto pid = process.registries().whereis(via);
  if (!pid) return std::unexpected(pid.error());
  return ipc::Owner{pid->slot, process.endpoint().table().owner_inc(pid->slot)};
}

// A slot keeps its owner_inc for as long as its child spec lives; so that is what tells whether the look-up
// still holds.
std::expected<ipc::Owner, SendError> resolve(Target& target, Process& process) {
  const ipc::TableView& table = process.endpoint().table();
  if (target.via) [[unlikely]]
    return resolve_via(process, *target.via);
  if (target.name.empty()) return ipc::Owner{ipc::root_slot, table.owner_inc(ipc::root_slot)};
  if (target.owner_inc == 0 || table.owner_inc(target.slot) != target.owner_inc ||
      table.state(target.slot).state == ipc::RowState::free) {
    auto found = table.find(target.name);
    if (!found) {
      return std::unexpected(SendError{
          SendError::Kind::noproc, "node " + std::string(table.node()) + " has no \"" + target.name + '"'});
    }
    target.slot = found->slot;
    target.owner_inc = found->owner_inc;
  }
  return ipc::Owner{target.slot, target.owner_inc};
}

std::expected<void, SendError> send(Target& target, ipc::Kind kind, std::uint32_t message,
                                    const ipc::Payload& payload, std::chrono::nanoseconds timeout) {
  Process* process = Process::current();
  if (!process) return std::unexpected(no_node());
  auto to = resolve(target, *process);
  if (!to) return std::unexpected(to.error());
  auto sent = process->endpoint().send(*to, {.kind = kind, .message = message, .payload = payload}, timeout);
  if (!sent) return std::unexpected(std::move(sent.error()));
  return {};
}

}  // namespace

Target target_of(const Via& via) { return {.via = std::make_shared<const Via>(via)}; }

std::span<char> encoding_room() {
  thread_local std::array<char, ipc::inline_max> room;
  return room;
}

std::expected<std::string_view, CallError> call(Target& target, std::uint32_t message,
                                                const ipc::Payload& payload,
                                                std::chrono::nanoseconds timeout) {
  Process* process = Process::current();
  if (!process) return std::unexpected(to_call_error(no_node()));
  auto to = resolve(target, *process);
  if (!to) return std::unexpected(to_call_error(std::move(to.error())));
  return process->endpoint().call(*to, message, payload, timeout);
}

std::expected<void, SendError> cast(Target& target, std::uint32_t message, const ipc::Payload& payload,
                                    std::chrono::nanoseconds timeout) {
  return send(target, ipc::Kind::cast, message, payload, timeout);
}

std::expected<void, SendError> info(Target& target, std::uint32_t message, const ipc::Payload& payload,
                                    std::chrono::nanoseconds timeout) {
  return send(target, ipc::Kind::info, message, payload, timeout);
}

std::expected<Pid, SendError> whereis_pid(Target& target) {
  Process* process = Process::current();
  if (!process) return std::unexpected(no_node());
  const ipc::TableView& table = process->endpoint().table();
  auto to = resolve(target, *process);
  if (!to) return std::unexpected(to.error());
  const ipc::RowWord word = table.state(to->slot);
  if (!word.is_alive()) {
    return std::unexpected(SendError{SendError::Kind::noproc, table.in_words(to->slot) + " is not running"});
  }
  return Pid{to->slot, word.incarnation};
}

}  // namespace ninelives::detail
