// Walking through the chains of a registry's table, which may change meanwhile: whatever is seen counts only
// if the chain has not changed in between.
#pragma once
#include <algorithm>
#include <string>

#include "ipc/registry_file.hpp"

namespace ninelives::ipc {

// An entry where it lies. To anybody but the writer it may be another one's by now, or nonsense: no access
// leaves the file, whatever it holds.
class RegistryEntryView {
 public:
  RegistryEntryView(const RegistryFile& file, RegistryLine line)
      : file_(file), line_(line), entry_(file.entry(line)) {}

  RegistryLine line() const { return line_; }
  RegistryLine next(RegistryChain chain) const { return entry_.next[chain].load(std::memory_order::acquire); }
  Pid owner() const { return {relaxed(entry_.owner_slot), relaxed(entry_.owner_life)}; }
  RegistrySpace space() const { return relaxed(entry_.space); }
  std::uint64_t hash() const { return relaxed(entry_.hash); }

  bool has_key(const RegistryKey& key) const {
    if (hash() != key.hash || relaxed(entry_.key_bytes) != key.bytes.size() || space() != key.space ||
        !file_.fits(line_, key.bytes.size(), 0)) {
      return false;
    }
    const Word* words = file_.words(line_);
    for (std::size_t i = 0; i < registry_words(key.bytes.size()); ++i) {
      if (relaxed(words[i]) != registry_word(key.bytes, i)) return false;
    }
    return true;
  }

  // Empty where the sizes make no sense.
  std::string key() const {
    const Sizes sizes = this->sizes();
    return text(sizes, 0, sizes.key);
  }
  std::string value() const {
    const Sizes sizes = this->sizes();
    return text(sizes, registry_words(sizes.key), sizes.value);
  }
  RegistryLine lines() const {
    const Sizes sizes = this->sizes();
    return registry_lines(sizes.key, sizes.value);
  }

 private:
  template <class T>
  static T relaxed(const Atomic<T>& word) {
    return word.load(std::memory_order::relaxed);
  }

  // Loaded once: what was checked is what is used.
  struct Sizes {
    std::size_t key, value;
  };
  Sizes sizes() const { return {relaxed(entry_.key_bytes), relaxed(entry_.value_bytes)}; }

  std::string text(const Sizes& sizes, std::size_t first_word, std::size_t bytes) const {
    if (!file_.fits(line_, sizes.key, sizes.value)) return {};
    std::string text(bytes, '\0');
    const Word* words = file_.words(line_) + first_word;
    for (std::size_t at = 0; at < bytes; at += sizeof(Word)) {
      const std::uint64_t word = relaxed(words[at / sizeof(Word)]);
      std::memcpy(&text[at], &word, std::min(sizeof word, bytes - at));
    }
    return text;
  }

  const RegistryFile& file_;
  RegistryLine line_;
  const RegistryEntry& entry_;
};

// Calls `visit` with each entry of the chain until it returns false. False: the chain led to where no entry
// can be, or has no end; it has changed meanwhile.
template <class Visit>
bool walk(const RegistryFile& file, RegistryChain chain, const RegistryBucket& bucket, Visit visit) {
  RegistryLine line = bucket.first.load(std::memory_order::acquire);
  for (RegistryLine steps = 0; line != 0; ++steps) {
    if (!file.has(line) || steps > file.lines()) return false;
    const RegistryEntryView entry(file, line);
    if (!visit(entry)) return true;
    line = entry.next(chain);
  }
  return true;
}

}  // namespace ninelives::ipc
