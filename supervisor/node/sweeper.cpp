#include "supervisor/node/sweeper.hpp"

#include <thread>

#include "ipc/launch_environment.hpp"
#include "supervisor/os/descendants.hpp"

namespace ninelives::supervisor {
namespace {

using namespace std::chrono_literals;

// A scan of /proc costs about 10 µs a process, so scans keep their distance: the loop has other things to do.
constexpr auto first_pause = 200ms;
constexpr auto pause_between = 50ms;

std::string variable(const char* name, const std::string& value) { return std::string(name) + "=" + value; }

void kill_all_with(const std::vector<std::string>& markers) {
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
  const Pid pid = dead_.front();
  const std::vector<std::string> markers{variable(ipc::env_node, node_.string()),
                                         variable(ipc::env_slot, std::to_string(pid.slot)),
                                         variable(ipc::env_incarnation, std::to_string(pid.incarnation))};
  const Sweep sweep = kill_marked(markers);
  reap_orphans(known_children_());
  if (sweep.complete && sweep.killed.empty()) dead_.pop_front();
  if (!dead_.empty()) arm(pause_between);
}

}  // namespace ninelives::supervisor
