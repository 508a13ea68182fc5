// What a supervisor tells a child by its environment. Every descendant inherits it, which is how those that
// have escaped their process group are found.
#pragma once

namespace ninelives::ipc {

inline constexpr const char* env_node = "NINELIVES_NODE";                // the node's directory
inline constexpr const char* env_slot = "NINELIVES_SLOT";                // decimal
inline constexpr const char* env_incarnation = "NINELIVES_INCARNATION";  // decimal

// Of a worker with `via` in its spec: the registry's name, a newline, the key, which may be any text.
inline constexpr const char* env_via = "NINELIVES_VIA";

// Of a child that is a partition: which, from 0. What is below it inherits it.
inline constexpr const char* env_partition = "NINELIVES_PARTITION";

// A supervisor below the root has env_under + its slot, with its incarnation; so has everything below it.
inline constexpr const char* env_under = "NINELIVES_UNDER_";

}  // namespace ninelives::ipc
