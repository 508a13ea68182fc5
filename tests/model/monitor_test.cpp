// Monitors: a receiver that watches the lives of one sender, which dies at any step and is restarted. A down
// must come once for each monitor, after the last message of the life that it is about. Follows
// Endpoint::next(), begin_turn(), end_turn(), monitor() and settle_monitors(); there is one ring, so its turn
// comes again and again.
#include <array>

#include "tests/model/expect.hpp"

namespace ninelives::model {
namespace {

constexpr int most_monitors = 3;
constexpr int most_messages = 6;

struct Rules {
  int lives = 2;
  int messages = 1;  // of a life
  int monitors = 2;
  int demonitors = 0;
  int failing_opens = 0;  // the receiver is out of files for a while

  bool gives_ring_another_turn = true;       // after the life was seen to be over
  bool remembers_which_lives = true;         // were seen to be over before that turn
  bool waits_for_the_ring = true;            // while it could not be opened
  bool starts_over_without_the_ring = true;  // a turn in which it could not be opened was none
  bool watches_before_it_looks = true;
};

enum class SenderAt : std::uint8_t { out_bit, link_ring, watch, commit, ring, idle, dead, gone };
enum class SupervisorAt : std::uint8_t { watch, notice, ring, launch };
enum class At : std::uint8_t { take, end_turn, settle, collect, open, whereis_done, asleep };

struct Monitor {
  enum class State : std::uint8_t { none, pending, told, withdrawn };
  State state;
  std::uint8_t life;
};

struct MonitorState {
  SenderAt sender;
  std::uint8_t life, sent;
  std::uint8_t out_bit, ring_exists, watched, rung;
  std::array<std::uint8_t, most_messages> messages;  // the life that sent it
  std::uint8_t committed;
  std::uint8_t row_life, row_over;
  SupervisorAt supervisor;

  At at;
  std::uint8_t has_ring, ready, deferred, drained, taken;
  std::uint8_t over_before;  // lives below it were seen to be over before the present turn; 0: none was
  std::uint8_t monitored, demonitored, failed_opens;
  std::array<Monitor, most_monitors> monitors;
  std::uint8_t message_after_down;
};

class Monitoring {
 public:
  using State = MonitorState;
  explicit Monitoring(const Rules& rules) : rules_(rules) {}

  State initial() const {
    State state{};
    state.life = state.row_life = 1;
    state.at = At::asleep;
    return state;
  }

  const char* wrong(const State& state) const {
    return state.message_after_down ? "a message of a life comes after its down" : nullptr;
  }

  const char* unfinished(const State& state) const {
    for (const Monitor& monitor : state.monitors) {
      if (monitor.state == Monitor::State::pending && monitor.life < first_not_over(state))
        return "a down never comes";
    }
    return state.taken == state.committed ? nullptr : "a message is stranded";
  }

  template <class Next>
  void steps(const State& now, Next&& next) const {
    sender_steps(now, next);
    supervisor_steps(now, next);
    receiver_steps(now, next);
  }

 private:
  // By the row; a life below it is over.
  static std::uint8_t first_not_over(const State& state) {
    return static_cast<std::uint8_t>(state.row_life + state.row_over);
  }

  template <class Next>
  void sender_steps(const State& now, Next&& next) const {
    if (now.sender >= SenderAt::dead) return;
    auto go = [&](const char* does, SenderAt at, auto change) {
      State then = now;
      then.sender = at;
      change(then);
      next(Step{"sender", now.life, does}, then);
    };
    switch (now.sender) {
      case SenderAt::out_bit:
        go("sets its out bit", SenderAt::link_ring, [](State& s) { s.out_bit = 1; });
        break;
      case SenderAt::link_ring:
        go("links or adopts its ring", SenderAt::watch, [](State& s) { s.ring_exists = 1; });
        break;
      case SenderAt::watch:
        go("sets its watchers bit", SenderAt::commit, [](State&) {});
        break;
      case SenderAt::commit:
        go("commits", SenderAt::ring, [&](State& s) { s.messages[s.committed++] = now.life, ++s.sent; });
        break;
      case SenderAt::ring:
        go("rings", now.sent < rules_.messages ? SenderAt::commit : SenderAt::idle,
           [](State& s) { s.rung = 1; });
        break;
      case SenderAt::idle:
      case SenderAt::dead:
      case SenderAt::gone:
        break;
    }
    State then = now;
    then.sender = SenderAt::dead;
    next(fault("sender", now.life, "is killed"), then);
  }

  template <class Next>
  void supervisor_steps(const State& now, Next&& next) const {
    auto go = [&](const char* does, SupervisorAt at, auto change) {
      State then = now;
      then.supervisor = at;
      change(then);
      next(Step{"supervisor", 0, does}, then);
    };
    switch (now.supervisor) {
      case SupervisorAt::watch:
        if (now.sender != SenderAt::dead) break;
        go("stores the row", SupervisorAt::notice,
           [](State& s) { s.row_over = 1, s.sender = SenderAt::gone; });
        break;
      case SupervisorAt::notice:
        go("loads the out bits and the watchers",
           now.out_bit || now.watched ? SupervisorAt::ring : SupervisorAt::launch, [](State&) {});
        break;
      case SupervisorAt::ring:
        go("rings the receiver", SupervisorAt::launch, [](State& s) { s.rung = 1; });
        break;
      case SupervisorAt::launch:
        if (now.row_life >= rules_.lives) break;
        go("launches the next life", SupervisorAt::watch, [](State& s) {
          ++s.row_life, s.row_over = 0, s.life = s.row_life, s.sent = 0, s.sender = SenderAt::out_bit;
        });
        break;
    }
  }

