// A server of the storm, or a watcher, which monitors the servers and is linked to them: `storm_server
// NUMBER`, its own in the roster.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <time.h>
#include <tuple>

#include <ninelives/serve.hpp>

#include "tests/storm/speaker.hpp"

namespace ninelives::storm {
namespace {

class Server : public GenServer<StormApi> {
 public:
  Server(int, char** argv)
      : me_(static_cast<Actor>(std::atoi(argv[1]))),
        book_(Book::of_environment()),
        speaker_(book_, me_, life()) {}

  void init() {
    trap_exit(true);
    watch_all();
  }

  void handle_cast(const Tell& tell) { note(tell.letter, tell.work_us); }

  Letter handle_call(const Ask& ask) {
    note(ask.letter, ask.work_us);
    if (ask.hops > 0 && me_ + 1 < servers) {
      const auto bytes = ask.letter.bytes.size();
      speaker_.ask(me_ + 1, {.bytes = bytes, .hops = ask.hops - 1, .wanted = ask.wanted});
    }
    return sealed(me_, life(), ask.letter.number, ask.wanted);
  }

  void handle_info(const Down& down) {
    const auto watched = watched_.find(down.ref.number);
    const Actor who = watched == watched_.end() ? vandal : watched->second;
    book_.write(about(What::down, who, down.pid, down.ref.number));
    if (watched != watched_.end()) watched_.erase(watched);
    watch_all();
  }

  void handle_info(const Exit& exit) {
    if (!is_watcher(me_)) return note_end_of_watcher(exit.pid);
    const auto linked = linked_.find(exit.pid);
    const Actor who = linked == linked_.end() ? vandal : linked->second;
    book_.write(about(What::down, who, exit.pid, number_of_link(who, exit.pid.incarnation)));
    if (linked != linked_.end()) linked_.erase(linked);
  }

 private:
  static std::uint64_t life() { return self().incarnation; }

  void note(const Letter& letter, std::uint32_t work_us) {
    Entry entry{.what = What::handled,
                .sender = letter.sender,
                .receiver = me_,
                .sender_life = letter.life,
                .number = letter.number,
                .receiver_life = life(),
                .bytes = letter.bytes.size()};
    book_.write(entry);
    entry.what = What::torn;
    if (!is_whole(letter)) book_.write(entry);
    if (work_us > 0) work(work_us);
    if (me_ < servers) tell_watcher();
    watch_all();
  }

  static void work(std::uint32_t microseconds) {
    const timespec time{0, static_cast<long>(microseconds) * 1000};
    ::nanosleep(&time, nullptr);
  }

  void tell_watcher() {
    const Actor watcher = servers + static_cast<Actor>(told_++ % watchers);
    const bool large = told_ % 100 == 0;
    speaker_.tell(watcher, {.bytes = large ? std::size_t{50'000} : told_ % 50});
  }

  // Every server that runs and is not watched. One that is restarting has no process yet: next time.
  void watch_all() {
    if (!is_watcher(me_)) return;
    for (Actor server = 0; server < servers; ++server) {
      if (std::ranges::any_of(watched_, [&](const auto& watch) { return watch.second == server; })) continue;
      if (const auto pid = speaker_.pid_of(server)) watch(server, *pid);
    }
  }

  void watch(Actor server, const Pid& pid) {
    const MonitorRef ref = monitor(pid);
    watched_.emplace(ref.number, server);
    book_.write(about(What::watching, server, pid, ref.number));
    if (!link(pid)) return;  // no room for that in its mailbox
    linked_.emplace(pid, server);
    book_.write(about(What::watching, server, pid, number_of_link(server, pid.incarnation)));
  }

  // Which one it was is not known here: a slot has no name any more when its process has ended.
  void note_end_of_watcher(const Pid& pid) {
    bool is_alive = false;
    for (Actor watcher = servers; watcher < roster.size(); ++watcher) {
      is_alive = is_alive || speaker_.pid_of(watcher) == pid;
    }
    if (is_alive || !ended_watchers_.insert(pid).second) book_.write(about(What::false_end, vandal, pid, 0));
  }

  Entry about(What what, Actor who, const Pid& pid, std::uint64_t number) const {
    return {.what = what,
            .sender = who,
            .receiver = me_,
            .sender_life = pid.incarnation,
            .number = number,
            .receiver_life = life()};
  }

  struct BySlot {
    bool operator()(const Pid& a, const Pid& b) const {
      return std::tie(a.slot, a.incarnation) < std::tie(b.slot, b.incarnation);
    }
  };

  Actor me_;
  Book book_;
  Speaker speaker_;
  std::uint64_t told_ = 0;
  std::map<std::uint64_t, Actor> watched_;  // by the monitor's ref
  std::map<Pid, Actor, BySlot> linked_;
  std::set<Pid, BySlot> ended_watchers_;  // of which this server has heard
};

}  // namespace
}  // namespace ninelives::storm

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  return ninelives::serve<ninelives::storm::Server>(argc, argv);
}
