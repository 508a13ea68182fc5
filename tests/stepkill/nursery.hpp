// Where victims come from: a process that is forked once and forks them all, so that each begins with the
// same memory at the same addresses and takes the same instructions through the same operation. It is forked
// before anything is mapped or started, for a victim must attach to its mailbox by itself.
#pragma once
#include <cstdint>
#include <functional>
#include <sys/types.h>

#include <ninelives/ipc/pid.hpp>

#include "ipc/unique_fd.hpp"

namespace ninelives::test::stepkill {

// What one victim is told.
struct Order {
  Pid me;
  std::uint64_t number = 0;  // counts the victims of a campaign
  Pid peer;                  // whom its operation is about, where that is not always the same
};

class Nursery {
 public:
  using Life = std::function<void(const Order&)>;

  // `life` runs in each victim, and ends in operation_has_returned().
  explicit Nursery(Life life);
  Nursery(const Nursery&) = delete;
  Nursery& operator=(const Nursery&) = delete;
  ~Nursery();

  // A new victim, which is the caller's own child, traced by it, and stopped before its life begins.
  pid_t bear(const Order& order) const;

 private:
  [[noreturn]] static void run(const Life& life, int orders);

  ipc::UniqueFd orders_;
  pid_t process_ = 0;
};

}  // namespace ninelives::test::stepkill
