// Wake-up, call and death in one model: a caller that sleeps on its own two-level bell and keeps in private
// what rang meanwhile, a server with several lives, another sender in the same leaf word, and their
// supervisor, which tells of deaths word by word. Follows Endpoint::await_outcome(), settle(), sleep_for(),
// next() and give_notice().
//
// The server polls for requests (wake_test.cpp has shown that it can be woken), and its mailbox is kept.
#include <array>

#include "tests/model/expect.hpp"

namespace ninelives::model {
namespace {

constexpr std::size_t most_calls = 2;
constexpr std::uint8_t from_server = 1;
constexpr std::uint8_t from_other = 2;

struct Rules {
  int lives = 2;  // of the server
  int calls = 1;
  int messages = 1;  // of the other sender
  int kills = 99;
  bool server_may_stop = false;  // SIGSTOP, for ever
  bool calls_have_time_outs = false;

  bool keeps_bits_of_others = true;  // that were collected during the call
  bool looks_again_when_asleep = true;
  bool sleeps_unless_there_is_a_record = true;  // a bit alone does not make the call go round
  bool row_before_notice = true;
};

enum class ServerAt : std::uint8_t {
  wait,
  start_pos,
  start_inc,
  take,
  execute,
  link_ring,
  reply,
  message,
  ring_leaf,
  ring_summary,
  futex_word,
  wake,
  dead,
  none
};
enum class RingAt : std::uint8_t { commit, leaf_set, summary_set, leaf, summary, futex_word, wake, done };
enum class TellerAt : std::uint8_t {
  watch,
  row,
  look_out,
  leaf,
  summary,
  futex_word,
  wake,
  next,
  launch,
  over
};
enum class At : std::uint8_t {
  watch,
  check_row,
  commit,
  spin,
  look,
  row,
  cursor,
  start_inc,
  start_pos,
  row_again,
  look_again,
  undecided,
  collect,
  collect_leaves,
  poll,
  lie_down,
  look_at_summary,
  wait,
  asleep,
  awake,
  rung,
  collect_awake,
  collect_awake_leaves,
  clear_leaves,
  end_of_call,
  serve,
  gather
};
enum class Told : std::uint8_t { nothing, reply, down, timeout, noproc };

struct Call {
  std::uint8_t dest, executed, replied, executed_when_told;
  Told told;
};

struct JoinState {
  // the caller's bell
  std::uint8_t leaves, summary, asleep;
  // the server
  ServerAt server;
  std::uint8_t life, handles, stopped;
  std::uint8_t row_life, row_alive, row_gone;
  std::uint8_t cursor, start_inc_word, start_pos_word, watched;
  std::uint8_t reply_ring, casts, casts_taken;  // from server to caller
  std::uint8_t kills;
  TellerAt teller;
  std::uint8_t gives_up;
  // the other sender
  RingAt other;
  std::uint8_t committed, taken;
  // the caller
  At at;
  std::uint8_t call, ready, words, woken, was_rung, found, start_inc_seen, start_pos_seen, time_is_up,
      position;
  std::uint8_t requests;
  std::array<Call, most_calls> calls;
};

class Join {
 public:
  using State = JoinState;
  explicit Join(const Rules& rules) : rules_(rules) {}

  State initial() const {
    State state{};
    state.life = state.row_life = state.row_alive = 1;
    if (rules_.messages == 0) state.other = RingAt::done;
    return state;
  }

  const char* wrong(const State& state) const {
    for (const Call& call : state.calls) {
      if (call.executed > 1) return "a call was executed twice";
      if (call.told == Told::down && call.replied) return "a call is down although its reply is in the ring";
      if (call.told == Told::down && call.executed > call.executed_when_told)
        return "a call was executed after it was down";
    }
    return nullptr;
  }

