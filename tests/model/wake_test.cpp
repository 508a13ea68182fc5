// Wake-up: senders, their supervisor and one receiver at the receiver's bell, word by word. A ring is a pair
// of counts here; ring_test.cpp has its words. One step is one access to shared memory, or one system call.
#include <array>

#include "tests/model/expect.hpp"

namespace ninelives::model {
namespace {

enum class Skip : std::uint8_t { never, if_both_are_set, if_leaf_is_set };

struct Rules {
  int senders = 2;
  std::array<int, 3> word_of = {0, 0, 0};  // which leaf word a sender's bit is in
  int messages = 1;                        // of a sender's life
  int lives = 1;                           // of a sender
  int kills = 99;                          // of senders
  int receiver_kills = 0;
  int supervisor_kills = 0;
  int stops = 0;      // SIGSTOP for ever, of senders
  int scribbles = 0;  // somebody sets a leaf bit that means nothing
  bool door = false;

  Skip skip = Skip::if_both_are_set;
  bool notice_may_skip = false;
  bool leaf_before_summary = true;
  bool looks_again_when_asleep = true;
  bool scans_at_start = true;
  bool looks_everywhere_after_a_wake_for_nothing = true;
  bool empties_door_while_parked = false;
};

enum class Pc : std::uint8_t {
  commit,
  leaf_set,
  summary_set,
  first_bit,
  second_bit,
  futex_word,
  wake,
  fd_word,
  knock
};
enum class Fate : std::uint8_t { lives, dead, told, stopped };
enum class At : std::uint8_t {
  turn,
  gather,
  gather_leaves,
  collect,
  collect_leaves,
  lie_down,
  look_again,
  empty_late,
  wait,
  asleep,
  wake_up,
  empty_door,
  rung,
  collect_awake,
  collect_awake_leaves,
  clear_leaves,
  dead
};
enum class Notice : std::uint8_t {
  none,
  bits,
  first_bit,
  second_bit,
  futex_word,
  wake,
  fd_word,
  knock,
  done
};

struct Sender {
  Pc pc;
  std::uint8_t life, sent, committed, taken;
  Fate fate;
};

struct Receiver {
  At at;
  std::uint8_t ready, current, words, woken, rung, deaths;
};

struct WakeState {
  std::array<Sender, 3> senders;
  std::array<std::uint8_t, 2> leaves;
  std::uint8_t summary, asleep, parked, knocks;
  Receiver receiver;
  Notice notice;
  std::uint8_t told, told_life, supervisor_deaths, scribbles;
};

class Wake {
 public:
  using State = WakeState;
  explicit Wake(const Rules& rules) : rules_(rules) {}

  State initial() const {
    State state{};
    for (auto& sender : state.senders) sender.life = 1;
    for (int i = rules_.senders; i < 3; ++i) state.senders[std::size_t(i)].fate = Fate::told;
    return state;
  }

  const char* wrong(const State&) const { return nullptr; }

  const char* unfinished(const State& state) const {
    for (const Sender& sender : state.senders) {
      const bool may_wait = sender.fate == Fate::stopped && sender.taken >= sender.sent;
      if (sender.committed != sender.taken && !may_wait) return "a message is stranded: its receiver sleeps";
    }
    return nullptr;
  }

  template <class Next>
  void steps(const State& now, Next&& next) const {
    for (std::uint8_t i = 0; i < rules_.senders; ++i) sender_steps(now, i, next);
    supervisor_steps(now, next);
    receiver_steps(now, next);
    if (now.scribbles < rules_.scribbles) {
      State then = now;
      ++then.scribbles;
      then.leaves[0] |= 1;
      next(fault("vandal", 0, "sets a leaf bit without its summary bit"), then);
    }
  }

 private:
  std::uint8_t word(int i) const { return static_cast<std::uint8_t>(rules_.word_of[std::size_t(i)]); }
  static std::uint8_t bit(int i) { return static_cast<std::uint8_t>(1 << i); }
  std::uint8_t everybody() const { return static_cast<std::uint8_t>(bit(rules_.senders) - 1); }

  static void rouse(State& state) {
    state.asleep = 0;
    if (state.receiver.at == At::asleep) state.receiver.at = At::wake_up, state.receiver.woken = 1;
  }
  static void knock(State& state) {
    state.knocks = 1;
    if (state.receiver.at == At::asleep) state.receiver.at = At::wake_up, state.receiver.woken = 1;
  }

