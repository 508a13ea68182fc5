// The partitions of a supervisor (`partitions = 8` in the tree file; Elixir's PartitionSupervisor): the work
// of one server on several, each of which has the keys of its own.
//
//   partition<CacheApi>("workers", user).call(Get{user});
//
// Integers are spread by their absolute value modulo the number of partitions, as in Elixir; any other key by
// a hash of its bytes as a message, FNV-1a, which is the same in every process and build.
#pragma once
#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <ninelives/ipc/codec.hpp>
#include <ninelives/ipc/name.hpp>
#include <ninelives/ref.hpp>

namespace ninelives {

namespace detail {

template <class Key>
std::uint64_t partition_key(const Key& key) {
  if constexpr (std::integral<Key> && !std::same_as<Key, bool>) {
    const auto number = static_cast<std::uint64_t>(key);
    if constexpr (std::is_signed_v<Key>) {
      if (key < 0) return 0 - number;
    }
    return number;
  } else if constexpr (std::convertible_to<const Key&, std::string_view>) {
    return name_hash(to_bytes(std::string_view(key)));
  } else {
    return name_hash(to_bytes(key));
  }
}

}  // namespace detail

// The partition of this key, of the supervisor of that name; of the root with an empty one. Which it is is
// found out by using it; `noproc` if that supervisor is not there, or has no partitions.
template <Protocol P, class Key>
Ref<P> partition(std::string_view supervisor, const Key& key) {
  return Ref<P>(detail::Target{.name = std::string(supervisor), .key = detail::partition_key(key)});
}

}  // namespace ninelives
