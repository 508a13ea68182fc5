// A live process of the node beside the victim: a thread with an endpoint of its own, which notes down
// whatever it hears. It waits without any time-out. What it shall do comes by mail from the root, which
// overtakes everything.
#pragma once
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "tests/stepkill/world.hpp"

namespace ninelives::test::stepkill {

// Something that a bystander has heard, or the outcome of a call of its own.
struct Heard {
  ipc::Kind kind = ipc::Kind::none;
  Pid from;
  std::uint64_t ref = 0;
  std::string payload;
};

class Bystander {
 public:
  Bystander(World& world, const Pid& pid, ipc::Endpoint::SleepsOn sleeps_on = ipc::Endpoint::SleepsOn::futex);
  Bystander(World& world, std::string_view name,
            ipc::Endpoint::SleepsOn sleeps_on = ipc::Endpoint::SleepsOn::futex)
      : Bystander(world, world.add(name), sleeps_on) {}
  Bystander(const Bystander&) = delete;
  Bystander& operator=(const Bystander&) = delete;
  ~Bystander();

  const Pid& pid() const { return pid_; }

  // From now on a `down` of that life is to be heard.
  void monitor(const Pid& pid);
  // Calls, for ever; the outcome is heard as a reply or, with the kind of error in `ref`, a refusal.
  void call(const Pid& pid, const std::string& payload);
  // Busy in a handler, awake, until release(). Calls that it gets are answered with their own payload.
  void hold();
  void release();
  bool is_held() const { return held_; }
  // Has taken all that was sent to it and sleeps.
  void settle();

  // Waits until it has heard what `is_it` says, and fails long before the backstop.
  template <class Predicate>
  void await(Predicate is_it, const std::string& what) {
    std::unique_lock lock(mutex_);
    const bool came = changed_.wait_for(lock, bound, [&] { return std::ranges::any_of(heard_, is_it); });
    require(came, what + " did not come");
  }
  void await_down(const Pid& of);
  // What was heard since the last time, in order.
  std::vector<Heard> take_heard();

  static constexpr std::chrono::seconds bound{8};

 private:
  enum class Command : std::uint32_t { monitor, call, hold, end };
  void tell(Command command, const Pid& pid = {}, const std::string& text = {});
  void run();
  bool obey(const ipc::Received& command);
  void note(Heard heard);

  World& world_;
  Pid pid_;
  std::unique_ptr<ipc::Endpoint> endpoint_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Heard> heard_;
  bool held_ = false;
  std::binary_semaphore release_{0};
  std::binary_semaphore obeyed_{0};
  std::thread thread_;
};

}  // namespace ninelives::test::stepkill
