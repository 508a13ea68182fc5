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

// A slot keeps its owner_inc for as long as its child spec lives; so that is what tells whether the look-up
// still holds. The name of one that is gone may be another one's by now.
bool still_holds(const Target& target, const ipc::TableView& table) {
  const ipc::RowState state = table.state(target.slot).state;
  return target.owner_inc != 0 && table.owner_inc(target.slot) == target.owner_inc &&
         state != ipc::RowState::free && state != ipc::RowState::gone;
}

std::unexpected<SendError> noproc(std::string text) {
  return std::unexpected(SendError{SendError::Kind::noproc, std::move(text)});
}

std::expected<ipc::Owner, SendError> find(const std::string& name, const ipc::TableView& table) {
  if (name.empty()) return ipc::Owner{ipc::root_slot, table.owner_inc(ipc::root_slot)};
  if (const auto found = table.find(name)) return *found;
  return noproc("node " + std::string(table.node()) + " has no \"" + name + '"');
}

// How many there are stands in the supervisor's row from before its first start, so that nobody has to ask.
std::expected<ipc::Owner, SendError> find_partition(const Target& target, const ipc::TableView& table) {
  const auto supervisor = find(target.name, table);
  if (!supervisor) return supervisor;
  const std::uint32_t partitions = table.row(supervisor->slot).partitions.load(std::memory_order::relaxed);
  if (partitions == 0) return noproc(table.in_words(supervisor->slot) + " has no partitions");
  const std::string path = table.name(supervisor->slot);
  return find((path.empty() ? "" : path + '/') + std::to_string(*target.key % partitions), table);
}

std::expected<ipc::Owner, SendError> resolve(Target& target, const ipc::TableView& table) {
  if (!still_holds(target, table)) {
    const auto found = target.key ? find_partition(target, table) : find(target.name, table);
    if (!found) return found;
    target.slot = found->slot;
    target.owner_inc = found->owner_inc;
  }
  return ipc::Owner{target.slot, target.owner_inc};
}

std::expected<void, SendError> send(Target& target, ipc::Kind kind, std::uint32_t message,
                                    const ipc::Payload& payload, std::chrono::nanoseconds timeout) {
  Process* process = Process::current();
  if (!process) return std::unexpected(no_node());
  auto to = resolve(target, process->endpoint().table());
  if (!to) return std::unexpected(to.error());
  auto sent = process->endpoint().send(*to, {.kind = kind, .message = message, .payload = payload}, timeout);
  if (!sent) return std::unexpected(std::move(sent.error()));
  return {};
}

}  // namespace

std::span<char> encoding_room() {
  thread_local std::array<char, ipc::inline_max> room;
  return room;
}

std::expected<std::string_view, CallError> call(Target& target, std::uint32_t message,
                                                const ipc::Payload& payload,
                                                std::chrono::nanoseconds timeout) {
  Process* process = Process::current();
  if (!process) return std::unexpected(to_call_error(no_node()));
  auto to = resolve(target, process->endpoint().table());
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
  auto to = resolve(target, table);
  if (!to) return std::unexpected(to.error());
  const ipc::RowWord word = table.state(to->slot);
  if (!word.is_alive()) {
    return std::unexpected(SendError{SendError::Kind::noproc, table.in_words(to->slot) + " is not running"});
  }
  return Pid{to->slot, word.incarnation};
}

}  // namespace ninelives::detail
