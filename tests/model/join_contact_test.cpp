// First contact, death, restart, draining, freeing and reuse of a slot, and waiting for room, in one model:
// senders of one slot, which has two owners one after the other with lives of their own, and a receiver that
// may be killed too. Follows Endpoint::first_contact(), append_or_wait(), open_incoming(), end_turn(),
// forget_if_gone(), look_everywhere() and Slots. Rings are inodes that names point to; what is in them is
// counted. Bells are one bit.
#include <array>

#include "tests/model/expect.hpp"

namespace ninelives::model {
namespace {

constexpr int most_rings = 5;
constexpr int owners = 2;

struct Rules {
  int lives = 2;     // of each owner
  int messages = 2;  // of each life
  int room = 9;      // records that fit into a ring
  bool reused = true;
  int receiver_kills = 0;
  int looks_everywhere = 0;  // how often the receiver does, by its backstop or after a wake for nothing
  bool receiver_may_stop = false;
  bool receiver_replies = false;  // to what it takes: it then knows a way to that owner

  bool adopts_rings = true;  // else each life makes one anew, over the old name
  bool out_bit_first = true;
  bool frees_only_what_is_drained = true;
  bool checks_the_owner = true;
  bool cursor_belongs_to_a_ring = true;
  bool scans_at_start = true;
  bool row_before_the_last_look = true;        // into a ring whose peer is to be forgotten
  bool leaves_former_owners_box = true;        // when the slot's next owner is met
  bool waits_for_a_cursor_of_its_ring = true;  // any other says nothing
};

enum class SenderAt : std::uint8_t {
  out_bit,
  ring,
  watch,
  look,
  commit,
  ring_bell,
  want,
  look_again,
  wait,
  asleep,
  late_out_bit,
  done,
  dead,
  none
};
enum class RowState : std::uint8_t { alive, restarting, gone, free };
enum class SupervisorAt : std::uint8_t {
  watch,
  restart_row,
  gone_row,
  restart_notice,
  gone_notice,
  launch,
  gone,
  reuse,
  over
};
enum class At : std::uint8_t {
  idle,
  open,
  reset_cursor,
  set_ring_id,
  take,
  reply,
  row_first,
  drained,
  offer,
  row,
  forget,
  dead
};

struct RingFile {
  std::uint8_t owner, maker, committed, returned, handled, want_room;
};

struct ContactState {
  SenderAt sender;
  std::uint8_t owner, life, sent, out_ring, seen, room_rung;
  std::array<RingFile, most_rings> rings;
  std::uint8_t made;
  std::array<std::uint8_t, owners> names;  // ring number + 1
  std::uint8_t out_bit;
  RowState row;
  std::uint8_t row_owner;
  SupervisorAt supervisor;
  // the receiver: its own words
  std::uint8_t ring_id, cursor;
  // and in private
  At at;
  std::uint8_t rung, ready, in, position, is_drained, is_gone, way_to, inbox_changed, kills, looks, stopped;
  std::uint8_t taken_twice;
};

class Contact {
 public:
  using State = ContactState;
  explicit Contact(const Rules& rules) : rules_(rules) {}

  State initial() const {
    State state{};
    state.owner = state.life = state.row_owner = 1;
    state.sender = rules_.out_bit_first ? SenderAt::out_bit : SenderAt::ring;
    return state;
  }

  const char* wrong(const State& state) const {
    return state.taken_twice ? "a message is taken twice, or one before it is lost" : nullptr;
  }

  const char* unfinished(const State& state) const {
    if (state.stopped) return nullptr;
    for (std::size_t i = 0; i < state.made; ++i) {
      if (state.rings[i].handled < state.rings[i].returned)
        return "a message whose send returned is never taken";
      if (state.rings[i].handled < state.rings[i].committed) return "a committed message is never taken";
    }
    if (state.sender == SenderAt::asleep) return "a sender waits for room that there is";
    if (state.supervisor == SupervisorAt::gone) return "a slot is never freed";
    if (state.row == RowState::free && state.names[state.row_owner - 1u]) return "a ring is left over";
    return nullptr;
  }

  template <class Next>
  void steps(const State& now, Next&& next) const {
    sender_steps(now, next);
    supervisor_steps(now, next);
    receiver_steps(now, next);
  }

 private:
  // ---- the sender

