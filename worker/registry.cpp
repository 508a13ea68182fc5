#include <utility>

#include <ninelives/registry.hpp>

#include "worker/name_at_start.hpp"
#include "worker/process.hpp"
#include "worker/registry_readers.hpp"

namespace ninelives {
namespace {

using registry::Entry;
using registry::Refusal;

std::string_view word_for(Refusal::Kind kind) {
  using Kind = Refusal::Kind;
  switch (kind) {
    case Kind::already_registered:
      return "already_registered";
    case Kind::not_registered:
      return "not_registered";
    case Kind::invalid:
      return "invalid";
    case Kind::too_large:
      return "too_large";
    case Kind::no_space:
      return "no_space";
  }
  std::unreachable();
}

SendError no_registry() {
  return {SendError::Kind::noproc,
          "this thread is no process of a node, where registries are: a worker is one by serve(), any other "
          "program by Node::attach()"};
}

// From shared memory, or, if that changes all the time, by asking the registry.
template <class Read, class Ask>
auto read_or_ask(Read read, Ask ask) -> RegistryResult<typename std::invoke_result_t<Ask>::value_type> {
  detail::Process* process = detail::Process::current();
  if (!process || !process->registries()) return detail::registry_error(to_call_error(no_registry()));
  auto answer = read(*process->registries());
  if (answer) return std::move(*answer);
  if (!answer.error().is_busy) return detail::registry_error(to_call_error(std::move(answer.error().error)));
  auto reply = ask();
  if (!reply) return detail::registry_error(std::move(reply.error()));
  return std::move(*reply);
}

}  // namespace

std::string registry::to_string(const Refusal& refusal) {
  std::string text(word_for(refusal.kind));
  if (refusal.pid) text += ' ' + ninelives::to_string(refusal.pid);
  return refusal.text.empty() ? text : text + ": " + refusal.text;
}

std::string to_string(const RegistryError& error) {
  if (const auto* refusal = std::get_if<Refusal>(&error.why)) return registry::to_string(*refusal);
  if (const auto* supervisor = std::get_if<SupervisorError>(&error.why)) return to_string(*supervisor);
  const auto& call = std::get<CallError>(error.why);
  return std::string(to_string(call.kind)) + ": " + call.text;
}

namespace detail {

using Api = Ref<registry::Api>;

RegistryResult<void> done(std::expected<registry::Done, CallError> reply) {
  if (auto flattened = flat(std::move(reply)); !flattened)
    return std::unexpected(std::move(flattened.error()));
  return {};
}
RegistryResult<void> done(std::expected<registry::Ok, CallError> reply) {
  if (!reply) return registry_error(std::move(reply.error()));
  return {};
}

// The registry hears of this process's end by itself; the link is for the other direction. Should the
// registry have ended in between, the link says so at once.
RegistryResult<Pid> register_name(const Api& registry, const Encoded& key, const Encoded& value) {
  auto registered = flat(registry.call(registry::RegisterName{key, value}));
  const Process* process = Process::current();
  if (registered && process->takes_signals()) (void)link(*registered);
  return registered;
}

RegistryResult<void> unregister(const Api& registry, const Encoded& key) {
  auto done_so = done(registry.call(registry::UnregisterName{key}));
  Process* process = Process::current();
  if (!done_so || !process->takes_signals()) return done_so;
  const auto left = registry_entries_of(registry, process->self());
  const auto pid = registry.pid();
  if (pid && left && left->empty()) unlink(*pid);
  return done_so;
}

std::expected<Pid, SendError> registry_whereis(const ViaName& name) {
  Process* process = Process::current();
  if (!process || !process->registries()) return std::unexpected(no_registry());
  return process->registries()->whereis(name);
}

RegistryError why_not_updated(const Api& registry, const Encoded& key) {
  auto updated = done(registry.call(registry::UpdateValue{key, {}}));
  return updated ? RegistryError{Refusal{Refusal::Kind::not_registered}} : std::move(updated.error());
}

RegistryResult<std::vector<Entry>> registry_lookup(const Api& registry, const Encoded& key) {
  return read_or_ask([&](RegistryReaders& readers) { return readers.lookup(registry.name(), key); },
                     [&] { return registry.call(registry::Lookup{key}); });
}

RegistryResult<std::vector<Entry>> registry_entries_of(const Api& registry, const Pid& pid) {
  return read_or_ask([&](RegistryReaders& readers) { return readers.entries_of(registry.name(), pid); },
                     [&] { return registry.call(registry::EntriesOf{pid}); });
}

RegistryResult<std::uint64_t> registry_count(const Api& registry) {
  return read_or_ask([&](RegistryReaders& readers) { return readers.count(registry.name()); },
                     [&] { return registry.call(registry::Count{}); });
}

RegistryResult<std::optional<Encoded>> registry_meta(const Api& registry, const Encoded& key) {
  return read_or_ask([&](RegistryReaders& readers) { return readers.meta(registry.name(), key); },
                     [&] { return registry.call(registry::Meta{key}); });
}

}  // namespace detail

// ---- a process for each key

namespace {

bool name_was_taken(const SupervisorError& error, std::string_view registry) {
  const auto* child = std::get_if<ChildError>(&error.why);
  return child && child->kind == ChildError::Kind::start_failed &&
         detail::says_name_is_taken(child->text, registry);
}

}  // namespace

// Whoever has the name first is the one: a child takes it before its init, and one that comes too late fails
// to start. The one that was faster may be dead again when it is looked for; then it is tried once more.
RegistryResult<FoundOrStarted> Registry::find_or_start(std::string_view key, const Supervisor& supervisor,
                                                       ChildSpec spec) const {
  constexpr int attempts = 5;
  spec.via = Via{name(), std::string(key)};
  for (int attempt = 1;; ++attempt) {
    if (const auto found = whereis(key)) return FoundOrStarted{*found, false};
    auto started = supervisor.start_child(spec);
    if (started) return FoundOrStarted{started->pid, true};
    if (!name_was_taken(started.error(), name()) || attempt == attempts)
      return std::unexpected(RegistryError{std::move(started.error())});
  }
}

}  // namespace ninelives
