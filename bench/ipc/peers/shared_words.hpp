// Two words that two processes share, on cache lines of their own, and two apart: processors fetch lines in
// pairs.
#pragma once
#include <atomic>
#include <cstdint>
#include <new>
#include <sys/mman.h>

#include "bench/harness/check.hpp"

namespace ninelives::bench {

struct Words {
  alignas(128) std::atomic<std::uint32_t> request{0};
  alignas(128) std::atomic<std::uint32_t> reply{0};
};

class SharedWords {
 public:
  SharedWords() {
    void* memory = ::mmap(nullptr, sizeof(Words), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) check(-1, "mmap");
    words_ = new (memory) Words;
  }
  SharedWords(const SharedWords&) = delete;
  SharedWords& operator=(const SharedWords&) = delete;
  ~SharedWords() { ::munmap(words_, sizeof(Words)); }

  Words* operator->() const { return words_; }

 private:
  Words* words_;
};

}  // namespace ninelives::bench