  const char* unfinished(const State& state) const {
    const bool waits_for_the_stopped = state.stopped != 0 && !rules_.calls_have_time_outs;
    if (state.call < rules_.calls && !waits_for_the_stopped) return "the caller hangs in its call";
    if (state.call < rules_.calls) return nullptr;
    if (state.taken != state.committed) return "a message is stranded: the caller sleeps after its call";
    if (state.casts_taken != state.casts && state.stopped == 0) return "a message of the server is stranded";
    return nullptr;
  }

  template <class Next>
  void steps(const State& now, Next&& next) const {
    server_steps(now, next);
    teller_steps(now, next);
    other_steps(now, next);
    caller_steps(now, next);
    if (rules_.calls_have_time_outs && !now.time_is_up && now.call < rules_.calls) {
      State then = now;
      then.time_is_up = 1;
      next(Step{"caller", 0, "'s time is up"}, then);
    }
  }

 private:
  static void rouse(State& state) {
    state.asleep = 0;
    if (state.at == At::asleep) state.at = At::awake, state.woken = 1;
  }

  template <class Next>
  void server_steps(const State& now, Next&& next) const {
    if (now.server >= ServerAt::dead || now.stopped) return;
    auto go = [&](const char* does, ServerAt at, auto change) {
      State then = now;
      then.server = at;
      change(then);
      next(Step{"server", now.life, does}, then);
    };
    auto nothing = [](State&) {};
    switch (now.server) {
      case ServerAt::wait:
        if (now.cursor == now.requests) break;
        go("finds a request", now.start_inc_word == now.life ? ServerAt::take : ServerAt::start_pos, nothing);
        break;
      case ServerAt::start_pos:
        go("stores start_pos", ServerAt::start_inc, [&](State& s) { s.start_pos_word = now.cursor; });
        break;
      case ServerAt::start_inc:
        go("stores start_inc", ServerAt::take, [&](State& s) { s.start_inc_word = now.life; });
        break;
      case ServerAt::take:
        go("moves its cursor", ServerAt::execute, [&](State& s) { s.handles = now.cursor, ++s.cursor; });
        break;
      case ServerAt::execute:
        go("executes", now.reply_ring ? ServerAt::reply : ServerAt::link_ring,
           [&](State& s) { ++s.calls[now.handles].executed; });
        break;
      case ServerAt::link_ring:
        go("makes its ring to the caller", ServerAt::reply, [](State& s) { s.reply_ring = 1; });
        break;
      case ServerAt::reply:
        go("commits the reply", ServerAt::message, [&](State& s) { s.calls[now.handles].replied = 1; });
        break;
      case ServerAt::message:
        if (now.casts == 0) go("commits a cast besides", ServerAt::ring_leaf, [](State& s) { ++s.casts; });
        go("sends nothing besides", ServerAt::ring_leaf, nothing);
        break;
      case ServerAt::ring_leaf:
        go("sets its leaf", ServerAt::ring_summary, [](State& s) { s.leaves |= from_server; });
        break;
      case ServerAt::ring_summary:
        go("sets the summary", ServerAt::futex_word, [](State& s) { s.summary = 1; });
        break;
      case ServerAt::futex_word:
        go("loads the futex word", now.asleep ? ServerAt::wake : ServerAt::wait, nothing);
        break;
      case ServerAt::wake:
        go("FUTEX_WAKE_OP", ServerAt::wait, [](State& s) { rouse(s); });
        break;
      case ServerAt::dead:
      case ServerAt::none:
        break;
    }
    if (now.kills < rules_.kills) {
      State then = now;
      then.server = ServerAt::dead;
      ++then.kills;
      next(fault("server", now.life, "is killed"), then);
    }
    if (rules_.server_may_stop) {
      State then = now;
      then.stopped = 1;
      next(fault("server", now.life, "is stopped"), then);
    }
  }

