// A client's handle on a registry: Elixir's Registry. Processes stand in it under keys, and whoever looks for
// a key finds them in shared memory, in less than a microsecond and without asking anybody.
//
//   [[child]]                                        # in the tree file, before those that use it
//   id = "sessions"
//   command = ["ninelives-registry"]                 # --keys duplicate; --listener NAME
//
//   const ninelives::Registry sessions("sessions");
//   sessions.register_name("alice");                                         // this process; unregister()
//   ninelives::whereis<SessionApi>(ninelives::via("sessions", "alice")).call(Purr{});   // from anywhere
//
// Keys and values are anything that can be sent. Keys are compared by their bytes: 1 and 1.0 are two keys,
// and so are a float and a double. Nobody is found who was dead when the question was asked; and what a
// process has registered goes with it.
//
// Cheap to copy; a copy belongs to one thread, which is a process of the node.
#pragma once
#include <concepts>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <ninelives/ref.hpp>
#include <ninelives/registry_protocol.hpp>
#include <ninelives/supervisor.hpp>

namespace ninelives {

// Why it is not so: what the registry has answered, or why there is no answer; or, of find_or_start, what the
// supervisor has.
struct RegistryError {
  std::variant<registry::Refusal, CallError, SupervisorError> why;

  // result.error().is(registry::Refusal::Kind::already_registered)
  bool is(registry::Refusal::Kind kind) const {
    const auto* refusal = std::get_if<registry::Refusal>(&why);
    return refusal && refusal->kind == kind;
  }
  bool is(CallError::Kind kind) const {
    const auto* error = std::get_if<CallError>(&why);
    return error && error->kind == kind;
  }
  // Of already_registered: by whom.
  Pid pid() const {
    const auto* refusal = std::get_if<registry::Refusal>(&why);
    return refusal ? refusal->pid : Pid{};
  }
};

std::string to_string(const RegistryError& error);

template <class T>
using RegistryResult = std::expected<T, RegistryError>;

// One process under a key, with the value that it has registered.
template <class V>
struct Registered {
  Pid pid = {};
  V value = {};
  friend bool operator==(const Registered&, const Registered&) = default;
};

template <class V>
struct Updated {
  V value = {};
  V former = {};
  friend bool operator==(const Updated&, const Updated&) = default;
};

struct FoundOrStarted {
  Pid pid = {};
  bool was_started = false;
};

namespace detail {

RegistryResult<Pid> register_name(const Ref<registry::Api>& registry, const Encoded& key,
                                  const Encoded& value);
RegistryResult<void> unregister(const Ref<registry::Api>& registry, const Encoded& key);
std::expected<Pid, SendError> registry_whereis(const ViaName& name);
RegistryResult<std::vector<registry::Entry>> registry_lookup(const Ref<registry::Api>& registry,
                                                             const Encoded& key);
RegistryResult<std::vector<registry::Entry>> registry_entries_of(const Ref<registry::Api>& registry,
                                                                 const Pid& pid);
RegistryResult<std::uint64_t> registry_count(const Ref<registry::Api>& registry);
RegistryResult<std::optional<Encoded>> registry_meta(const Ref<registry::Api>& registry, const Encoded& key);

// Of a process that has no such entry: the registry knows.
RegistryError why_not_updated(const Ref<registry::Api>& registry, const Encoded& key);

inline std::unexpected<RegistryError> registry_error(CallError error) {
  return std::unexpected(RegistryError{std::move(error)});
}
// A reply that is a value, or one that is an error too.
template <class T>
RegistryResult<T> flat(std::expected<std::expected<T, registry::Refusal>, CallError> reply) {
  if (!reply) return registry_error(std::move(reply.error()));
  if (!*reply) return std::unexpected(RegistryError{std::move(reply->error())});
  return std::move(**reply);
}
RegistryResult<void> done(std::expected<registry::Done, CallError> reply);
RegistryResult<void> done(std::expected<registry::Ok, CallError> reply);

template <class V>
RegistryResult<V> decoded(const Encoded& value) {
  auto decoded = value.as<V>();
  if (!decoded) {
    return registry_error({.kind = CallError::Kind::bad_message,
                           .text = "what is registered is another type: " + decoded.error()});
  }
  return std::move(*decoded);
}

}  // namespace detail

class Registry {
 public:
  template <class T>
  using Result = RegistryResult<T>;

  explicit Registry(std::string_view name) : ref_(name) {}

  const std::string& name() const { return ref_.name(); }

  // ---- this process's own entries

  // This process stands under that key from now on. In a registry of unique keys only if nobody does who is
  // alive: already_registered, with that process's Pid, which may be its own. Returns the registry's Pid.
  //
  // A server is linked to the registry from then on, until it has unregistered all of its keys: it ends with
  // it, unless it traps exits, and comes again as its supervisor sees fit.
  template <class K, class V = Encoded>
  Result<Pid> register_name(const K& key, const V& value = {}) const {
    return detail::register_name(ref_, Encoded::from(key), Encoded::from(value));
  }
  // All of its entries under that key; that there are none is no error.
  template <class K>
  Result<void> unregister(const K& key) const {
    return detail::unregister(ref_, Encoded::from(key));
  }
  // The value of its entry becomes what `update` makes of it. not_registered, if it has none; invalid, where
  // keys are duplicate.
  template <class V, class K, std::invocable<V> Update>
  Result<Updated<V>> update_value(const K& key, Update update) const;

  // ---- who stands there