  template <class Next>
  void sender_steps(const State& now, Next&& next) const {
    if (now.sender >= SenderAt::dead) return;
    auto go = [&](const char* does, SenderAt at, auto change) {
      State then = now;
      then.sender = at;
      change(then);
      next(Step{"sender", now.life, does}, then);
    };
    auto nothing = [](State&) {};
    const std::size_t out = now.out_ring ? now.out_ring - 1u : 0;
    const RingFile& ring = now.rings[out];
    const bool has_room = ring.committed - now.seen < rules_.room;
    switch (now.sender) {
      case SenderAt::out_bit:
        go("sets its out bit", SenderAt::ring, [](State& s) { s.out_bit = 1; });
        break;
      case SenderAt::ring:
        if (rules_.adopts_rings && name(now)) {
          go("adopts the ring", SenderAt::watch, [&](State& s) { s.out_ring = name(now); });
        } else if (now.made < most_rings) {
          go("links a ring that is whole", SenderAt::watch, [&](State& s) { link(s); });
        }
        break;
      case SenderAt::watch:
        go("sets its watchers bit", SenderAt::look, nothing);
        break;
      case SenderAt::look:
      case SenderAt::look_again: {
        const bool first = now.sender == SenderAt::look;
        if (now.sent == rules_.messages) {
          go("has sent all", SenderAt::done, nothing);
          break;
        }
        State seen = now;
        look_at_cursor(seen);
        const bool room = ring.committed - seen.seen < rules_.room;
        go("looks at the receiver's cursor",
           room    ? SenderAt::commit
           : first ? SenderAt::want
                   : SenderAt::wait,
           [&](State& s) { s.seen = seen.seen; });
        break;
      }
      case SenderAt::commit:
        if (!has_room) break;
        go("commits", SenderAt::ring_bell, [&](State& s) { ++s.rings[out].committed; });
        break;
      case SenderAt::ring_bell:
        go("rings, and send returns", rules_.out_bit_first ? SenderAt::look : SenderAt::late_out_bit,
           [&](State& s) {
             ++s.sent, s.rung = 1, s.rings[out].want_room = 0;
             s.rings[out].returned = s.rings[out].committed;
           });
        break;
      case SenderAt::late_out_bit:
        go("sets its out bit", SenderAt::look, [](State& s) { s.out_bit = 1; });
        break;
      case SenderAt::want:
        go("wants room", SenderAt::look_again, [&](State& s) { s.rings[out].want_room = 1; });
        break;
      case SenderAt::wait:
        if (now.cursor != now.seen && cursor_counts(now)) {
          go("sees the cursor move", SenderAt::look_again, nothing);
        } else {
          go("sees nothing and sleeps", SenderAt::asleep, nothing);
        }
        break;
      case SenderAt::asleep:
        if (now.room_rung) go("is woken", SenderAt::look_again, [](State& s) { s.room_rung = 0; });
        break;
      case SenderAt::done:
      case SenderAt::dead:
      case SenderAt::none:
        break;
    }
    State then = now;
    then.sender = SenderAt::dead;
    next(fault("sender", now.life, "is killed or ends"), then);
  }

  static std::uint8_t name(const State& state) { return state.names[state.owner - 1u]; }
  static void link(State& state) {
    state.rings[state.made] = {state.owner, state.life, 0, 0, 0, 0};
    state.out_ring = state.names[state.owner - 1u] = ++state.made;
    state.inbox_changed = 1;
  }
  bool is_about(const State& state, std::uint8_t ring) const {
    return !rules_.cursor_belongs_to_a_ring || state.ring_id == ring;
  }
  void look_at_cursor(State& state) const {
    if (is_about(state, state.out_ring)) state.seen = state.cursor;
  }
  bool cursor_counts(const State& state) const {
    return !rules_.waits_for_a_cursor_of_its_ring || state.ring_id == state.out_ring;
  }

  // ---- the supervisor: Slots

