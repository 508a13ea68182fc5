// The registries that a process has looked into: their tables stay mapped, so that the next look-up is no
// system call. Belongs to the process's thread.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <ninelives/ipc/call_error.hpp>
#include <ninelives/registry_protocol.hpp>
#include <ninelives/via.hpp>

#include "ipc/registry_view.hpp"

namespace ninelives::detail {

class RegistryReaders {
 public:
  // Both outlive it.
  RegistryReaders(const ipc::NodeFiles& files, const ipc::TableView& table) : files_(files), table_(table) {}

  struct NoAnswer {
    bool is_busy = false;  // the registry itself will answer
    SendError error = {};
  };
  template <class T>
  using Answer = std::expected<T, NoAnswer>;

  // What the present life of that registry has. A former life's table is never looked into.
  Answer<std::vector<registry::Entry>> lookup(std::string_view registry, const Encoded& key);
  Answer<std::vector<registry::Entry>> entries_of(std::string_view registry, const Pid& owner);
  Answer<std::uint64_t> count(std::string_view registry);
  Answer<std::optional<Encoded>> meta(std::string_view registry, const Encoded& key);
  // Who stands under that key of a registry of unique keys, and is alive.
  std::expected<Pid, SendError> whereis(const ViaName& name);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>()(name); }
  };

  std::expected<ipc::RegistryView*, SendError> open(std::string_view registry);
  template <class Ask>
  auto ask(std::string_view registry, Ask question)
      -> Answer<typename std::invoke_result_t<Ask, ipc::RegistryView&>::value_type>;

  const ipc::NodeFiles& files_;
  const ipc::TableView& table_;
  std::unordered_map<std::string, ipc::RegistryView, Hash, std::equal_to<>> views_;
};

std::vector<registry::Entry> to_entries(std::vector<ipc::RegistryRecord> records);

}  // namespace ninelives::detail
