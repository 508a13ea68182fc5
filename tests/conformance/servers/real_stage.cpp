#include "tests/conformance/servers/real_stage.hpp"

#include <algorithm>
#include <csignal>
#include <stdexcept>

#include <ninelives/sys.hpp>

#include "tests/support/trees.hpp"
#include "tests/support/wait_until.hpp"
#include "worker/process.hpp"

namespace ninelives::conformance::servers {

namespace {

constexpr auto bound = std::chrono::seconds(20);

// Of a process, as in proc(5): S: it sleeps. Z, too, if there is none.
char state_of(pid_t process) {
  const std::string stat = test::contents("/proc/" + std::to_string(process) + "/stat");
  const auto state = stat.rfind(") ");
  return state == stat.npos ? 'Z' : stat.at(state + 2);
}

// A supervisor that answers has told everybody of the ends that it had seen before: it does one thing after
// the other.
void wait_until_told() { (void)Supervisor().count_children(bound); }

// Who sleeps has looked at all that had been sent to it by then. False: it is about to end.
bool falls_asleep(pid_t process) {
  char state = 0;
  test::wait_until([&] { return (state = state_of(process)) == 'S' || state == 'Z'; }, bound);
  return state == 'S';
}

}  // namespace

RealNode::RealNode() : running_(sandbox_, test::tree_of({test::sleeper("first")}, "intensity = 1000000")) {
  running_.wait_for_start("first");
  auto node = Node::attach();
  if (!node) throw std::runtime_error(node.error());
  node_.emplace(std::move(*node));
}

RealStage::RealStage(RealNode& node, const Script& script) {
  for (const std::string& server : script.servers) {
    const std::string id = node.new_id(server);
    const auto diary = node.diary_of(id);
    const auto started = Supervisor().start_child({.id = id,
                                                   .restart = Restart::temporary,
                                                   .command = {test::test_program("server_actor"), diary},
                                                   .mailbox = Mailbox::drop},
                                                  bound);
    if (!started) throw std::runtime_error(to_string(started.error()));
    const auto begin = test::lines_of(test::contents(diary));  // its OS process
    servers_[server] = {.pid = started->pid, .os_pid = std::stoi(begin.at(0)), .diary = diary, .read = 1};
  }
}

RealStage::~RealStage() {
  hold({});
  for (const auto& [name, server] : servers_) {
    if (!server.end) (void)detail::Process::current()->kill(server.pid);
  }
  for (const auto& [name, server] : servers_) (void)detail::await_end(server.pid, bound);
}

void RealStage::hold(const std::vector<std::string>& servers) {
  for (const std::string& name : held_) ::kill(servers_.at(name).os_pid, SIGCONT);
  held_.clear();
  for (const std::string& name : servers) {
    if (servers_.at(name).end) continue;
    ::kill(servers_.at(name).os_pid, SIGSTOP);
    held_.push_back(name);
  }
}

void RealStage::kill(const std::string& name) {
  (void)detail::Process::current()->kill(servers_.at(name).pid);
  servers_.at(name).end = detail::await_end(servers_.at(name).pid, bound);
  wait_until_told();
}

// Twice everybody is found at rest, and in between nobody has heard or told anybody anything.
void RealStage::rest() {
  auto before = how_far();
  for (bool was_quiet = false;;) {
    bool is_quiet = true;
    for (auto& [name, server] : servers_) is_quiet &= rests(server);
    const auto now = how_far();
    if (is_quiet && was_quiet && now == before) return;
    was_quiet = is_quiet;
    before = now;
  }
}

// It has taken what was in its mailbox, has no time-out to wait for, and sleeps. Who does not answer has
// ended.
bool RealStage::rests(Server& server) {
  if (server.end) return true;
  const auto status = sys::get_status(server.pid, bound);
  if (status) return !status->timeout && falls_asleep(server.os_pid);
  if (status.error().kind == CallError::Kind::timeout) throw std::runtime_error("a server is stuck");
  server.end = detail::await_end(server.pid, bound);
  wait_until_told();
  return false;
}

std::vector<std::uintmax_t> RealStage::how_far() const {
  std::vector<std::uintmax_t> sizes;
  for (const auto& [name, server] : servers_) sizes.push_back(std::filesystem::file_size(server.diary));
  return sizes;
}

std::vector<std::string> RealStage::take_heard(const std::string& name) {
  Server& server = servers_.at(name);
  auto lines = test::lines_of(test::contents(server.diary));
  lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(server.read));
  server.read += lines.size();
  return lines;
}

}  // namespace ninelives::conformance::servers