  template <class Next>
  void supervisor_steps(const State& now, Next&& next) const {
    auto go = [&](const char* does, SupervisorAt at, auto change) {
      State then = now;
      then.supervisor = at;
      change(then);
      next(Step{"supervisor", 0, does}, then);
    };
    auto notice = [&](State& s) {
      if (now.out_bit && now.at != At::dead) s.rung = 1;
    };
    switch (now.supervisor) {
      case SupervisorAt::watch:
        if (now.sender != SenderAt::dead) break;
        if ((now.life - 1) % rules_.lives + 1 < rules_.lives) {
          go("sees the death and will restart", SupervisorAt::restart_row,
             [](State& s) { s.sender = SenderAt::none; });
        }
        go("sees the death and gives up", SupervisorAt::gone_row,
           [](State& s) { s.sender = SenderAt::none; });
        break;
      case SupervisorAt::restart_row:
        go("stores the row: restarting", SupervisorAt::restart_notice,
           [](State& s) { s.row = RowState::restarting; });
        break;
      case SupervisorAt::gone_row:
        go("stores the row: gone", SupervisorAt::gone_notice, [](State& s) { s.row = RowState::gone; });
        break;
      case SupervisorAt::restart_notice:
        go("gives notice", SupervisorAt::launch, notice);
        break;
      case SupervisorAt::gone_notice:
        go("gives notice", SupervisorAt::gone, notice);
        break;
      case SupervisorAt::launch:
        go("launches the next life", SupervisorAt::watch, [&](State& s) { launch(s, now.owner); });
        break;
      case SupervisorAt::gone:
        if (rules_.frees_only_what_is_drained && !is_drained(now)) break;
        go("frees the slot", now.owner < owners && rules_.reused ? SupervisorAt::reuse : SupervisorAt::over,
           [&](State& s) {
             s.row = RowState::free;
             if (now.out_bit) s.names[now.owner - 1u] = 0;
             s.out_bit = 0;
           });
        break;
      case SupervisorAt::reuse:
        go("gives the slot to another owner", SupervisorAt::watch, [&](State& s) {
          s.life = static_cast<std::uint8_t>(rules_.lives);
          launch(s, static_cast<std::uint8_t>(now.owner + 1));
        });
        break;
      case SupervisorAt::over:
        break;
    }
  }
  void launch(State& state, std::uint8_t owner) const {
    state.owner = state.row_owner = owner;
    ++state.life;
    state.sent = state.seen = state.out_ring = state.room_rung = 0;
    state.row = RowState::alive;
    state.sender = rules_.out_bit_first ? SenderAt::out_bit : SenderAt::ring;
  }
  bool is_drained(const State& state) const {
    const std::uint8_t ring = name(state);
    if (!state.out_bit || !ring) return true;
    return (is_about(state, ring) ? state.cursor : 0) >= state.rings[ring - 1u].committed;
  }

  // ---- the receiver

  template <class Next>
  void receiver_steps(const State& now, Next&& next) const {
    if (now.stopped) return;
    auto go = [&](const char* does, At at, auto change) {
      State then = now;
      then.at = at;
      change(then);
      next(Step{"receiver", 0, does}, then);
    };
    auto nothing = [](State&) {};
    const bool has_more = now.in && now.position < now.rings[now.in - 1u].committed;
    const At turn_ends = rules_.row_before_the_last_look ? At::row_first : At::drained;
    switch (now.at) {
      case At::idle:
        if (now.rung || now.ready) {
          go("begins a turn", At::open, [](State& s) { s.rung = s.ready = 0; });
        } else if (has_more) {
          go("polls its last ring", At::take, nothing);
        }
        if (now.looks < rules_.looks_everywhere && !now.ready) {
          State then = now;
          ++then.looks;
          then.rung = 0;
          then.ready = now.in || now.inbox_changed || now.way_to;
          then.inbox_changed = 0;
          next(fault("receiver", 0, "clears all bits and looks everywhere"), then);
        }
        break;
      case At::open: {
        const bool former = now.in && now.rings[now.in - 1u].owner != now.row_owner;
        const bool keeps = now.in && (!former || !rules_.checks_the_owner);
        const std::uint8_t found = now.names[now.row_owner - 1u];
        if (keeps)
          go("has the ring open", At::take, nothing);
        else if (!found)
          go("finds no ring", At::take, [](State& s) { s.in = 0, s.position = 0; });
        else if (is_about(now, found))
          go("opens the ring", At::take, [&](State& s) { s.in = found, s.position = s.cursor; });
        else
          go("opens the ring, another one than its word is about", At::reset_cursor,
             [&](State& s) { s.in = found; });
        break;
      }
      case At::reset_cursor:
        go("sets the cursor to 0", At::set_ring_id, [](State& s) { s.cursor = 0; });
        break;
      case At::set_ring_id:
        go("stores the ring's id", At::take, [](State& s) { s.ring_id = s.in, s.position = 0; });
        break;
      case At::take:
        if (has_more) {
          go("takes a message", rules_.receiver_replies ? At::reply : At::take, [&](State& s) {
            RingFile& ring = s.rings[now.in - 1u];
            if (now.position != ring.handled) s.taken_twice = 1;
            s.cursor = ++s.position;
            ring.handled = s.position;
          });
        } else {
          go("sees the end of the ring", turn_ends, nothing);
        }
        break;
      case At::reply:
        go("replies", At::take,
           [&](State& s) { s.way_to = now.row == RowState::free ? now.way_to : now.row_owner; });
        go("need not reply", At::take, nothing);
        break;
      case At::row_first:
        go("loads the row", At::drained, [&](State& s) { s.is_gone = is_gone(now); });
        break;
      case At::drained:
        go("looks whether the ring is drained", At::offer, [&](State& s) {
          s.is_drained = !has_more;
          if (has_more) s.ready = 1;
        });
        break;
      case At::offer:
        go("offers room", rules_.row_before_the_last_look ? At::forget : At::row,
           [&](State& s) { offer_room(s); });
        break;
      case At::row:
        go("loads the row", At::forget, [&](State& s) { s.is_gone = is_gone(now); });
        break;
      case At::forget:
        go("ends its turn", At::idle, [&](State& s) {
          if (now.is_drained && now.is_gone) s.in = s.way_to = s.position = 0;
          s.is_drained = s.is_gone = 0;
        });
        break;
      case At::dead:
        go("starts", At::idle, [&](State& s) {
          s.rung = 0;
          s.ready = rules_.scans_at_start && (now.names[0] || now.names[1]);
          s.inbox_changed = 0;
        });
        break;
    }
    if (rules_.receiver_may_stop) {
      State then = now;
      then.stopped = 1;
      next(fault("receiver", 0, "is stopped"), then);
    }
    if (now.at == At::dead || now.kills >= rules_.receiver_kills) return;
    State then = now;
    then.at = At::dead;
    ++then.kills;
    then.ready = then.in = then.position = then.is_drained = then.is_gone = then.way_to = 0;
    next(fault("receiver", 0, "is killed"), then);
  }