  template <class Next>
  void receiver_steps(const State& now, Next&& next) const {
    auto go = [&](const char* does, At at, auto change) {
      State then = now;
      then.at = at;
      change(then);
      next(Step{"receiver", 0, does}, then);
    };
    auto nothing = [](State&) {};
    switch (now.at) {
      case At::take:
        if (now.has_ring && now.taken < now.committed) {
          go("takes a message", At::take, [&](State& s) { take(s); });
        } else {
          go("sees the end of the ring", At::end_turn, nothing);
        }
        handler_steps(now, next);
        break;
      case At::end_turn:
        go("looks whether the ring is drained", At::settle, [&](State& s) {
          s.drained = !(now.has_ring && now.taken < now.committed);
          if (!s.drained) s.ready = 1;
        });
        break;
      case At::settle:
        go("settles its monitors by the row", At::collect, [&](State& s) { settle(s); });
        break;
      case At::collect:
        if (now.rung || now.ready) {
          go("begins a turn", At::open, [](State& s) { s.rung = s.ready = 0, s.drained = 0; });
        } else {
          go("sleeps", At::asleep, [](State& s) { s.drained = 0; });
        }
        break;
      case At::open:
        go("opens the ring if there is one", At::take, [&](State& s) { s.has_ring = now.ring_exists; });
        if (!now.has_ring && now.ring_exists && now.failed_opens < rules_.failing_opens) {
          State then = now;
          then.at = At::take;
          ++then.failed_opens;
          then.deferred = 1;
          if (rules_.starts_over_without_the_ring) then.over_before = 0;
          next(fault("receiver", 0, "cannot open the ring"), then);
        }
        break;
      case At::whereis_done:
        go("sets its watchers bit", At::take, [](State& s) { s.watched = 1, s.ready = 1; });
        break;
      case At::asleep:
        if (now.rung) go("is woken", At::take, nothing);
        if (now.deferred) go("tries again", At::take, [](State& s) { s.deferred = 0, s.ready = 1; });
        handler_steps(now, next);
        break;
    }
  }

  // What a handler does, of whatever message: monitor the life that lives, or stop to monitor.
  template <class Next>
  void handler_steps(const State& now, Next&& next) const {
    if (now.monitored < rules_.monitors) {
      State then = now;
      then.monitors[then.monitored++] = {Monitor::State::pending, now.row_life};
      then.at = At::whereis_done;
      if (!rules_.watches_before_it_looks && !now.row_over) {
        // It looks now, and will believe later what it has seen.
        then.at = At::take;
        next(fault("receiver", 0, "monitors the life that lives, without a watchers bit"), then);
      } else {
        next(fault("receiver", 0, "monitors the life in the row"), then);
      }
    }
    for (std::size_t i = 0; i < now.monitors.size() && now.demonitored < rules_.demonitors; ++i) {
      if (now.monitors[i].state != Monitor::State::pending) continue;
      State then = now;
      ++then.demonitored;
      then.monitors[i].state = Monitor::State::withdrawn;
      then.at = At::take;
      next(fault("receiver", 0, "withdraws a monitor"), then);
    }
  }

  void take(State& state) const {
    const std::uint8_t from = state.messages[state.taken++];
    for (const Monitor& monitor : state.monitors) {
      if (monitor.state == Monitor::State::told && monitor.life == from) state.message_after_down = 1;
    }
  }

  void settle(State& state) const {
    if (state.deferred && rules_.waits_for_the_ring) return;
    const std::uint8_t over_now = first_not_over(state);
    if (tell(state, over_now, false) == 0) return;
    if (state.over_before == 0 && rules_.gives_ring_another_turn) {
      state.over_before = over_now, state.ready = 1;
      return;
    }
    const bool only_those = rules_.remembers_which_lives && rules_.gives_ring_another_turn;
    tell(state, only_those ? state.over_before : over_now, true);
    state.over_before = 0;
    if (tell(state, over_now, false) != 0) state.over_before = over_now, state.ready = 1;
  }

  // How many monitors are about lives below `bound`; tells them, if it is to.
  static int tell(State& state, std::uint8_t bound, bool really) {
    int count = 0;
    for (Monitor& monitor : state.monitors) {
      if (monitor.state != Monitor::State::pending || monitor.life >= bound) continue;
      ++count;
      if (really) monitor.state = Monitor::State::told;
    }
    return count;
  }

  Rules rules_;
};

}  // namespace

TEST_CASE("a down comes once for each monitor, after the last message of that life") {
  holds(Monitoring({.lives = 1, .messages = 2, .monitors = 3}));
  holds(Monitoring({.lives = 2, .messages = 2, .monitors = 3, .demonitors = 1}));
  holds(Monitoring({.lives = 3, .messages = 2, .monitors = 2 + std::min(depth(), 1)}));
}

TEST_CASE("a down waits for a ring that could not be opened at once") {
  holds(Monitoring({.lives = 2, .messages = 1, .monitors = 2, .failing_opens = 2}));
}

TEST_CASE("a down comes too early when the ring gets no turn after the row") {
  fails(Monitoring({.lives = 1, .monitors = 1, .gives_ring_another_turn = false}), "after its down");
}

TEST_CASE("a down comes too early when a turn counts for lives that ended during it") {
  fails(Monitoring({.lives = 2, .monitors = 2, .remembers_which_lives = false}), "after its down");
}

TEST_CASE("a down comes too early when a turn counts in which the ring could not be opened") {
  fails(Monitoring({.lives = 1, .monitors = 1, .failing_opens = 1, .starts_over_without_the_ring = false}),
        "after its down");
}

TEST_CASE("a down never comes when the watchers bit is not set before the look at the row") {
  fails(Monitoring({.lives = 1, .messages = 0, .monitors = 1, .watches_before_it_looks = false}),
        "never comes");
}

}  // namespace ninelives::model
