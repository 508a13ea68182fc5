// What a fuzz target holds against what it tests: a broken promise ends the process, and libFuzzer keeps the
// input.
#pragma once
#include <cstdio>
#include <cstdlib>

namespace ninelives::fuzz {

inline void require(bool kept, const char* promise) {
  if (kept) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

}  // namespace ninelives::fuzz
