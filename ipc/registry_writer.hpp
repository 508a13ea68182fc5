// The table of a registry as its one writer has it: the present life of the registry, which begins with an
// empty one. What it needs to know to write, such as which memory is free, is its own and in no file.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ipc/registry_chain.hpp"

namespace ninelives::ipc {

struct RegistryEntryFacts {
  Pid owner;
  std::string_view value = {};
};

class RegistryWriter {
 public:
  // Makes the table of that life; those of former lives are removed. `files` outlives it.
  static Result<RegistryWriter> create(const NodeFiles& files, const Owner& me, Incarnation life,
                                       RegistryKeys keys);

  RegistryKeys keys() const { return file_.header().keys; }
  std::uint64_t entries() const { return entries_; }

  // Who stands under that key, the living and the dead, in the order in which they came.
  std::vector<Pid> owners(const RegistryKey& key) const;
  // Of the first entry that this process has under that key.
  std::optional<std::string> value(const RegistryKey& key, const Pid& owner) const;
  bool has_entries(const Pid& owner) const;

  // One more entry, behind all others of that key. It fails where there is no room, or the texts are too
  // large: ENOSPC, EMSGSIZE; then nothing has changed.
  Result<void> add(const RegistryKey& key, const RegistryEntryFacts& facts);
  // The entry of `former`, which must be there, becomes this one, by one store: nobody finds the key without
  // either.
  Result<void> replace(const RegistryKey& key, const Pid& former, const RegistryEntryFacts& facts);
  // All that this process has under that key. Returns how many these were.
  std::size_t remove(const RegistryKey& key, const Pid& owner);
  // All that this process has. Returns the keys.
  std::vector<std::string> remove_all(const Pid& owner);

 private:
  RegistryWriter(const NodeFiles& files, RegistryFile file);

  struct Fields {
    const RegistryKey& key;
    Pid owner;
    std::string_view value;
  };
  RegistryBucket& bucket(RegistryChain chain, RegistryLine line) const;
  std::optional<RegistryLine> find(const RegistryKey& key, const Pid& owner) const;
  Result<RegistryLine> write(const Fields& fields);
  RegistryLine take(RegistryLine lines);
  void give_back(RegistryLine line);
  void append(RegistryChain chain, RegistryLine line) const;
  void put_in_place_of(RegistryChain chain, RegistryLine former, RegistryLine line) const;
  void unlink(RegistryChain chain, RegistryLine line) const;
  void changed(RegistryChain chain, RegistryLine line) const;
  void remove(RegistryLine line);
  Result<void> grow(RegistryLine needed);
  Result<void> copy_all(RegistryWriter& to) const;

  const NodeFiles* files_;
  RegistryFile file_;
  std::uint64_t entries_ = 0;
  std::uint64_t lines_in_use_ = 0;
  RegistryLine unused_;                          // all from here on was never used
  std::vector<std::vector<RegistryLine>> free_;  // by the power of two of their lines
};

}  // namespace ninelives::ipc