  // All of them, in the order in which they came: at most one, where keys are unique.
  template <class V = Encoded, class K = std::string>
  Result<std::vector<Registered<V>>> lookup(const K& key) const;
  // The one process of a unique key; noproc if there is none.
  template <class K>
  std::expected<Pid, SendError> whereis(const K& key) const {
    return detail::registry_whereis(via(name(), key));
  }
  // Under which keys that process stands; one that is there twice comes twice.
  template <class K = Encoded>
  Result<std::vector<K>> keys(const Pid& pid) const;
  // What that process has registered under that key.
  template <class V = Encoded, class K = std::string>
  Result<std::vector<V>> values(const K& key, const Pid& pid) const;
  // How many entries there are in all. It looks at each of them.
  Result<std::uint64_t> count() const { return detail::registry_count(ref_); }

  // Calls `visit` once with all that stand under that key; not at all, if nobody does. They are visited in
  // this process, so that there is no difference between Elixir's two ways of doing it.
  template <class V = Encoded, class K = std::string, class Visit>
    requires std::invocable<Visit, const std::vector<Registered<V>>&>
  Result<void> dispatch(const K& key, Visit visit) const;

  // ---- metadata: of the registry itself, for all; gone when it ends

  template <class K, class V>
  Result<void> put_meta(const K& key, const V& value) const {
    return detail::done(ref_.call(registry::PutMeta{Encoded::from(key), Encoded::from(value)}));
  }
  template <class V, class K>
  Result<std::optional<V>> meta(const K& key) const;
  template <class K>
  Result<void> delete_meta(const K& key) const {
    return detail::done(ref_.call(registry::DeleteMeta{Encoded::from(key)}));
  }

  // ---- locks

  // Runs `work` while no other process runs anything under that lock, and returns what it returns. Whoever
  // waits has its turn in the order of asking. The lock is let go of also when `work` throws, or when this
  // process dies. Any key, registered or not.
  template <class K, std::invocable Work>
  Result<std::invoke_result_t<Work>> lock(const K& key, Work work) const;

  // ---- a process for each key

  // The process of that key, or, if there is none, one that is started by that dynamic supervisor under this
  // name. If several do this at once, they all get the same one.
  Result<FoundOrStarted> find_or_start(std::string_view key, const Supervisor& supervisor,
                                       ChildSpec spec) const;

 private:
  Ref<registry::Api> ref_;
};

template <class V, class K, std::invocable<V> Update>
RegistryResult<Updated<V>> Registry::update_value(const K& key, Update update) const {
  const Encoded place = Encoded::from(key);
  const auto present = values<Encoded>(place, detail::self());
  if (!present) return std::unexpected(present.error());
  if (present->empty()) return std::unexpected(detail::why_not_updated(ref_, place));
  auto former = detail::decoded<V>(present->front());
  if (!former) return std::unexpected(std::move(former.error()));
  V value = update(V(*former));
  auto updated = detail::done(ref_.call(registry::UpdateValue{place, Encoded::from(value)}));
  if (!updated) return std::unexpected(std::move(updated.error()));
  return Updated<V>{std::move(value), std::move(*former)};
}

template <class V, class K>
RegistryResult<std::vector<Registered<V>>> Registry::lookup(const K& key) const {
  auto found = detail::registry_lookup(ref_, Encoded::from(key));
  if (!found) return std::unexpected(std::move(found.error()));
  std::vector<Registered<V>> registered;
  registered.reserve(found->size());
  for (registry::Entry& entry : *found) {
    auto value = detail::decoded<V>(entry.value);
    if (!value) return std::unexpected(std::move(value.error()));
    registered.push_back({entry.pid, std::move(*value)});
  }
  return registered;
}

template <class K>
RegistryResult<std::vector<K>> Registry::keys(const Pid& pid) const {
  auto found = detail::registry_entries_of(ref_, pid);
  if (!found) return std::unexpected(std::move(found.error()));
  std::vector<K> keys;
  for (const registry::Entry& entry : *found) {
    auto key = detail::decoded<K>(entry.key);
    if (!key) return std::unexpected(std::move(key.error()));
    keys.push_back(std::move(*key));
  }
  return keys;
}

template <class V, class K>
RegistryResult<std::vector<V>> Registry::values(const K& key, const Pid& pid) const {
  auto found = lookup<V>(key);
  if (!found) return std::unexpected(std::move(found.error()));
  std::vector<V> values;
  for (Registered<V>& entry : *found) {
    if (entry.pid == pid) values.push_back(std::move(entry.value));
  }
  return values;
}

template <class V, class K, class Visit>
  requires std::invocable<Visit, const std::vector<Registered<V>>&>
RegistryResult<void> Registry::dispatch(const K& key, Visit visit) const {
  const auto found = lookup<V>(key);
  if (!found) return std::unexpected(found.error());
  if (!found->empty()) visit(*found);
  return {};
}

template <class V, class K>
RegistryResult<std::optional<V>> Registry::meta(const K& key) const {
  const auto found = detail::registry_meta(ref_, Encoded::from(key));
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  auto value = detail::decoded<V>(**found);
  if (!value) return std::unexpected(std::move(value.error()));
  return std::optional<V>(std::move(*value));
}

template <class K, std::invocable Work>
RegistryResult<std::invoke_result_t<Work>> Registry::lock(const K& key, Work work) const {
  const Encoded place = Encoded::from(key);
  auto locked = detail::done(ref_.call(registry::Lock{place}, infinity));
  if (!locked) return std::unexpected(std::move(locked.error()));
  // Whatever becomes of the unlocking, the lock does not outlive this process or the registry.
  struct Held {
    const Ref<registry::Api>& registry;
    const Encoded& place;
    ~Held() { (void)registry.call(registry::Unlock{place}); }
  } const held{ref_, place};
  if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
    work();
    return {};
  } else {
    return work();
  }
}

}  // namespace ninelives
