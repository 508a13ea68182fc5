#include "supervisor/node/sweeper.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "supervisor/node/marks.hpp"

namespace ninelives::supervisor {
namespace {

using namespace std::chrono_literals;

// A scan of /proc costs about 10 µs a process, so scans keep their distance, and one does for many that are
// dead: the loop has other things to do.
constexpr auto first_pause = 200ms;
constexpr auto pause_between = 50ms;
constexpr int share = 20;  // so many times what a scan takes passes between two
constexpr std::size_t most_at_once = 256;

void kill_all_with(const Markers& markers) {
  constexpr int most_scans = 100;
  for (int scan = 0; scan < most_scans; ++scan) {
    const Sweep sweep = kill_marked(markers);
    if (sweep.complete && sweep.killed.empty()) return;
    std::this_thread::sleep_for(1ms);
  }
}

}  // namespace

void kill_all_of(const std::filesystem::path& node) { kill_all_with(marks_of(node)); }

void kill_all_under(const std::filesystem::path& node, const Pid& supervisor) {
  kill_all_with(marks_under(node, supervisor));
}

Sweeper::Sweeper(boost::asio::io_context& io, KnownChildren known_children)
    : timer_(io), known_children_(std::move(known_children)) {}

void Sweeper::sweep_for(Markers marks) {
  dead_.push_back(std::move(marks));
  if (!armed_) arm(first_pause);
}

void Sweeper::arm(std::chrono::milliseconds pause) {
  armed_ = true;
  timer_.expires_after(pause);
  timer_.async_wait([this](const boost::system::error_code& error) {
    armed_ = false;
    if (!error) sweep_next();
  });
}

void Sweeper::sweep_next() {
  const std::size_t count = std::min(dead_.size(), most_at_once);
  const std::vector<Markers> marks(dead_.begin(), dead_.begin() + static_cast<long>(count));
  const auto began = std::chrono::steady_clock::now();
  const Sweep sweep = kill_marked(marks);
  reap_orphans(known_children_());
  const auto took = std::chrono::steady_clock::now() - began;
  if (sweep.complete && sweep.killed.empty())
    dead_.erase(dead_.begin(), dead_.begin() + static_cast<long>(count));
  using std::chrono::milliseconds;
  if (!dead_.empty()) arm(std::max(pause_between, std::chrono::duration_cast<milliseconds>(took * share)));
}

}  // namespace ninelives::supervisor
