#include "worker/node_process.hpp"

#include <unistd.h>

#include <ninelives/ipc/supervision.hpp>
#include <ninelives/timeout.hpp>

namespace ninelives::detail {
namespace {

std::unexpected<SendError> noproc(std::string text) {
  return std::unexpected(SendError{SendError::Kind::noproc, std::move(text)});
}

std::expected<ipc::Owner, SendError> find(const std::string& name, const ipc::TableView& table) {
  if (name.empty()) return ipc::Owner{ipc::root_slot, table.owner_inc(ipc::root_slot)};
  if (const auto found = table.find(name)) return *found;
  return noproc("node " + std::string(table.node()) + " has no \"" + name + '"');
}

// How many there are stands in the supervisor's row from before its start, so that nobody has to be asked.
std::expected<ipc::Owner, SendError> find_partition(const Target& target, const ipc::TableView& table) {
  const auto supervisor = find(target.name, table);
  if (!supervisor) return supervisor;
  const std::uint32_t partitions = table.row(supervisor->slot).partitions.load(std::memory_order::relaxed);
  if (partitions == 0) return noproc(table.in_words(supervisor->slot) + " has no partitions");
  const std::string path = table.name(supervisor->slot);
  return find((path.empty() ? "" : path + '/') + std::to_string(*target.key % partitions), table);
}

// A slot keeps its owner_inc for as long as its child spec lives; so that is what tells whether the look-up
// still holds. The name of one that is gone may be another one's by now.
bool still_holds(const Target& target, const ipc::TableView& table) {
  const ipc::RowState state = table.state(target.slot).state;
  return target.owner_inc != 0 && table.owner_inc(target.slot) == target.owner_inc &&
         state != ipc::RowState::free && state != ipc::RowState::gone;
}

std::expected<ipc::Owner, SendError> resolve_name(Target& target, const ipc::TableView& table) {
  if (!still_holds(target, table)) {
    const auto found = target.key ? find_partition(target, table) : find(target.name, table);
    if (!found) return found;
    target.slot = found->slot;
    target.owner_inc = found->owner_inc;
  }
  return ipc::Owner{target.slot, target.owner_inc};
}

std::expected<ipc::Owner, SendError> resolve_life(const Pid& life, const ipc::TableView& table) {
  const ipc::Owner owner =
      table.has(life.slot) ? ipc::Owner{life.slot, table.owner_inc(life.slot)} : ipc::Owner{};
  const bool is_there = owner.owner_inc != 0 && life.incarnation >= owner.owner_inc;
  if (is_there && !table.state(life.slot).is_over(life.incarnation)) return owner;
  return noproc(to_string(life) + " is not running");
}

}  // namespace

NodeProcess::NodeProcess(std::unique_ptr<ipc::Endpoint> worker) : worker_(std::move(worker)) {
  make_current(this);
}
NodeProcess::NodeProcess(std::unique_ptr<ipc::Guest> guest) : guest_(std::move(guest)) { make_current(this); }

std::string NodeProcess::name() const { return endpoint().table().name(self().slot); }

Pid NodeProcess::supervisor() const {
  const ipc::TableView& table = endpoint().table();
  const Slot slot = table.row(self().slot).supervisor.load();
  return {slot, table.state(slot).incarnation};
}

// Its mailbox, as with any other name: what that life has not taken when it ends, the next one does, if it
// keeps its mailbox.
[[gnu::noinline]] std::expected<ipc::Owner, SendError> NodeProcess::resolve_via(const ViaName& name) {
  const auto pid = registries_.whereis(name);
  if (!pid) return std::unexpected(pid.error());
  return ipc::Owner{pid->slot, endpoint().table().owner_inc(pid->slot)};
}

std::expected<ipc::Owner, SendError> NodeProcess::resolve(Target& target) {
  const ipc::TableView& table = endpoint().table();
  if (target.via) [[unlikely]]
    return resolve_via(*target.via);
  return target.life ? resolve_life(target.life, table) : resolve_name(target, table);
}

std::expected<Pid, SendError> NodeProcess::whereis(Target& target) {
  if (target.via) return registries_.whereis(*target.via);
  const ipc::TableView& table = endpoint().table();
  auto to = resolve(target);
  if (!to) return std::unexpected(std::move(to.error()));
  if (target.life) return target.life;
  const ipc::RowWord word = table.state(to->slot);
  if (!word.is_alive()) return noproc(table.in_words(to->slot) + " is not running");
  return Pid{to->slot, word.incarnation};
}

// ---- sending

std::expected<void, SendError> NodeProcess::send(Target& target, ipc::Kind kind, const MessageType& message,
                                                 const ipc::Payload& payload,
                                                 std::chrono::nanoseconds patience) {
  const ipc::Message sent{.kind = kind, .message = message.id, .payload = payload};
  if (target.life) return send(target.life, sent, patience);
  auto to = resolve(target);
  if (!to) return std::unexpected(std::move(to.error()));
  if (auto gone = endpoint().send(*to, sent, patience); !gone)
    return std::unexpected(std::move(gone.error()));
  return {};
}

std::expected<void, SendError> NodeProcess::send(const Pid& to, const ipc::Message& message,
                                                 std::chrono::nanoseconds patience) {
  if (auto gone = endpoint().send(to, message, patience); !gone)
    return std::unexpected(std::move(gone.error()));
  return {};
}

void NodeProcess::reply(const Pid& to, ipc::Kind kind, std::uint64_t ref, std::string_view payload) {
  endpoint().reply(to, kind, ref, payload);
}

// ---- calling

std::expected<std::string_view, CallError> NodeProcess::call(Target& target, Asks asks,
                                                             const MessageType& message,
                                                             const ipc::Payload& payload,
                                                             std::chrono::nanoseconds patience) {
  auto to = resolve(target);
  if (!to) return std::unexpected(to_call_error(std::move(to.error())));
  const ipc::Kind kind = asks == Asks::sys ? ipc::Kind::system : ipc::Kind::call;
  return endpoint().call(*to, message.id, payload, patience, kind, target.life.incarnation);
}

std::uint64_t NodeProcess::send_request(Target& target, const MessageType& message,
                                        const ipc::Payload& payload, std::chrono::nanoseconds patience) {
  auto to = resolve(target);
  if (!to) return endpoint().add_failed_request(to_call_error(std::move(to.error())));
  return endpoint().send_request(*to, message.id, payload, patience, ipc::Kind::call,
                                 target.life.incarnation);
}

std::optional<ReplyBytes> NodeProcess::wait_response(std::uint64_t request,
                                                     std::chrono::nanoseconds patience) {
  auto outcome = endpoint().wait_response(request, patience);
  if (!outcome) return std::nullopt;
  if (!*outcome) return std::unexpected(std::move(outcome->error()));
  return std::string(**outcome);
}

std::optional<std::uint64_t> NodeProcess::wait_any(std::span<const std::uint64_t> requests,
                                                   std::chrono::nanoseconds patience) {
  return endpoint().wait_any(requests, patience);
}

// ---- ending others

// Nobody but its supervisor ends a process: it is asked, and not waited for.
std::expected<void, SendError> NodeProcess::kill(const Pid& pid) {
  const ipc::TableView& table = endpoint().table();
  if (!table.has(pid.slot) || table.state(pid.slot).is_over(pid.incarnation)) return {};
  const Slot supervisor = table.row(pid.slot).supervisor.load();
  const std::string payload = to_bytes(supervision::KillProcess{pid});
  const auto sent = endpoint().send(
      ipc::Owner{supervisor, table.owner_inc(supervisor)},
      {.kind = ipc::Kind::call, .message = wire_id<supervision::KillProcess>, .payload = payload},
      default_timeout);
  if (!sent) return std::unexpected(sent.error());
  return {};
}

// ---- what others see

void NodeProcess::note(ipc::Callback callback, std::uint32_t message) {
  ipc::Status& status = endpoint().status();
  if (callback == ipc::Callback::none) {
    ipc::end_callback(status);
  } else {
    ipc::begin_callback(status, callback, message);
  }
}

sys::Statistics NodeProcess::statistics() const {
  const ipc::Activity activity = ipc::read_activity(endpoint().status());
  const auto started = endpoint().table().row(self().slot).started_ns.load();
  const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(ipc::Clock::now().time_since_epoch());
  return {.running = now - std::chrono::nanoseconds(started),
          .messages_in = activity.messages_in,
          .messages_out = activity.messages_out,
          .bad_messages = endpoint().status().bad_messages.load()};
}

void NodeProcess::note_bad_message() {
  endpoint().status().bad_messages.fetch_add(1, std::memory_order::relaxed);
}

// One line, one write(2): whole, also when the next instruction is the last.
void NodeProcess::log(const std::string& text) {
  const std::string line = name() + ": " + text + '\n';
  [[maybe_unused]] auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace ninelives::detail