  template <class Next>
  void teller_steps(const State& now, Next&& next) const {
    auto go = [&](const char* does, TellerAt at, auto change) {
      State then = now;
      then.teller = at;
      change(then);
      next(Step{"supervisor", 0, does}, then);
    };
    auto nothing = [](State&) {};
    const TellerAt first = rules_.row_before_notice ? TellerAt::row : TellerAt::look_out;
    switch (now.teller) {
      case TellerAt::watch:
        if (now.server != ServerAt::dead) break;
        go("sees the death and gives up", first, [](State& s) { s.gives_up = 1; });
        if (now.life < rules_.lives) go("sees the death and will restart", first, nothing);
        break;
      case TellerAt::row:
        go("stores the row", rules_.row_before_notice ? TellerAt::look_out : TellerAt::next,
           [&](State& s) { s.row_alive = 0, s.row_gone = now.gives_up, s.server = ServerAt::none; });
        break;
      case TellerAt::look_out:
        go("loads the watchers", now.watched || now.reply_ring ? TellerAt::leaf : after_notice(), nothing);
        break;
      case TellerAt::leaf:
        go("sets the leaf", TellerAt::summary, [](State& s) { s.leaves |= from_server; });
        break;
      case TellerAt::summary:
        go("sets the summary", TellerAt::futex_word, [](State& s) { s.summary = 1; });
        break;
      case TellerAt::futex_word:
        go("loads the futex word", now.asleep ? TellerAt::wake : after_notice(), nothing);
        break;
      case TellerAt::wake:
        go("FUTEX_WAKE_OP", after_notice(), [](State& s) { rouse(s); });
        break;
      case TellerAt::next:
        go("goes on", now.row_gone ? TellerAt::over : TellerAt::launch, nothing);
        break;
      case TellerAt::launch:
        go("launches the next life", TellerAt::watch, [](State& s) {
          ++s.row_life, s.row_alive = 1, s.life = s.row_life, s.handles = 0, s.server = ServerAt::wait;
        });
        break;
      case TellerAt::over:
        break;
    }
  }
  TellerAt after_notice() const { return rules_.row_before_notice ? TellerAt::next : TellerAt::row; }

  template <class Next>
  void other_steps(const State& now, Next&& next) const {
    auto go = [&](const char* does, RingAt at, auto change) {
      State then = now;
      then.other = at;
      change(then);
      next(Step{"other", 0, does}, then);
    };
    auto nothing = [](State&) {};
    const RingAt after = now.committed < rules_.messages ? RingAt::commit : RingAt::done;
    switch (now.other) {
      case RingAt::commit:
        go("commits", RingAt::leaf_set, [](State& s) { ++s.committed; });
        break;
      case RingAt::leaf_set:
        go("loads its leaf", now.leaves & from_other ? RingAt::summary_set : RingAt::leaf, nothing);
        break;
      case RingAt::summary_set:
        go("loads the summary", now.summary ? RingAt::futex_word : RingAt::leaf, nothing);
        break;
      case RingAt::leaf:
        go("sets its leaf", RingAt::summary, [](State& s) { s.leaves |= from_other; });
        break;
      case RingAt::summary:
        go("sets the summary", RingAt::futex_word, [](State& s) { s.summary = 1; });
        break;
      case RingAt::futex_word:
        go("loads the futex word", now.asleep ? RingAt::wake : after, nothing);
        break;
      case RingAt::wake:
        go("FUTEX_WAKE_OP", after, [](State& s) { rouse(s); });
        break;
      case RingAt::done:
        break;
    }
  }

  bool is_over(const State& state, std::uint8_t life) const {
    return state.row_life > life || (state.row_life == life && !state.row_alive);
  }

  void tell(State& then, Told told) const {
    Call& call = then.calls[then.call];
    call.told = told;
    call.executed_when_told = call.executed;
    then.start_inc_seen = then.start_pos_seen = then.found = 0;
    then.at = At::end_of_call;
  }

