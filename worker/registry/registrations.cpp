#include "worker/registry/registrations.hpp"

#include <cerrno>

namespace ninelives::registry {
namespace {

using ipc::RegistryKey;
using ipc::RegistryKeys;
using ipc::RegistrySpace;

std::unexpected<Refusal> refused(Refusal::Kind kind, const Pid& pid = {}, std::string text = {}) {
  return std::unexpected(Refusal{kind, pid, std::move(text)});
}

Done done(const ipc::Result<void>& written) {
  if (written) return Ok{};
  const bool is_too_large = written.error().number == EMSGSIZE;
  return refused(is_too_large ? Refusal::Kind::too_large : Refusal::Kind::no_space, {}, written.error().text);
}

RegistryKey key_of(const Encoded& key) { return {RegistrySpace::keys, key.bytes}; }
RegistryKey meta_key_of(const Encoded& key) { return {RegistrySpace::meta, key.bytes}; }

}  // namespace

Done Registrations::add(const Pid& owner, const Encoded& key, const Encoded& value) {
  const RegistryKey place = key_of(key);
  const auto former = table_.keys() == RegistryKeys::unique ? table_.owners(place) : std::vector<Pid>();
  if (former.empty()) {
    const Done added = done(table_.add(place, {owner, value.bytes}));
    if (added) changes_.registered(key, owner, value);
    return added;
  }
  if (is_alive_(former.front())) return refused(Refusal::Kind::already_registered, former.front());
  const Done replaced = done(table_.replace(place, former.front(), {owner, value.bytes}));
  if (!replaced) return replaced;
  changes_.unregistered(key, former.front());
  changes_.registered(key, owner, value);
  return Ok{};
}

Done Registrations::update(const Pid& owner, const Encoded& key, const Encoded& value) {
  if (table_.keys() != RegistryKeys::unique) {
    return refused(Refusal::Kind::invalid, {},
                   "a value can be updated only in a registry of unique keys: which of several would it be?");
  }
  if (!table_.value(key_of(key), owner)) return refused(Refusal::Kind::not_registered, owner);
  return done(table_.replace(key_of(key), owner, {owner, value.bytes}));
}

void Registrations::remove(const Pid& owner, const Encoded& key) {
  for (std::size_t removed = table_.remove(key_of(key), owner); removed > 0; --removed)
    changes_.unregistered(key, owner);
}

void Registrations::remove_all(const Pid& owner) {
  for (std::string& key : table_.remove_all(owner)) changes_.unregistered({std::move(key)}, owner);
}

// Metadata are the registry's own: they live as long as it does.
Done Registrations::put_meta(const Encoded& key, const Encoded& value) {
  const RegistryKey place = meta_key_of(key);
  return done(table_.value(place, me_) ? table_.replace(place, me_, {me_, value.bytes})
                                       : table_.add(place, {me_, value.bytes}));
}

void Registrations::delete_meta(const Encoded& key) { table_.remove(meta_key_of(key), me_); }

}  // namespace ninelives::registry
