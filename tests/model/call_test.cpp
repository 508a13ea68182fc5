// A call: one caller, a server with several lives, their supervisor, which may be killed with its parent
// finishing the work. The caller's bell is one bit here: wake_test.cpp has shown that it wakes. Each load and
// store of judge(), RingReader::take(), Slots and give_notice() is one step.
#include <array>

#include "tests/model/expect.hpp"

namespace ninelives::model {
namespace {

constexpr int most_records = 6;

struct Rules {
  bool keep = true;
  int lives = 3;
  int calls = 1;
  bool casts_behind = false;  // a cast follows each call: more than one record is on its way
  int supervisor_kills = 0;

  bool watches_before_it_looks = true;
  bool row_before_notice = true;
  bool notice_when_given_up = true;
  bool keeps_watchers_bits = true;
  bool looks_for_the_reply_once_more = true;
  bool asks_who_took_it = true;
  bool asks_who_passed_over_it = true;     // before it says that nobody has taken it
  bool start_pos_before_start_inc = true;  // as the server stores them
  bool start_inc_before_start_pos = true;  // as the caller loads them
  bool has_accept_from = true;
  bool new_life_moves_cursor = false;         // to the end of the ring, as a way to drop
  bool supervisor_moves_cursor = false;       // the same
  bool addresses_the_life_in_the_row = true;  // also while it is restarting
  bool tells_dropped_from_down = true;
};

enum class RowState : std::uint8_t { running, restarting, stopped, gone };
struct Row {
  std::uint8_t life;
  RowState state;
  bool alive() const { return state == RowState::running; }
  bool is_over(std::uint8_t which) const { return life > which || (life == which && !alive()); }
};

enum class ServerAt : std::uint8_t {
  none,
  start,
  wait,
  first_start_word,
  second_start_word,
  take,
  execute,
  reply,
  ring,
  dead
};
struct Server {
  ServerAt at;
  std::uint8_t life;
  std::uint8_t position;  // of the record that it handles
};

enum class SupervisorAt : std::uint8_t {
  watch,
  early_notice,
  early_ring,
  accept,
  store_row,
  notice,
  ring,
  decide,
  starting_row,
  launch,
  parent_row,
  parent_notice,
  parent_ring,
  ended
};
struct Supervisor {
  SupervisorAt at;
  RowState storing;  // what it is about to make of the dead life
  std::uint8_t kills;
};

enum class CallerAt : std::uint8_t {
  watch,
  check_row,
  commit,
  commit_cast,
  look,
  row,
  late_watch,
  accept,
  cursor,
  first_start_word,
  second_start_word,
  row_again,
  void_cursor,
  void_first_start_word,
  void_second_start_word,
  look_again,
  sleep,
  done
};
struct Caller {
  CallerAt at;
  std::uint8_t calls;  // that have ended
  std::uint8_t dest, start_inc, start_pos, position;
  std::uint8_t nobody_comes;  // says the row
  std::uint8_t refused_from;  // lives from this one on take no notice of the call
  std::uint8_t is_not_taken;  // and nobody will
};
constexpr std::uint8_t no_life = 255;

enum class Told : std::uint8_t { nothing, reply, down, dropped };
struct Record {
  std::uint8_t dest;
  std::uint8_t is_cast;
  std::uint8_t executed;  // how often
  std::uint8_t replied;   // the reply is in the server's ring
  Told told;
  std::uint8_t executed_when_told;
};

struct CallState {
  Server server;
  Row row;
  std::uint8_t accept_from;
  std::uint8_t cursor, start_inc, start_pos;
  std::uint8_t watched, rung;
  Supervisor supervisor;
  Caller caller;
  std::array<Record, most_records> ring;  // from caller to server
  std::uint8_t committed;
};

class Calling {
 public:
  using State = CallState;
  explicit Calling(const Rules& rules) : rules_(rules) {}