  bool is_gone(const State& state) const {
    const std::uint8_t known = state.in ? state.rings[state.in - 1u].owner : state.way_to;
    return state.row == RowState::gone || state.row == RowState::free || (known && known != state.row_owner);
  }

  // Its bell is the one of the box that the receiver knows; a former owner's is nobody's.
  void offer_room(State& state) const {
    if (!state.in || !state.rings[state.in - 1u].want_room) return;
    const std::uint8_t ring_owner = state.rings[state.in - 1u].owner;
    if (!state.way_to || rules_.leaves_former_owners_box) state.way_to = ring_owner;
    if (state.way_to == state.owner) state.room_rung = 1;
  }

  Rules rules_;
};

}  // namespace

TEST_CASE(
    "a message whose send returned is taken once and in order, over deaths, restarts and reuse of its slot") {
  holds(Contact({.lives = 2, .messages = 2}));
  holds(Contact({.lives = 2, .messages = 1, .receiver_kills = 2}));
  holds(Contact({.lives = 1, .messages = 2, .receiver_kills = 1, .looks_everywhere = 1}));
  holds(Contact(
      {.lives = 2, .messages = 1 + std::min(depth(), 1), .looks_everywhere = 2, .receiver_replies = true}));
}

TEST_CASE("a sender that waits for room is rung, over deaths, restarts and reuse of its slot") {
  holds(Contact({.lives = 2, .messages = 2, .room = 1, .receiver_replies = true}));
  holds(Contact({.lives = 1, .messages = 3, .room = 1, .receiver_kills = 1}));
  holds(Contact({.lives = 1, .messages = 2, .room = 1, .receiver_may_stop = true, .receiver_replies = true}));
}

TEST_CASE("a message is lost when each life makes its ring anew") {
  fails(Contact({.lives = 2, .adopts_rings = false}), "never taken");
}

TEST_CASE("a ring is left over when the out bit comes after it") {
  fails(Contact({.lives = 1, .out_bit_first = false}), "left over");
}

TEST_CASE("a message is lost when the slot of a process that sends and ends is freed at once") {
  fails(Contact({.lives = 1, .reused = false, .frees_only_what_is_drained = false}), "never taken");
}

TEST_CASE("a message is lost when the receiver does not see that a slot has another owner") {
  fails(Contact({.lives = 1, .checks_the_owner = false}), "never taken");
}

TEST_CASE("messages of another owner are passed over when the cursor is not about one ring") {
  fails(Contact({.lives = 1, .cursor_belongs_to_a_ring = false}), "one before it is lost");
}

TEST_CASE("a message is lost when a receiver's next life does not look at every ring") {
  fails(Contact({.lives = 1, .receiver_kills = 1, .scans_at_start = false}), "never taken");
}

TEST_CASE(
    "a message is stranded when a peer is forgotten that was gone only after the last look into its ring") {
  fails(Contact({.lives = 1, .reused = false, .looks_everywhere = 2, .row_before_the_last_look = false}),
        "never taken");
}

TEST_CASE("a sender waits for ever for room when the receiver rings the box of the slot's former owner") {
  fails(Contact({.lives = 1,
                 .messages = 2,
                 .room = 1,
                 .receiver_replies = true,
                 .leaves_former_owners_box = false}),
        "waits for room");
}

TEST_CASE("a sender never sleeps when it takes a cursor for news that is about another ring") {
  fails(Contact({.lives = 1,
                 .messages = 2,
                 .room = 1,
                 .receiver_may_stop = true,
                 .waits_for_a_cursor_of_its_ring = false}),
        "for ever");
}

}  // namespace ninelives::model