  template <class Next>
  void caller_steps(const State& now, Next&& next) const {
    auto go = [&](const char* does, At at, auto change) {
      State then = now;
      then.at = at;
      change(then);
      next(Step{"caller", 0, does}, then);
    };
    auto nothing = [](State&) {};
    auto told = [&](Told what) { return [this, what](State& s) { tell(s, what); }; };
    const bool in_call = now.call < rules_.calls;
    const Call& call = now.calls[in_call ? now.call : 0];
    switch (now.at) {
      case At::watch:
        go("sets its watchers bit", At::check_row, [](State& s) { s.watched = 1; });
        break;
      case At::check_row:
        if (now.row_gone)
          go("loads the row: noproc", At::end_of_call, told(Told::noproc));
        else
          go("loads the row", At::commit, [&](State& s) { s.calls[s.call].dest = now.row_life; });
        break;
      case At::commit:
        go("commits the call", At::spin, [](State& s) { s.position = s.requests++; });
        break;
      case At::spin:
        go("polls", At::look, [&](State& s) { s.found = has_more(now); });
        break;
      case At::look:
        if (call.replied)
          go("finds the reply", At::end_of_call, told(Told::reply));
        else
          go("finds no reply", At::row, nothing);
        break;
      case At::row:
        if (!is_over(now, call.dest))
          go("loads the row: that life lives", At::undecided, nothing);
        else
          go("loads the row: that life is over", now.row_gone ? At::look_again : At::cursor, nothing);
        break;
      case At::cursor:
        go("loads the cursor", now.cursor <= now.position ? At::undecided : At::start_inc, nothing);
        break;
      case At::start_inc:
        go("loads start_inc", At::start_pos, [&](State& s) { s.start_inc_seen = now.start_inc_word; });
        break;
      case At::start_pos:
        go("loads start_pos", now.start_pos_word > now.position ? At::look_again : At::row_again, nothing);
        break;
      case At::row_again:
        go("loads the row again", is_over(now, now.start_inc_seen) ? At::look_again : At::undecided,
           [](State& s) { s.start_inc_seen = 0; });
        break;
      case At::look_again:
        if (call.replied)
          go("looks once more: the reply", At::end_of_call, told(Told::reply));
        else
          go("looks once more: down", At::end_of_call, told(Told::down));
        break;
      case At::undecided:
        if (now.found)
          go("goes round: there was something", At::spin, [](State& s) { s.found = 0; });
        else if (now.time_is_up)
          go("gives up: its time is up", At::end_of_call, told(Told::timeout));
        else
          go("forgets the server's bit that it had taken", At::collect,
             [](State& s) { s.ready &= from_other; });
        break;
      case At::collect:
      case At::collect_awake:
        go("exchanges the summary", now.at == At::collect ? At::collect_leaves : At::collect_awake_leaves,
           [&](State& s) { s.words = now.summary, s.summary = 0; });
        break;
      case At::collect_leaves:
      case At::collect_awake_leaves: {
        const bool everywhere = now.at == At::collect_awake_leaves && !now.was_rung;
        const At after = now.at == At::collect_leaves ? At::poll
                         : everywhere                 ? At::clear_leaves
                                                      : go_round(now);
        go(now.words ? "exchanges the leaf" : "has no leaf to exchange", after, [&](State& s) {
          if (!now.words) return;
          s.words = 0;
          s.ready |=
              rules_.keeps_bits_of_others || !in_call ? now.leaves : std::uint8_t(now.leaves & from_server);
          s.leaves = 0;
        });
        break;
      }
      case At::poll: {
        const bool there = in_call ? has_more(now) || (now.ready & from_server) : now.ready != 0;
        go(there ? "has something to look at" : "has nothing to look at",
           there ? go_round(now) : At::lie_down, nothing);
        break;
      }
      case At::lie_down:
        go("stores ASLEEP", rules_.looks_again_when_asleep ? At::look_at_summary : At::wait,
           [](State& s) { s.asleep = 1; });
        break;
      case At::look_at_summary:
        go("looks at the summary again", now.summary ? At::awake : At::wait, [](State& s) { s.woken = 1; });
        break;
      case At::wait:
        go("futex_wait", now.asleep ? At::asleep : At::awake, [&](State& s) { s.woken = !now.asleep; });
        break;
      case At::asleep:
        if (in_call && now.time_is_up) go("wakes up by its timer", At::awake, [](State& s) { s.woken = 0; });
        break;
      case At::awake:
        go("stores AWAKE", At::rung, [](State& s) { s.asleep = 0; });
        break;
      case At::rung:
        go("asks whether anything was rung", At::collect_awake,
           [&](State& s) { s.was_rung = now.summary || !now.woken, s.woken = 0; });
        break;
      case At::clear_leaves:
        go("clears all leaves and will look everywhere", go_round(now),
           [](State& s) { s.leaves = 0, s.was_rung = 0, s.ready = from_server | from_other; });
        break;
      case At::end_of_call:
        go("returns from the call", now.call + 1 < rules_.calls ? At::check_row : At::serve, [&](State& s) {
          ++s.call;
          s.time_is_up = 0;
          s.ready |= from_server;
        });
        break;
      case At::serve:
        go("serves what is ready", At::gather, [&](State& s) {
          if (now.ready & from_other) s.taken = now.committed;
          if (now.ready & from_server) s.casts_taken = now.casts;
          s.ready = 0;
        });
        break;
      case At::gather:
        if (now.ready)
          go("has more", At::serve, nothing);
        else
          go("has no more", At::collect, nothing);
        break;
    }
  }

