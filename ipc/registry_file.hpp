// One file of a registry's table: how it is made, named, found and removed, and where in it things lie. Each
// life of a registry begins with a file of its own, and makes another one when that is too small.
#pragma once
#include "ipc/mapping.hpp"
#include "ipc/node_files.hpp"
#include "ipc/registry_layout.hpp"

namespace ninelives::ipc {

struct RegistryFileName {
  Owner owner;
  Incarnation life = 0;
  std::uint32_t number = 0;

  std::string path() const {
    return NodeFiles::registry(owner) + "/" + NodeFiles::registry_file(life, number);
  }
};

class RegistryFile {
 public:
  // With memory behind all of it, and without a name: nobody finds it before it is whole.
  static Result<RegistryFile> make(const NodeFiles& files, const RegistryFileName& name, RegistryKeys keys,
                                   std::uint32_t buckets, RegistryLine lines_for_entries);
  Result<void> give_name(const NodeFiles& files);

  // Read-only. ENOENT: there is none of that name.
  static Result<RegistryFile> open(const NodeFiles& files, const RegistryFileName& name);
  // The youngest one of that life. ENOENT: it has none yet, or has none any more.
  static Result<RegistryFile> open_youngest(const NodeFiles& files, const Owner& owner, Incarnation life);

  const RegistryFileName& name() const { return name_; }
  RegistryHeader& header() const { return *mapping_.as<RegistryHeader>(); }
  std::uint32_t buckets() const { return buckets_; }
  RegistryBucket& bucket(RegistryChain chain, std::uint64_t hash) const {
    return mapping_.as<RegistryBucket>(page_bytes)[chain * buckets_ + (hash & (buckets_ - 1))];
  }

  // Entries lie in [first_line, lines). Only for a line that it has: a reader that was overtaken may come by
  // any number.
  RegistryLine first_line() const { return first_line_; }
  RegistryLine lines() const { return lines_; }
  bool has(RegistryLine line) const { return line >= first_line_ && line < lines_; }
  RegistryEntry& entry(RegistryLine line) const {
    return *mapping_.as<RegistryEntry>(std::size_t{line} * line_bytes);
  }
  // What follows that entry. Only for an entry whose sizes fit().
  Word* words(RegistryLine line) const {
    return mapping_.as<Word>(std::size_t{line} * line_bytes + sizeof(RegistryEntry));
  }
  bool fits(RegistryLine line, std::size_t key_bytes, std::size_t value_bytes) const {
    return key_bytes <= registry_key_max && value_bytes <= registry_value_max &&
           registry_lines(key_bytes, value_bytes) <= lines_ - line;
  }

 private:
  RegistryFile(const RegistryFileName& name, Mapping mapping, UniqueFd unnamed);

  RegistryFileName name_;
  Mapping mapping_;
  UniqueFd unnamed_;  // until it has its name
  // Copies: what a reader believes of the file's size must not change under it.
  std::uint32_t buckets_;
  RegistryLine first_line_, lines_;
};

// Removes the files of all lives but that one.
void remove_registry_files(const NodeFiles& files, const Owner& owner, Incarnation kept);

}  // namespace ninelives::ipc
