// How many files this process may have open. A supervisor keeps one for each child and each client, so it
// takes all that it may have; its children get the limit that it was started with, as many programs misbehave
// with a high one (select(2)).
#pragma once
#include <cstddef>

namespace ninelives::supervisor {

// Soft limit to hard limit; remembers the former. Once, before the first launch.
void raise_file_limit();
// What this process may have open now.
std::size_t file_limit();
// In a child, before exec: async-signal-safe.
void restore_file_limit() noexcept;

}  // namespace ninelives::supervisor
