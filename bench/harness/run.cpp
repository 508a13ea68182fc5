#include "bench/harness/run.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>
#include <sys/mman.h>

#include "bench/harness/check.hpp"
#include "bench/harness/child.hpp"

namespace ninelives::bench {
namespace {

constexpr std::chrono::seconds patience{20};  // with a turn, beyond its budget

// Where the process that runs a turn leaves what came of it.
struct Outbox {
  std::size_t count = 0;
  char trouble[256] = {};
  double samples[samples_max] = {};
};

class SharedOutbox {
 public:
  SharedOutbox() {
    void* memory = ::mmap(nullptr, sizeof(Outbox), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) check(-1, "mmap");
    outbox_ = static_cast<Outbox*>(memory);
  }
  SharedOutbox(const SharedOutbox&) = delete;
  SharedOutbox& operator=(const SharedOutbox&) = delete;
  ~SharedOutbox() { ::munmap(outbox_, sizeof(Outbox)); }

  Outbox* operator->() const { return outbox_; }

 private:
  Outbox* outbox_;
};

void fill(const SharedOutbox& outbox, const Row& row, Nanoseconds budget) {
  try {
    const Samples samples = row.turn(budget);
    outbox->count = std::min(samples.size(), samples_max);
    std::copy_n(samples.begin(), outbox->count, outbox->samples);
  } catch (const std::exception& thrown) {
    std::strncpy(outbox->trouble, thrown.what(), sizeof outbox->trouble - 1);
  }
}

void take_turn(Row& row, Nanoseconds budget) {
  const SharedOutbox outbox;
  Child turn([&] { fill(outbox, row, budget); });
  if (!turn.ended_within(std::chrono::duration_cast<std::chrono::milliseconds>(budget + patience))) {
    row.trouble = "did not come to an end";
    return;
  }
  row.trouble = turn.trouble();
  if (outbox->trouble[0]) row.trouble = outbox->trouble;
  if (!row.trouble.empty()) return;
  if (outbox->count == 0)
    row.trouble = "gave no figure";
  else
    row.turns.emplace_back(outbox->samples, outbox->samples + outbox->count);
}

template <class Do>
void for_each_row(std::vector<Group>& groups, Do&& act) {
  for (Group& group : groups) {
    for (Row& row : group.rows) {
      if (row.trouble.empty()) act(row);
    }
  }
}

}  // namespace

void run(std::vector<Group>& groups, const Plan& plan) {
  int rows = 0;
  for_each_row(groups, [&](Row&) { ++rows; });
  if (rows == 0) return;
  const Nanoseconds budget = Nanoseconds(plan.total) / (rows * plan.turns);
  for (int turn = 1; turn <= plan.turns; ++turn) {
    std::fprintf(stderr, "turn %d of %d\n", turn, plan.turns);
    for_each_row(groups, [&](Row& row) { take_turn(row, budget); });
  }
}

}  // namespace ninelives::bench
