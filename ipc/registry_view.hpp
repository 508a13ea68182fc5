// The table of one life of a registry as everybody but itself sees it: read-only, without a system call, and
// without ever waiting for the registry. Nobody is found in it who was dead, as the process table has it,
// when the question was asked. Belongs to one thread.
#pragma once
#include <expected>
#include <string>
#include <vector>

#include "ipc/registry_file.hpp"
#include "ipc/table_view.hpp"

namespace ninelives::ipc {

struct RegistryRecord {
  Pid owner;
  std::string key = {};
  std::string value = {};
  friend bool operator==(const RegistryRecord&, const RegistryRecord&) = default;
};

class RegistryView {
 public:
  // Why there is no answer.
  enum class Trouble {
    over,      // that life of the registry is over
    busy,      // the chain was changed again and again while it was read: ask the registry itself
    no_table,  // the larger table that it has now cannot be mapped
  };
  template <class T>
  using Answer = std::expected<T, Trouble>;

  // Of the life that the registry's row has now. `files` and `table` outlive the view. ENOENT: it has no
  // table yet, or is none.
  static Result<RegistryView> open(const NodeFiles& files, const TableView& table, const Pid& registry);

  const Pid& registry() const { return registry_; }
  RegistryKeys keys() const { return file_.header().keys; }
  bool is_over() const { return !lives(registry_); }

  // Whoever stands first under that key; nobody (a Pid without a life), if nobody does.
  Answer<Pid> find(const RegistryKey& key);
  // All of them, in the order in which they were registered.
  Answer<std::vector<RegistryRecord>> lookup(const RegistryKey& key);
  // What that process is registered with.
  Answer<std::vector<RegistryRecord>> of_owner(const Pid& owner);
  // How many entries there are, of the living.
  Answer<std::uint64_t> count();

 private:
  RegistryView(const NodeFiles& files, const TableView& table, const Pid& registry, RegistryFile file)
      : files_(&files), table_(&table), registry_(registry), file_(std::move(file)) {}

  std::expected<void, Trouble> turn_to_present();
  bool lives(const Pid& owner) const;
  template <class Begin, class Visit>
  bool read(RegistryChain chain, const RegistryBucket& bucket, Begin begin, Visit visit) const;

  const NodeFiles* files_;
  const TableView* table_;
  Pid registry_;
  RegistryFile file_;
};

}  // namespace ninelives::ipc
