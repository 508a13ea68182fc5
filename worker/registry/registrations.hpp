// Who may stand under which key: the decisions of a registry, over its table. Who is alive is asked of the
// process table, as readers do; so a key is free as soon as its owner is dead, whether or not the registry
// has heard of it.
#pragma once
#include <functional>
#include <utility>
#include <vector>

#include <ninelives/registry_protocol.hpp>

#include "ipc/registry_writer.hpp"

namespace ninelives::registry {

// What has changed, for listeners. An owner that is replaced loses its key before the other gets it.
class Changes {
 public:
  virtual ~Changes() = default;
  virtual void registered(const Encoded& key, const Pid& owner, const Encoded& value) = 0;
  virtual void unregistered(const Encoded& key, const Pid& owner) = 0;
};

class Registrations {
 public:
  using IsAlive = std::function<bool(const Pid&)>;

  Registrations(const Pid& me, ipc::RegistryWriter table, IsAlive is_alive, Changes& changes)
      : me_(me), table_(std::move(table)), is_alive_(std::move(is_alive)), changes_(changes) {}

  Done add(const Pid& owner, const Encoded& key, const Encoded& value);
  Done update(const Pid& owner, const Encoded& key, const Encoded& value);
  void remove(const Pid& owner, const Encoded& key);
  void remove_all(const Pid& owner);
  bool has_any(const Pid& owner) const { return table_.has_entries(owner); }

  Done put_meta(const Encoded& key, const Encoded& value);
  void delete_meta(const Encoded& key);

 private:
  Done add_new(const ipc::RegistryKey& key, const Pid& owner, const Encoded& value);

  Pid me_;
  ipc::RegistryWriter table_;
  IsAlive is_alive_;
  Changes& changes_;
};

}  // namespace ninelives::registry
