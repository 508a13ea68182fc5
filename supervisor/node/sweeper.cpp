#include "supervisor/node/sweeper.hpp"

#include <algorithm>
#include <thread>

#include "ipc/launch_environment.hpp"
#include "supervisor/os/descendants.hpp"

namespace ninelives::supervisor {
namespace {

using namespace std::chrono_literals;

// A scan of /proc costs about 10 µs a process, so scans keep their distance, and one does for many that are
// dead: the loop has other things to do.
constexpr auto first_pause = 200ms;
constexpr auto pause_between = 50ms;
constexpr int share = 20;  // so many times what a scan takes passes between two
constexpr std::size_t most_at_once = 256;

std::string variable(const char* name, const std::string& value) { return std::string(name) + "=" + value; }

void kill_all_with(const Markers& markers) {
  constexpr int most_scans = 100;
  for (int scan = 0; scan < most_scans; ++scan) {
    const Sweep sweep = kill_marked(markers);
    if (sweep.complete && sweep.killed.empty()) return;
    std::this_thread::sleep_for(1ms);
  }
}

}  // namespace

void kill_all_of(const std::filesystem::path& node) {
  kill_all_with({variable(ipc::env_node, node.string())});
}

void kill_all_under(const std::filesystem::path& node, const Pid& supervisor) {
  kill_all_with({variable(ipc::env_node, node.string()),
                 variable((ipc::env_under + std::to_string(supervisor.slot)).c_str(),
                          std::to_string(supervisor.incarnation))});
}

Sweeper::Sweeper(boost::asio::io_context& io, std::filesystem::path node, KnownChildren known_children)
    : timer_(io), node_(std::move(node)), known_children_(std::move(known_children)) {}

void Sweeper::sweep_for(const Pid& pid) {
  dead_.push_back(pid);
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
  std::vector<Markers> marks;
  for (std::size_t index = 0; index < count; ++index) {
    const Pid& pid = dead_[index];
    marks.push_back({variable(ipc::env_node, node_.string()),
                     variable(ipc::env_slot, std::to_string(pid.slot)),
                     variable(ipc::env_incarnation, std::to_string(pid.incarnation))});
  }
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