  template <class Next>
  void sender_steps(const State& now, std::uint8_t i, Next&& next) const {
    const Sender& me = now.senders[i];
    const int allowed = rules_.messages * me.life;
    if (me.fate == Fate::told && me.life < rules_.lives) {
      State then = now;
      then.senders[i] = {Pc::commit,
                         static_cast<std::uint8_t>(me.life + 1),
                         static_cast<std::uint8_t>(rules_.messages * me.life),
                         me.committed,
                         me.taken,
                         Fate::lives};
      next(Step{"sender", i + 1, "is restarted"}, then);
    }
    if (me.fate != Fate::lives || me.sent >= allowed) return;
    auto go = [&](const char* does, auto change) {
      State then = now;
      change(then, then.senders[i]);
      next(Step{"sender", i + 1, does}, then);
    };
    auto returns = [](Sender& sender) { sender.pc = Pc::commit, ++sender.sent; };
    switch (me.pc) {
      case Pc::commit:
        go("commits", [&](State&, Sender& then) {
          ++then.committed;
          then.pc = rules_.skip == Skip::never ? Pc::first_bit : Pc::leaf_set;
        });
        break;
      case Pc::leaf_set:
        go("loads its leaf", [&](State&, Sender& then) {
          const bool set = (now.leaves[word(i)] & bit(i)) != 0;
          then.pc = !set                                  ? Pc::first_bit
                    : rules_.skip == Skip::if_leaf_is_set ? Pc::futex_word
                                                          : Pc::summary_set;
        });
        break;
      case Pc::summary_set:
        go("loads the summary", [&](State&, Sender& then) {
          then.pc = (now.summary & bit(word(i))) != 0 ? Pc::futex_word : Pc::first_bit;
        });
        break;
      case Pc::first_bit:
      case Pc::second_bit:
        if ((me.pc == Pc::first_bit) == rules_.leaf_before_summary) {
          go("sets its leaf", [&](State& then, Sender&) {
            then.leaves[word(i)] |= bit(i);
            step_on(then, i);
          });
        } else {
          go("sets the summary", [&](State& then, Sender&) {
            then.summary |= bit(word(i));
            step_on(then, i);
          });
        }
        break;
      case Pc::futex_word:
        go("loads the futex word",
           [&](State&, Sender& then) { then.pc = now.asleep ? Pc::wake : Pc::fd_word; });
        break;
      case Pc::wake:
        go("FUTEX_WAKE_OP", [&](State& then, Sender& self) {
          rouse(then);
          self.pc = Pc::fd_word;
        });
        break;
      case Pc::fd_word:
        go("loads the fd word", [&](State&, Sender& then) {
          if (now.parked)
            then.pc = Pc::knock;
          else
            returns(then);
        });
        break;
      case Pc::knock:
        go("knocks at the door", [&](State& then, Sender& self) {
          knock(then);
          returns(self);
        });
        break;
    }
    if (deaths(now) < rules_.kills) {
      State then = now;
      then.senders[i].fate = Fate::dead;
      next(fault("sender", i + 1, "is killed"), then);
    }
    if (stopped(now) < rules_.stops) {
      State then = now;
      then.senders[i].fate = Fate::stopped;
      next(fault("sender", i + 1, "is stopped"), then);
    }
  }

  static void step_on(State& state, int i) {
    Pc& pc = state.senders[std::size_t(i)].pc;
    pc = pc == Pc::first_bit ? Pc::second_bit : Pc::futex_word;
  }
  int deaths(const State& state) const {
    int count = 0;
    for (int i = 0; i < rules_.senders; ++i) {
      const Sender& sender = state.senders[std::size_t(i)];
      count += sender.life - 1 + (sender.fate == Fate::dead || sender.fate == Fate::told ? 1 : 0);
    }
    return count;
  }
  static int stopped(const State& state) {
    int count = 0;
    for (const Sender& sender : state.senders) count += sender.fate == Fate::stopped;
    return count;
  }