  State initial() const {
    State state{};
    state.server = {ServerAt::start, 1, 0};
    state.row = {1, RowState::running};
    state.accept_from = 1;
    if (!rules_.watches_before_it_looks) state.caller.at = CallerAt::check_row;
    return state;
  }

  const char* wrong(const State& state) const {
    for (const Record& call : state.ring) {
      if (call.executed > 1) return "a call was executed twice";
      if (call.told >= Told::down && call.replied) return "a call is down although its reply is in the ring";
      if (call.told == Told::dropped && call.executed)
        return "a call was executed, and its caller was told never";
      if (call.told == Told::down && call.executed > call.executed_when_told)
        return "a call was executed after it was down";
    }
    return nullptr;
  }

  const char* unfinished(const State& state) const {
    return state.caller.at == CallerAt::done ? nullptr : "the caller hangs";
  }

  template <class Next>
  void steps(const State& now, Next&& next) const {
    server_steps(now, next);
    supervisor_steps(now, next);
    caller_steps(now, next);
  }

 private:
  // ---- the server: RingReader::take(), Endpoint::reply()

  template <class Next>
  void server_steps(const State& now, Next&& next) const {
    const Server& me = now.server;
    if (me.at == ServerAt::none || me.at == ServerAt::dead) return;
    auto go = [&](const char* does, auto change) {
      State then = now;
      change(then, then.server);
      next(Step{"server", me.life, does}, then);
    };
    const Record* front = now.cursor < now.committed ? &now.ring[now.cursor] : nullptr;
    switch (me.at) {
      case ServerAt::start:
        go("starts", [&](State& then, Server& self) {
          if (rules_.new_life_moves_cursor && me.life > 1) then.cursor = now.committed;
          self.at = ServerAt::wait;
        });
        break;
      case ServerAt::wait:
        if (!front) break;
        go("finds a record", [&](State&, Server& self) {
          self.at = now.start_inc != me.life && rules_.asks_who_took_it ? ServerAt::first_start_word
                                                                        : ServerAt::take;
        });
        break;
      case ServerAt::first_start_word:
      case ServerAt::second_start_word: {
        const bool is_first = me.at == ServerAt::first_start_word;
        const bool stores_pos = is_first == rules_.start_pos_before_start_inc;
        go(stores_pos ? "stores start_pos" : "stores start_inc", [&](State& then, Server& self) {
          (stores_pos ? then.start_pos : then.start_inc) = stores_pos ? now.cursor : me.life;
          self.at = is_first ? ServerAt::second_start_word : ServerAt::take;
        });
        break;
      }
      case ServerAt::take:
        go("moves its cursor over the record", [&](State& then, Server& self) {
          const bool is_void = rules_.has_accept_from && front->dest < now.accept_from;
          self.position = now.cursor;
          self.at = is_void ? ServerAt::wait : ServerAt::execute;
          ++then.cursor;
        });
        break;
      case ServerAt::execute:
        go("executes the call", [&](State& then, Server& self) {
          Record& record = then.ring[me.position];
          ++record.executed;
          self.at = record.is_cast ? ServerAt::wait : ServerAt::reply;
        });
        break;
      case ServerAt::reply:
        go("commits the reply",
           [&](State& then, Server& self) { then.ring[me.position].replied = 1, self.at = ServerAt::ring; });
        break;
      case ServerAt::ring:
        go("rings", [](State& then, Server& self) { then.rung = 1, self.at = ServerAt::wait; });
        break;
      case ServerAt::none:
      case ServerAt::dead:
        break;
    }
    State then = now;
    then.server = {ServerAt::dead, me.life, 0};
    next(fault("server", me.life, "is killed"), then);
  }

  // ---- the supervisor: Slots::restarting(), down(), starting(), give_notice()

