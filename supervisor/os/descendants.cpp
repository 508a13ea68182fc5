#include "supervisor/os/descendants.hpp"

#include <algorithm>
#include <cerrno>
#include <signal.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor/os/pidfd.hpp"
#include "supervisor/os/proc.hpp"

namespace ninelives::supervisor {

namespace {

bool contains(std::span<const pid_t> pids, pid_t pid) { return std::ranges::find(pids, pid) != pids.end(); }

bool has_entry(std::string_view environment, std::string_view wanted) {
  while (!environment.empty()) {
    const auto end = environment.find('\0');
    if (environment.substr(0, end) == wanted) return true;
    if (end == std::string_view::npos) return false;
    environment.remove_prefix(end + 1);
  }
  return false;
}

enum class Marked { no, yes, unknown };

Marked is_marked(pid_t pid, std::span<const Markers> marks) {
  const auto environment = environment_of(pid);
  if (!environment) return Marked::unknown;
  const auto is_present = [&](const std::string& marker) { return has_entry(*environment, marker); };
  const auto fits = [&](const Markers& markers) {
    return !markers.empty() && std::ranges::all_of(markers, is_present);
  };
  return std::ranges::any_of(marks, fits) ? Marked::yes : Marked::no;
}

// The pid may be recycled at any time. Once the pidfd is open that is harmless: an environment read
// afterwards is either that of the pidfd's process, or the pidfd's process is gone and the signal reaches
// nobody.
void kill_if_marked(pid_t pid, std::span<const Markers> marks, Sweep& sweep) {
  Marked marked = is_marked(pid, marks);
  if (marked == Marked::yes) {
    const ipc::UniqueFd pidfd = open_pidfd(pid);
    if (!pidfd && errno == ESRCH) return;
    marked = pidfd ? is_marked(pid, marks) : Marked::unknown;
    if (marked == Marked::yes && !send_signal(pidfd.get(), SIGKILL)) sweep.killed.push_back(pid);
  }
  if (marked == Marked::unknown) sweep.complete = false;
}

bool reap_if_dead(pid_t child) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG) == 0 && info.si_pid != 0;
}

bool is_alive(pid_t child) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == 0;
}

// Some dead child of ours, always the same one until it is reaped; 0: there is none.
pid_t first_dead_child() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 ? info.si_pid : 0;
}

std::vector<pid_t> unknown_children(std::span<const pid_t> known) {
  std::vector<pid_t> children = all_processes().value_or(std::vector<pid_t>());
  std::erase_if(children, [&](pid_t pid) { return contains(known, pid) || parent_of(pid) != ::getpid(); });
  return children;
}

}  // namespace

void become_subreaper() {
  ::signal(SIGCHLD, SIG_DFL);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

Sweep kill_marked(std::span<const Markers> marks, std::span<const pid_t> except) {
  Sweep sweep;
  if (marks.empty()) return sweep;
  const auto pids = all_processes();
  if (!pids) return {.killed = {}, .complete = false};
  for (const pid_t pid : *pids) {
    if (pid != ::getpid() && !contains(except, pid)) kill_if_marked(pid, marks, sweep);
  }
  return sweep;
}

// By pid and safely so: a child's pid cannot be recycled before we reap it.
std::vector<pid_t> kill_orphans(std::span<const pid_t> known) {
  std::vector<pid_t> orphans = unknown_children(known);
  std::erase_if(orphans, [](pid_t pid) { return !is_alive(pid) || ::kill(pid, SIGKILL) != 0; });
  return orphans;
}

std::vector<pid_t> reap_orphans(std::span<const pid_t> known) {
  std::vector<pid_t> reaped;
  for (pid_t dead = first_dead_child(); dead != 0; dead = first_dead_child()) {
    if (contains(known,
                 dead)) {  // it stands in front of the others, and there is no way to ask for the next one
      for (const pid_t pid : unknown_children(known)) {
        if (reap_if_dead(pid)) reaped.push_back(pid);
      }
      break;
    }
    if (reap_if_dead(dead)) reaped.push_back(dead);
  }
  return reaped;
}

}  // namespace ninelives::supervisor