  // The supervisor of the senders: row, then notice. If it is killed, its children die with it, and its own
  // parent gives notice for all of them.
  template <class Next>
  void supervisor_steps(const State& now, Next&& next) const {
    auto go = [&](const char* does, auto change) {
      State then = now;
      change(then);
      next(Step{"supervisor", now.supervisor_deaths, does}, then);
    };
    const std::uint8_t dead = now.told;
    switch (now.notice) {
      case Notice::none:
        for (std::uint8_t i = 0; i < rules_.senders; ++i) {
          if (now.senders[i].fate != Fate::dead) continue;
          go("stores the row of a dead sender", [&](State& then) {
            then.told = i, then.told_life = now.senders[i].life, then.notice = Notice::bits;
          });
        }
        return;
      case Notice::bits:
        go("looks whether the receiver lives", [&](State& then) {
          const bool skips = rules_.notice_may_skip && (now.leaves[word(dead)] & bit(dead)) != 0;
          then.notice = skips || now.receiver.at == At::dead ? Notice::done : Notice::first_bit;
        });
        break;
      case Notice::first_bit:
        go("sets the leaf",
           [&](State& then) { then.leaves[word(dead)] |= bit(dead), then.notice = Notice::second_bit; });
        break;
      case Notice::second_bit:
        go("sets the summary",
           [&](State& then) { then.summary |= bit(word(dead)), then.notice = Notice::futex_word; });
        break;
      case Notice::futex_word:
        go("loads the futex word",
           [&](State& then) { then.notice = now.asleep ? Notice::wake : Notice::fd_word; });
        break;
      case Notice::wake:
        go("FUTEX_WAKE_OP", [&](State& then) { rouse(then), then.notice = Notice::fd_word; });
        break;
      case Notice::fd_word:
        go("loads the fd word",
           [&](State& then) { then.notice = now.parked ? Notice::knock : Notice::done; });
        break;
      case Notice::knock:
        go("knocks at the door", [&](State& then) { knock(then), then.notice = Notice::done; });
        break;
      case Notice::done:
        go("has told", [&](State& then) {
          then.notice = Notice::none, then.told = 0, then.told_life = 0;
          if (now.senders[dead].life == now.told_life) then.senders[dead].fate = Fate::told;
        });
        break;
    }
    if (now.supervisor_deaths >= rules_.supervisor_kills) return;
    State then = now;
    ++then.supervisor_deaths;
    then.notice = Notice::none, then.told = 0, then.told_life = 0;
    for (std::uint8_t i = 0; i < rules_.senders; ++i) then.senders[i].fate = Fate::dead;
    next(fault("supervisor", now.supervisor_deaths, "is killed and its children with it"), then);
  }

  template <class Next>
  void receiver_steps(const State& now, Next&& next) const {
    const Receiver& me = now.receiver;
    auto go = [&](const char* does, auto change) {
      State then = now;
      change(then, then.receiver);
      next(Step{"receiver", 0, does}, then);
    };
    auto leaf_step = [&](const char* does, std::uint8_t kept, At after) {
      if (me.words == 0) return go("has them all", [&](State&, Receiver& then) { then.at = after; });
      const std::uint8_t from = (me.words & 1) != 0 ? 0 : 1;
      go(does, [&](State& then, Receiver& self) {
        self.words = static_cast<std::uint8_t>(me.words & ~bit(from));
        self.ready |= static_cast<std::uint8_t>(now.leaves[from] & ~kept);
        then.leaves[from] &= kept;
      });
    };
    const std::uint8_t kept = bit(me.current);  // its ring is polled
    switch (me.at) {
      case At::turn:
        go("drains the ring whose turn it is", [&](State& then, Receiver& self) {
          then.senders[me.current].taken = now.senders[me.current].committed;
          self.at = At::gather;
        });
        break;
      case At::gather:
        go("loads the summary",
           [&](State&, Receiver& self) { self.words = now.summary, self.at = At::gather_leaves; });
        break;
      case At::gather_leaves:
        if (me.words != 0) {
          leaf_step("takes the leaves but the polled one's", kept, At::gather_leaves);
        } else if (me.ready == 0) {
          go("has nothing to do", [](State&, Receiver& self) { self.at = At::collect; });
        } else {
          go("begins a turn", [&](State&, Receiver& self) {
            while ((self.ready & bit(self.current)) == 0)
              self.current = static_cast<std::uint8_t>((self.current + 1) % 3);
            self.ready = static_cast<std::uint8_t>(self.ready & ~bit(self.current));
            self.at = At::turn;
          });
        }
        break;
      case At::collect:
        go("exchanges the summary", [&](State& then, Receiver& self) {
          self.words = now.summary, then.summary = 0, self.at = At::collect_leaves;
        });
        break;
      case At::collect_leaves:
        leaf_step("exchanges a leaf", 0, me.ready != 0 ? At::turn : At::lie_down);
        break;
      case At::lie_down:
        go(rules_.door ? "stores PARKED" : "stores ASLEEP", [&](State& then, Receiver& self) {
          (rules_.door ? then.parked : then.asleep) = 1;
          self.at = rules_.looks_again_when_asleep ? At::look_again : At::wait;
        });
        break;
      case At::look_again:
        go("looks at the summary again", [&](State&, Receiver& self) {
          self.at = now.summary != 0                   ? At::wake_up
                    : rules_.empties_door_while_parked ? At::empty_late
                                                       : At::wait;
        });
        break;
      case At::empty_late:
        go("empties the door", [](State& then, Receiver& self) { then.knocks = 0, self.at = At::wait; });
        break;
      case At::wait:
        go(rules_.door ? "polls the door" : "futex_wait", [&](State&, Receiver& self) {
          const bool sleeps = rules_.door ? now.knocks == 0 : now.asleep == 1;
          self.at = sleeps ? At::asleep : At::wake_up;
          self.woken = sleeps ? 0 : 1;
        });
        break;
      case At::asleep:
        break;
      case At::wake_up:
        go(rules_.door ? "stores NOT PARKED" : "stores AWAKE", [&](State& then, Receiver& self) {
          (rules_.door ? then.parked : then.asleep) = 0;
          self.at = rules_.door ? At::empty_door : At::rung;
        });
        break;
      case At::empty_door:
        go("empties the door", [](State& then, Receiver& self) { then.knocks = 0, self.at = At::rung; });
        break;
      case At::rung:
        go("asks whether anything was rung",
           [&](State&, Receiver& self) { self.rung = now.summary != 0, self.at = At::collect_awake; });
        break;
      case At::collect_awake:
        go("exchanges the summary", [&](State& then, Receiver& self) {
          self.words = now.summary, then.summary = 0, self.at = At::collect_awake_leaves;
        });
        break;
      case At::collect_awake_leaves:
        leaf_step(
            "exchanges a leaf", 0,
            me.rung == 0 && rules_.looks_everywhere_after_a_wake_for_nothing ? At::clear_leaves : At::turn);
        break;
      case At::clear_leaves:
        go("clears all leaves and will look at every ring", [&](State& then, Receiver& self) {
          then.leaves = {};
          self.ready = everybody(), self.at = At::turn;
        });
        break;
      case At::dead:
        go("starts and looks at every ring", [&](State& then, Receiver& self) {
          then.asleep = then.parked = then.knocks = 0;
          self = {At::turn, 0, 0, 0, 0, 0, me.deaths};
          if (!rules_.scans_at_start) return;
          then.leaves = {};
          self.ready = everybody();
        });
        break;
    }
    if (me.at == At::dead || me.deaths >= rules_.receiver_kills) return;
    State then = now;
    then.receiver = {At::dead, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(me.deaths + 1)};
    next(fault("receiver", 0, "is killed"), then);
  }