  template <class Next>
  void supervisor_steps(const State& now, Next&& next) const {
    const Supervisor& me = now.supervisor;
    const char* name = me.at >= SupervisorAt::parent_row ? "supervisor's parent" : "supervisor";
    auto go = [&](const char* does, auto change) {
      State then = now;
      change(then, then.supervisor);
      next(Step{name, 0, does}, then);
    };
    auto decide = [&](const char* does, RowState state) {
      go(does, [&](State&, Supervisor& self) {
        self.storing = state;
        self.at = rules_.row_before_notice ? SupervisorAt::accept : SupervisorAt::early_notice;
      });
    };
    auto ring = [](SupervisorAt after) {
      return [after](State& then, Supervisor& self) { then.rung = 1, self.at = after; };
    };
    const std::uint8_t dead = now.row.life;
    const auto following = static_cast<std::uint8_t>(dead + 1);
    switch (me.at) {
      case SupervisorAt::watch:
        if (now.server.at != ServerAt::dead) break;
        if (dead < rules_.lives) decide("sees the death and will restart", RowState::restarting);
        decide("sees the death and gives up", RowState::gone);
        if (dead < rules_.lives) decide("sees the death and leaves it stopped", RowState::stopped);
        break;
      case SupervisorAt::early_notice:
        go("loads the watchers", [&](State&, Supervisor& self) {
          self.at = now.watched ? SupervisorAt::early_ring : SupervisorAt::accept;
        });
        break;
      case SupervisorAt::early_ring:
        go("rings the caller", ring(SupervisorAt::accept));
        break;
      case SupervisorAt::accept:
        go("stores accept_from", [&](State& then, Supervisor& self) {
          if (me.storing != RowState::restarting || !rules_.keep) then.accept_from = following;
          self.at = SupervisorAt::store_row;
        });
        break;
      case SupervisorAt::store_row:
        go("stores the row", [&](State& then, Supervisor& self) {
          const bool tells = rules_.row_before_notice && (rules_.notice_when_given_up || now.row.alive());
          then.row.state = me.storing;
          then.server.at = ServerAt::none;
          self.at = tells ? SupervisorAt::notice : SupervisorAt::decide;
        });
        break;
      case SupervisorAt::notice:
        go("loads the watchers", [&](State& then, Supervisor& self) {
          self.at = now.watched ? SupervisorAt::ring : SupervisorAt::decide;
          if (!rules_.keeps_watchers_bits) then.watched = 0;
        });
        break;
      case SupervisorAt::ring:
        go("rings the caller", ring(SupervisorAt::decide));
        break;
      case SupervisorAt::decide:
        if (now.row.state == RowState::gone) break;
        if (now.row.state == RowState::restarting) {
          decide("cancels the restart", RowState::gone);
          decide("cancels the restart for a while", RowState::stopped);
        }
        if (dead < rules_.lives) {
          go("launches: stores accept_from", [&](State& then, Supervisor& self) {
            if (!rules_.keep) then.accept_from = following;
            if (rules_.supervisor_moves_cursor) then.cursor = now.committed;
            self.at = SupervisorAt::starting_row;
          });
        }
        break;
      case SupervisorAt::starting_row:
        go("launches: stores the row", [&](State& then, Supervisor& self) {
          then.row = {following, RowState::running};
          self.at = SupervisorAt::launch;
        });
        break;
      case SupervisorAt::launch:
        go("launches", [&](State& then, Supervisor& self) {
          then.server = {ServerAt::start, dead, 0};
          self.at = SupervisorAt::watch;
        });
        go("cannot launch", [&](State& then, Supervisor& self) {
          then.server = {ServerAt::dead, dead, 0};
          self.at = SupervisorAt::watch;
        });
        break;
      case SupervisorAt::parent_row:
        go("stores the row", [](State& then, Supervisor& self) {
          then.row.state = RowState::gone, self.at = SupervisorAt::parent_notice;
        });
        break;
      case SupervisorAt::parent_notice:
        go("loads the watchers", [&](State&, Supervisor& self) {
          self.at = now.watched ? SupervisorAt::parent_ring : SupervisorAt::ended;
        });
        break;
      case SupervisorAt::parent_ring:
        go("rings the caller", ring(SupervisorAt::ended));
        break;
      case SupervisorAt::ended:
        break;
    }
    if (me.kills >= rules_.supervisor_kills || me.at >= SupervisorAt::parent_row) return;
    State then = now;
    then.server.at = ServerAt::none;  // the parent kills and reaps all orphans before it touches a row
    then.supervisor = {SupervisorAt::parent_row, RowState::gone, static_cast<std::uint8_t>(me.kills + 1)};
    next(fault("supervisor", 0, "is killed"), then);
  }

