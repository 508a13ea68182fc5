// The table of a registry: which processes stand under which key. It has one writer, the registry's own
// process, and any number of readers in other processes, who write nothing.
//
// Every change is one store, that of a link, and then the version of the chain that it is in goes up by one.
// So a writer that is killed or stopped anywhere leaves each chain as it was before or after, and nobody
// waits for it. A reader that finds the same version before and after has seen the chain as it was at one
// moment. Memory is used again only when the versions of all chains that it was in have gone up: who still
// reads it finds that out, and begins again.
//
//   ┌ header, 1 page ┬ buckets by key ┬ buckets by owner ┬ entries, on lines of the cache ┐
//
// A file never changes its size. One that has become too small is copied into a larger one, and then says
// that it has a successor; from then on it stays as it is.
#pragma once
#include <cstring>
#include <string_view>

#include "ipc/layout.hpp"

namespace ninelives::ipc {

// May several processes stand under one key? As in Elixir's Registry.
enum class RegistryKeys : std::uint32_t { unique, duplicate };

// What a key is one of: those that processes are registered with, or those of the registry's own metadata.
enum class RegistrySpace : std::uint32_t { keys, meta };

inline constexpr std::size_t registry_key_max = 4096;
inline constexpr std::size_t registry_value_max = 64 * 1024;

// A place in the file, in lines of the cache; 0, where the header lies, is no entry.
using RegistryLine = std::uint32_t;

// The chains that each entry is in.
enum RegistryChain : std::size_t { by_key, by_owner };
inline constexpr std::size_t registry_chains = 2;

struct RegistryHeader {
  std::uint64_t magic;
  std::uint32_t version;
  RegistryKeys keys;
  Slot slot;
  std::uint32_t number;  // of the files of one life, counted up
  Incarnation owner_inc;
  Incarnation life;
  std::uint32_t buckets;                                    // of each kind, a power of two
  RegistryLine lines;                                       // of the whole file
  alignas(line_bytes) Atomic<std::uint32_t> has_successor;  // the file of the next number counts
};

struct RegistryBucket {
  Word version;
  Atomic<RegistryLine> first;
  Atomic<RegistryLine> last;  // the writer's own
};

// Its key and its value follow, each on whole words with zeros behind.
struct RegistryEntry {
  std::array<Atomic<RegistryLine>, registry_chains> next;
  std::array<Atomic<RegistryLine>, registry_chains> previous;  // the writer's own
  Word hash;                                                   // of the key
  Word owner_life;
  Atomic<Slot> owner_slot;
  Atomic<RegistrySpace> space;
  Atomic<std::uint32_t> key_bytes;
  Atomic<std::uint32_t> value_bytes;
};
static_assert(sizeof(RegistryHeader) <= page_bytes && line_bytes % sizeof(RegistryBucket) == 0 &&
              sizeof(RegistryEntry) % sizeof(Word) == 0 && sizeof(RegistryEntry) < line_bytes);

inline constexpr std::size_t registry_words(std::size_t bytes) {
  return (bytes + sizeof(Word) - 1) / sizeof(Word);
}
inline constexpr RegistryLine registry_lines(std::size_t key_bytes, std::size_t value_bytes) {
  const std::size_t words = registry_words(key_bytes) + registry_words(value_bytes);
  return static_cast<RegistryLine>(
      round_up(sizeof(RegistryEntry) + words * sizeof(std::uint64_t), line_bytes) / line_bytes);
}

// The i-th word of a text, zeros behind its end.
inline std::uint64_t registry_word(std::string_view text, std::size_t i) {
  std::uint64_t word = 0;
  const std::string_view part = text.substr(i * sizeof word, sizeof word);
  std::memcpy(&word, part.data(), part.size());
  return word;
}

// The finalizer of splitmix64: https://prng.di.unimi.it/splitmix64.c
constexpr std::uint64_t registry_mix(std::uint64_t word) {
  word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9U;
  word = (word ^ word >> 27) * 0x94d049bb133111ebU;
  return word ^ word >> 31;
}

// A key as it is looked for: its bytes are somebody else's. The hash is the same in every program, whatever
// its library.
struct RegistryKey {
  RegistryKey(RegistrySpace in, std::string_view text) : space(in), bytes(text) {
    hash = bytes.size() << 1 | static_cast<std::uint64_t>(space);
    for (std::size_t i = 0; i < registry_words(bytes.size()); ++i)
      hash = registry_mix(hash + registry_word(bytes, i) + 1);
  }

  RegistrySpace space;
  std::string_view bytes;
  std::uint64_t hash = 0;
};

inline std::uint64_t registry_owner_hash(Slot owner) { return registry_mix(owner + 1); }

}  // namespace ninelives::ipc