  Rules rules_;
};

}  // namespace

TEST_CASE("wake-up: a message is never stranded, whoever is killed when, supervisor included") {
  const int kills = depth() == 0 ? 1 : 2;
  for (const bool door : {false, true}) {
    holds(Wake({.kills = depth(), .supervisor_kills = 1, .door = door}));
    holds(Wake({.word_of = {0, 1, 0}, .kills = kills, .door = door}));
    holds(Wake({.kills = 2, .door = door}));
  }
}

TEST_CASE("wake-up: a bit that is still set need not be set again") {
  for (const bool door : {false, true}) holds(Wake({.messages = 2, .kills = depth(), .door = door}));
  holds(Wake({.senders = 1, .messages = 3, .lives = 2, .supervisor_kills = 1}));
}

TEST_CASE("wake-up: three senders in two leaf words") {
  holds(Wake({.senders = 3, .word_of = {0, 0, 1}, .kills = 0}));
}

TEST_CASE("wake-up: a stopped sender strands nobody else's message") {
  holds(Wake({.kills = 1, .stops = 1}));
}

TEST_CASE("wake-up: a receiver that is killed with bits in private finds its messages in its next life") {
  for (const bool door : {false, true}) holds(Wake({.kills = 1, .receiver_kills = 1, .door = door}));
}

TEST_CASE("wake-up: a leaf bit that somebody scribbled strands nothing") {
  holds(Wake({.senders = 1, .messages = 2, .kills = 0, .scribbles = 1}));
}

TEST_CASE("wake-up fails when a sender skips because its leaf alone is set") {
  fails(Wake({.senders = 1, .messages = 2, .kills = 0, .scribbles = 1, .skip = Skip::if_leaf_is_set}),
        "stranded");
}

TEST_CASE("wake-up fails when the notice of a death may skip") {
  fails(Wake({.notice_may_skip = true}), "stranded");
}

TEST_CASE("wake-up fails when the summary is set before the leaf") {
  fails(Wake({.kills = 0, .leaf_before_summary = false}), "stranded");
}

TEST_CASE("wake-up fails when the receiver does not look again after it has said that it sleeps") {
  fails(Wake({.kills = 0, .looks_again_when_asleep = false}), "stranded");
}

TEST_CASE("wake-up fails when a new life does not look at every ring") {
  fails(Wake({.kills = 0, .receiver_kills = 1, .scans_at_start = false}), "stranded");
}

TEST_CASE("wake-up fails when the door is emptied while the receiver is parked") {
  fails(Wake({.kills = 0, .door = true, .empties_door_while_parked = true}), "stranded");
}

}  // namespace ninelives::model