  // ---- the caller: Endpoint::call(), judge()

  void end_call(State& then) const {
    const auto calls = static_cast<std::uint8_t>(then.caller.calls + 1);
    then.caller = {calls < rules_.calls ? CallerAt::check_row : CallerAt::done, calls, 0, 0, 0, 0, 0, 0, 0};
  }
  void tell(State& then, Told told) const {
    Record& call = then.ring[then.caller.position];
    call.told = told;
    call.executed_when_told = call.executed;
    end_call(then);
  }
  static std::uint8_t commit(State& then, const Record& record) {
    then.ring[then.committed] = record;
    return then.committed++;
  }

  template <class Next>
  void caller_steps(const State& now, Next&& next) const {
    const Caller& me = now.caller;
    auto go = [&](const char* does, auto change) {
      State then = now;
      change(then, then.caller);
      next(Step{"caller", 0, does}, then);
    };
    auto step_to = [&](const char* does, CallerAt at) {
      go(does, [at](State&, Caller& self) { self.at = at; });
    };
    const bool replied = now.ring[me.position].replied != 0;
    const CallerAt to_sleep = now.watched ? CallerAt::sleep : CallerAt::late_watch;
    switch (me.at) {
      case CallerAt::watch:
        go("sets its watchers bit",
           [](State& then, Caller& self) { then.watched = 1, self.at = CallerAt::check_row; });
        break;
      case CallerAt::late_watch:
        go("sets its watchers bit",
           [](State& then, Caller& self) { then.watched = 1, self.at = CallerAt::sleep; });
        break;
      case CallerAt::check_row:
        if (now.row.alive() || (now.row.state == RowState::restarting && rules_.keep)) {
          go("loads the row: alive", [&](State&, Caller& self) {
            const bool next_one = !rules_.addresses_the_life_in_the_row && !now.row.alive();
            self.dest = static_cast<std::uint8_t>(now.row.life + (next_one ? 1 : 0));
            self.at = CallerAt::commit;
          });
        } else {
          go("loads the row: noproc", [&](State& then, Caller&) { end_call(then); });
        }
        break;
      case CallerAt::commit:
        go("commits the call", [&](State& then, Caller& self) {
          self.position = commit(then, {.dest = me.dest,
                                        .is_cast = 0,
                                        .executed = 0,
                                        .replied = 0,
                                        .told = {},
                                        .executed_when_told = 0});
          self.at = rules_.casts_behind ? CallerAt::commit_cast : CallerAt::look;
        });
        break;
      case CallerAt::commit_cast:
        go("commits a cast", [&](State& then, Caller& self) {
          commit(then, {.dest = me.dest,
                        .is_cast = 1,
                        .executed = 0,
                        .replied = 0,
                        .told = {},
                        .executed_when_told = 0});
          self.at = CallerAt::look;
        });
        break;
      case CallerAt::look:
        if (replied)
          go("finds the reply", [&](State& then, Caller&) { tell(then, Told::reply); });
        else
          step_to("finds no reply", CallerAt::row);
        break;
      case CallerAt::row:
        if (!now.row.is_over(me.dest))
          step_to("loads the row: that life lives", to_sleep);
        else
          go("loads the row: that life is over", [&](State&, Caller& self) {
            self.nobody_comes = now.row.state == RowState::gone || now.row.state == RowState::stopped;
            self.at = CallerAt::accept;
          });
        break;
      case CallerAt::accept:
        if (rules_.has_accept_from && me.dest < now.accept_from) {
          go("loads accept_from: void", [&](State&, Caller& self) {
            self.refused_from = now.accept_from, self.at = CallerAt::void_cursor;
          });
        } else if (me.nobody_comes) {
          go("loads accept_from: but nobody will come",
             [](State&, Caller& self) { self.refused_from = no_life, self.at = CallerAt::void_cursor; });
        } else if (!rules_.keep && !rules_.has_accept_from) {
          step_to("knows that it is dropped", CallerAt::look_again);
        } else {
          step_to("loads accept_from: still valid", CallerAt::cursor);
        }
        break;
      case CallerAt::cursor:
        if (now.cursor <= me.position)
          step_to("loads the cursor: not taken", to_sleep);
        else if (!rules_.asks_who_took_it)
          step_to("loads the cursor: taken", CallerAt::look_again);
        else
          step_to("loads the cursor: taken", CallerAt::first_start_word);
        break;
      case CallerAt::first_start_word:
      case CallerAt::second_start_word:
        start_word_step(now, go);
        break;
      case CallerAt::row_again:
        go("loads the row once more", [&](State&, Caller& self) {
          const bool over = now.row.is_over(me.start_inc);
          self.start_inc = self.start_pos = 0;
          self.at = over ? CallerAt::look_again : to_sleep;
        });
        break;
      case CallerAt::void_cursor:
        if (now.cursor > me.position) {
          step_to("loads the cursor: taken, or passed over", CallerAt::void_first_start_word);
        } else {
          go("loads the cursor: never taken",
             [](State&, Caller& self) { self.is_not_taken = 1, self.at = CallerAt::look_again; });
        }
        break;
      case CallerAt::void_first_start_word:
      case CallerAt::void_second_start_word:
        void_start_word_step(now, go);
        break;
      case CallerAt::look_again:
        if (replied && rules_.looks_for_the_reply_once_more) {
          go("looks once more and finds the reply", [&](State& then, Caller&) { tell(then, Told::reply); });
        } else {
          const bool is_dropped = me.is_not_taken && rules_.tells_dropped_from_down;
          const Told told = is_dropped ? Told::dropped : Told::down;
          go(is_dropped ? "gives up: dropped" : "gives up: down",
             [&](State& then, Caller&) { tell(then, told); });
        }
        break;
      case CallerAt::sleep:
        if (now.rung)
          go("is woken", [](State& then, Caller& self) { then.rung = 0, self.at = CallerAt::look; });
        break;
      case CallerAt::done:
        break;
    }
  }