  At go_round(const State& state) const { return state.call < rules_.calls ? At::spin : At::serve; }

  // What a call spins for: a record behind what it has seen; while it knows no ring, a bit of the server.
  bool has_more(const State& state) const {
    if (state.calls[state.call].replied) return true;
    const bool bit = (state.leaves & from_server) && state.summary;
    return !state.reply_ring && bit && !rules_.sleeps_unless_there_is_a_record;
  }

  Rules rules_;
};

}  // namespace

TEST_CASE(
    "a caller on its own bell ends its call and then takes what others sent meanwhile, whoever is killed "
    "when") {
  holds(Join({.lives = 2, .calls = 1, .messages = 1}));
  holds(Join({.lives = 2, .calls = 2, .messages = 0}));
  if (depth() > 0) holds(Join({.lives = 3, .calls = 2, .messages = 1}));
}

TEST_CASE("a caller on its own bell skips nothing when another sender's bit is still set") {
  holds(Join({.lives = 1, .calls = 1, .messages = 2}));
}

TEST_CASE("a call to a server that is stopped sleeps until its time is up") {
  holds(Join({.lives = 2, .messages = 0, .server_may_stop = true}));
  holds(Join({.lives = 2, .messages = 0, .server_may_stop = true, .calls_have_time_outs = true}));
  holds(Join({.lives = 1, .messages = 1, .server_may_stop = true, .calls_have_time_outs = true}));
}

TEST_CASE("a call never comes to rest, nor to its time-out, when a bit without a ring makes it go round") {
  fails(Join({.lives = 2, .messages = 0, .server_may_stop = true, .sleeps_unless_there_is_a_record = false}),
        "for ever");
  fails(Join({.lives = 2,
              .messages = 0,
              .server_may_stop = true,
              .calls_have_time_outs = true,
              .sleeps_unless_there_is_a_record = false}),
        "for ever");
}

TEST_CASE("a message is stranded when a call throws away the bits of others that it has taken") {
  fails(Join({.lives = 1, .kills = 0, .keeps_bits_of_others = false}), "stranded");
}

TEST_CASE("a caller on its own bell hangs when it does not look again after it has said that it sleeps") {
  fails(Join({.lives = 1, .messages = 0, .kills = 0, .looks_again_when_asleep = false}), "hangs");
}

TEST_CASE("a caller on its own bell hangs when the notice comes before the row") {
  fails(Join({.lives = 1, .messages = 0, .row_before_notice = false}), "hangs");
}

}  // namespace ninelives::model
