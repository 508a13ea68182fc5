// What processes note down for the test, in memory that outlives them. One process writes at a time.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <string>
#include <sys/mman.h>
#include <vector>

#include "tests/stepkill/bystander.hpp"

namespace ninelives::test::stepkill {

class Notebook {
 public:
  Notebook() {
    void* memory = ::mmap(nullptr, sizeof(Pages), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    require(memory != MAP_FAILED, "mmap");
    pages_ = static_cast<Pages*>(memory);
  }
  Notebook(const Notebook&) = delete;
  Notebook& operator=(const Notebook&) = delete;
  ~Notebook() { ::munmap(pages_, sizeof(Pages)); }

  void write(ipc::Kind kind, const Pid& from, std::uint64_t ref, std::string_view text) {
    const std::size_t at = pages_->size.load();
    require(at < pages_->lines.size(), "the notebook is full");
    Line& line = pages_->lines[at];
    line = {kind, from, ref, {}};
    std::memcpy(line.text.data(), text.data(), std::min(text.size(), line.text.size() - 1));
    pages_->size.store(at + 1);
  }

  std::size_t size() const { return pages_->size.load(); }
  // For a new process, when the last one is dead.
  void clear() { pages_->size.store(0); }

  std::vector<Heard> read() const {
    std::vector<Heard> heard;
    for (std::size_t at = 0; at < size(); ++at) {
      const Line& line = pages_->lines[at];
      heard.push_back({line.kind, line.from, line.ref, line.text.data()});
    }
    return heard;
  }

 private:
  struct Line {
    ipc::Kind kind;
    Pid from;
    std::uint64_t ref;
    std::array<char, 96> text;
  };
  struct Pages {
    std::atomic<std::size_t> size;
    std::array<Line, 256> lines;
  };
  Pages* pages_;
};

}  // namespace ninelives::test::stepkill