  template <class Go>
  void start_word_step(const State& now, Go&& go) const {
    const Caller& me = now.caller;
    const bool is_first = me.at == CallerAt::first_start_word;
    const bool loads_inc = is_first == rules_.start_inc_before_start_pos;
    go(loads_inc ? "loads start_inc" : "loads start_pos", [&](State&, Caller& self) {
      (loads_inc ? self.start_inc : self.start_pos) = loads_inc ? now.start_inc : now.start_pos;
      if (is_first) {
        self.at = CallerAt::second_start_word;
      } else if (self.start_pos > me.position) {
        self.start_inc = self.start_pos = 0;
        self.at = CallerAt::look_again;
      } else {
        self.at = CallerAt::row_again;
      }
    });
  }

  // judge_void()
  template <class Go>
  void void_start_word_step(const State& now, Go&& go) const {
    const Caller& me = now.caller;
    const bool is_first = me.at == CallerAt::void_first_start_word;
    const bool loads_inc = is_first == rules_.start_inc_before_start_pos;
    go(loads_inc ? "loads start_inc" : "loads start_pos", [&](State&, Caller& self) {
      (loads_inc ? self.start_inc : self.start_pos) = loads_inc ? now.start_inc : now.start_pos;
      self.at = is_first ? CallerAt::void_second_start_word : CallerAt::look_again;
      if (is_first) return;
      const bool is_later_life = self.start_inc >= me.refused_from || !rules_.asks_who_passed_over_it;
      self.is_not_taken = is_later_life && self.start_pos <= me.position;
      self.start_inc = self.start_pos = 0;
    });
  }

