// The allocator as a server. It monitors whoever has a frequency: one Down for each, so that what a dead
// client had comes back once.
#include <algorithm>

#include <ninelives/serve.hpp>

#include "allocator.hpp"

class Frequency : public ninelives::GenServer<FrequencyApi> {
 public:
  using Allocated = std::expected<int, Refusal>;
  using Deallocated = std::expected<void, Refusal>;

  Allocated handle_call(const Allocate&, const ninelives::From<Allocated>& from) {
    const Allocated frequency = allocator_.allocate(from.pid());
    if (frequency) monitors_[*frequency] = monitor(from.pid());
    return frequency;
  }
  Deallocated handle_call(const Deallocate& message, const ninelives::From<Deallocated>& from) {
    const Deallocated done = allocator_.deallocate(message.frequency, from.pid());
    if (done) demonitor(monitors_.extract(message.frequency).mapped());
    return done;
  }
  std::vector<int> handle_call(const Free&) { return allocator_.free(); }
  void handle_info(const ninelives::Down& down) {
    const auto monitor =
        std::ranges::find(monitors_, down.ref, [](const auto& entry) { return entry.second; });
    (void)allocator_.deallocate(monitor->first, down.pid);
    monitors_.erase(monitor);
  }

 private:
  Allocator<ninelives::Pid> allocator_{{10, 11, 12}};
  std::map<int, ninelives::MonitorRef> monitors_;  // of each frequency that somebody has
};

int main(int argc, char** argv) { return ninelives::serve<Frequency>(argc, argv); }