  Rules rules_;
};

}  // namespace

TEST_CASE("a call whose server dies ends in its reply or in down, whoever is killed when") {
  for (const bool keep : {true, false}) {
    holds(Calling({.keep = keep, .lives = 1, .calls = 3, .supervisor_kills = 1}));
    holds(Calling({.keep = keep, .lives = 3 + depth(), .calls = 2, .supervisor_kills = 1}));
    holds(Calling({.keep = keep, .lives = 2, .calls = 3, .supervisor_kills = 1}));
  }
}

TEST_CASE(
    "a call is executed once at most, and never after it was down, over four lives that may be stopped "
    "between") {
  for (const bool keep : {true, false})
    holds(Calling({.keep = keep, .lives = 4 + depth(), .calls = 2 + depth() / 2}));
}

TEST_CASE("a call may have other records of its caller behind it") {
  for (const bool keep : {true, false}) {
    holds(Calling({.keep = keep, .lives = 3, .calls = 2, .casts_behind = true, .supervisor_kills = 1}));
  }
}

TEST_CASE("a call was executed and its caller is told never, when he does not ask who has passed over it") {
  fails(Calling({.lives = 2, .asks_who_passed_over_it = false}), "told never");
}

TEST_CASE("a call was executed and its caller is told never, when he loads start_pos before start_inc") {
  fails(
      Calling(
          {.keep = false, .lives = 2, .calls = 1, .casts_behind = true, .start_inc_before_start_pos = false}),
      "told never");
}

TEST_CASE("a call hangs when its caller looks at the row before it sets its watchers bit") {
  fails(Calling({.lives = 1, .watches_before_it_looks = false}), "hangs");
}

TEST_CASE("a call hangs when the notice comes before the row") {
  fails(Calling({.lives = 1, .row_before_notice = false}), "hangs");
}

TEST_CASE("a call hangs when a restart is given up without a notice") {
  fails(Calling({.lives = 2, .notice_when_given_up = false}), "hangs");
}

TEST_CASE("a call hangs when the watchers bits are cleared at a restart") {
  fails(Calling({.lives = 2, .keeps_watchers_bits = false}), "hangs");
}

TEST_CASE("a call is down although its reply is there when the caller does not look once more") {
  fails(Calling({.lives = 2, .looks_for_the_reply_once_more = false}), "although its reply");
}

TEST_CASE("a call is executed after it was down when a cursor that has passed is all that the caller asks") {
  fails(Calling({.lives = 2, .asks_who_took_it = false}), "after it was down");
}

TEST_CASE("a call hangs when the server stores start_inc before start_pos") {
  fails(Calling({.lives = 3,
                 .casts_behind = true,
                 .start_pos_before_start_inc = false,
                 .tells_dropped_from_down = false}),
        "hangs");
}

TEST_CASE("a call hangs when the caller loads start_pos before start_inc") {
  fails(Calling({.lives = 3,
                 .casts_behind = true,
                 .start_inc_before_start_pos = false,
                 .tells_dropped_from_down = false}),
        "hangs");
}

TEST_CASE("a stopped server executes what its callers were told is down when there is no accept_from") {
  fails(Calling({.lives = 2, .has_accept_from = false, .tells_dropped_from_down = false}),
        "after it was down");
}

TEST_CASE("drop by a new life that moves its cursor makes a caller hang") {
  fails(Calling({.keep = false, .lives = 2, .has_accept_from = false, .new_life_moves_cursor = true}),
        "hangs");
}

TEST_CASE("drop by a supervisor that moves the cursor lets a call be executed after it was down") {
  fails(Calling({.keep = false, .lives = 2, .has_accept_from = false, .supervisor_moves_cursor = true}),
        "after it was down");
}

TEST_CASE("a call addressed to the life that is to come hangs when that restart is cancelled") {
  fails(Calling({.lives = 3, .addresses_the_life_in_the_row = false}), "hangs");
}

}  // namespace ninelives::model
