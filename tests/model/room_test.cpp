// Replies without room, between a caller and a server that live: the server keeps them in private and wants
// room, the caller makes room while it looks for its reply. Follows Endpoint::look_for_reply(), offer_room(),
// flush_replies() and append_or_wait(). Bells are one bit each; the way from caller to server always has
// room.
#include <array>

#include "tests/model/expect.hpp"

namespace ninelives::model {
namespace {

constexpr std::size_t most_records = 8;
constexpr std::uint8_t a_cast = 99;
constexpr std::uint8_t stale_reply = 98;  // of a call long ago; any other number: the reply to that call

struct Rules {
  int room = 2;              // records from server to caller that fit
  int stale_replies = 0;     // there from the beginning
  int casts = 0;             // there from the beginning
  int casts_in_handler = 0;  // that the server sends before it replies
  int calls = 1;
  bool calls_have_time_outs = false;
  bool casts_have_time_outs = false;

  bool offers_room_in_a_call = true;
  bool looks_again_after_wanting = true;
};

enum class ServerAt : std::uint8_t {
  asleep,
  turn,
  cast,
  want_for_cast,
  cast_again,
  cast_asleep,
  flush,
  want_for_reply,
  flush_again
};
enum class CallerAt : std::uint8_t {
  send,
  look,
  offer,
  undecided,
  asleep,
  end_of_call,
  drain,
  offer_all,
  idle
};

struct RoomState {
  std::array<std::uint8_t, most_records> ring;  // from server to caller
  std::uint8_t tail, cursor, wants_room, requests;
  ServerAt server;
  std::uint8_t server_rung, taken, replied, casts_to_send;
  CallerAt caller;
  std::uint8_t caller_rung, looked_to, took, found, calls;
};

class Room {
 public:
  using State = RoomState;
  explicit Room(const Rules& rules) : rules_(rules) {}

  State initial() const {
    State state{};
    for (int i = 0; i < rules_.stale_replies; ++i) state.ring[state.tail++] = stale_reply;
    for (int i = 0; i < rules_.casts; ++i) state.ring[state.tail++] = a_cast;
    return state;
  }

  const char* wrong(const State&) const { return nullptr; }
  const char* unfinished(const State& state) const {
    if (state.calls < rules_.calls) return "the caller hangs in its call";
    if (state.server != ServerAt::asleep) return "the server hangs in its handler";
    return state.replied < state.taken ? "a reply is never sent" : nullptr;
  }

  template <class Next>
  void steps(const State& now, Next&& next) const {
    server_steps(now, next);
    caller_steps(now, next);
  }

 private:
  static void append(State& state, std::uint8_t what) {
    state.ring[state.tail++] = what;
    state.caller_rung = 1;
  }
  static bool is_reply(std::uint8_t record) { return record != a_cast; }

  template <class Next>
  void server_steps(const State& now, Next&& next) const {
    auto go = [&](const char* does, ServerAt at, auto change) {
      State then = now;
      then.server = at;
      change(then);
      next(Step{"server", 0, does}, then);
    };
    auto nothing = [](State&) {};
    const bool has_room = now.tail - now.cursor < rules_.room;
    auto send_cast = [](State& s) { --s.casts_to_send, append(s, a_cast); };
    auto send_reply = [](State& s) { append(s, ++s.replied); };
    switch (now.server) {
      case ServerAt::asleep:
        if (now.server_rung) go("is woken", ServerAt::turn, [](State& s) { s.server_rung = 0; });
        break;
      case ServerAt::turn:
        if (now.taken == now.requests)
          go("ends its turn", ServerAt::flush, nothing);
        else
          go("takes a call", ServerAt::cast, [&](State& s) {
            ++s.taken, s.casts_to_send = static_cast<std::uint8_t>(rules_.casts_in_handler);
          });
        break;
      case ServerAt::cast:
      case ServerAt::cast_again:
        if (now.casts_to_send == 0)
          go("has sent its casts", ServerAt::turn, [](State& s) { s.wants_room = 0; });
        else if (has_room)
          go("sends a cast", ServerAt::cast, send_cast);
        else if (now.server == ServerAt::cast)
          go("finds no room for a cast", ServerAt::want_for_cast, nothing);
        else
          go("sleeps in its handler", ServerAt::cast_asleep, nothing);
        break;
      case ServerAt::want_for_cast:
        go("wants room", ServerAt::cast_again, [](State& s) { s.wants_room = 1; });
        break;
      case ServerAt::cast_asleep:
        if (now.server_rung) go("is woken", ServerAt::cast_again, [](State& s) { s.server_rung = 0; });
        if (rules_.casts_have_time_outs) {
          go("gives up: mailbox_full", ServerAt::turn, [](State& s) { s.casts_to_send = s.wants_room = 0; });
        }
        break;
      case ServerAt::flush:
      case ServerAt::flush_again:
        if (now.replied == now.taken) {
          go("has nothing to send", ServerAt::asleep, [](State& s) { s.wants_room = 0; });
        } else if (has_room) {
          go("sends a reply", ServerAt::flush, send_reply);
        } else if (now.server == ServerAt::flush) {
          go("finds no room for a reply", ServerAt::want_for_reply, nothing);
        } else {
          go("keeps the reply and sleeps", ServerAt::asleep, nothing);
        }
        break;
      case ServerAt::want_for_reply:
        go("wants room", rules_.looks_again_after_wanting ? ServerAt::flush_again : ServerAt::asleep,
           [](State& s) { s.wants_room = 1; });
        break;
    }
  }

  template <class Next>
  void caller_steps(const State& now, Next&& next) const {
    auto go = [&](const char* does, CallerAt at, auto change) {
      State then = now;
      then.caller = at;
      change(then);
      next(Step{"caller", 0, does}, then);
    };
    auto nothing = [](State&) {};
    auto offer = [](State& s) {
      if (s.wants_room) s.server_rung = 1;
      s.took = 0;
    };
    const std::uint8_t call = static_cast<std::uint8_t>(now.calls + 1);
    switch (now.caller) {
      case CallerAt::send:
        go("sends a call", CallerAt::look,
           [](State& s) { ++s.requests, s.server_rung = 1, s.looked_to = s.cursor; });
        break;
      case CallerAt::look: {
        const bool sees_all = now.looked_to == now.tail || now.found;
        if (sees_all && now.took && rules_.offers_room_in_a_call)
          go("has looked", CallerAt::offer, nothing);
        else if (sees_all)
          go("has looked", CallerAt::undecided, nothing);
        else
          go("looks at a record", CallerAt::look, [&](State& s) {
            const std::uint8_t record = now.ring[now.looked_to];
            if (is_reply(record) && now.looked_to == now.cursor) ++s.cursor, s.took = 1;
            s.found = record == call;
            ++s.looked_to;
          });
        break;
      }
      case CallerAt::offer:
        go("offers room", CallerAt::undecided, offer);
        break;
      case CallerAt::undecided:
        go(now.found ? "has its reply" : "sleeps", now.found ? CallerAt::end_of_call : CallerAt::asleep,
           [](State& s) { s.took = 0; });
        break;
      case CallerAt::asleep:
        if (now.caller_rung) go("is woken", CallerAt::look, [](State& s) { s.caller_rung = 0; });
        if (rules_.calls_have_time_outs) go("gives up: its time is up", CallerAt::end_of_call, nothing);
        break;
      case CallerAt::end_of_call:
        go("returns from the call", call < rules_.calls ? CallerAt::send : CallerAt::drain,
           [](State& s) { ++s.calls, s.found = 0; });
        break;
      case CallerAt::drain:
        go("takes everything", CallerAt::offer_all, [](State& s) { s.cursor = s.tail, s.caller_rung = 0; });
        break;
      case CallerAt::offer_all:
        go("offers room", CallerAt::idle, offer);
        break;
      case CallerAt::idle:
        if (now.caller_rung) go("is woken", CallerAt::drain, nothing);
        break;
    }
  }

  Rules rules_;
};

}  // namespace

TEST_CASE("a reply that found no room is sent as soon as its caller has made some") {
  holds(Room({.stale_replies = 2}));
  holds(Room({.room = 3, .stale_replies = 2, .casts = 1}));
  holds(Room({.room = 1, .stale_replies = 1, .calls = 3}));
  holds(Room({.room = 1, .calls = 4, .calls_have_time_outs = true}));
  holds(Room({.room = 3, .casts = 1, .casts_in_handler = 1}));
}

TEST_CASE(
    "a call and a cast into a mailbox that the caller fills itself end by their time-outs at the latest") {
  holds(Room({.casts = 2, .calls_have_time_outs = true}));
  holds(Room({.casts_in_handler = 3, .calls_have_time_outs = true, .casts_have_time_outs = true}));
}

TEST_CASE("a call without a time-out hangs when casts of the server leave no room for its reply") {
  fails(Room({.casts = 2}), "hangs in its call");
  fails(Room({.casts_in_handler = 3}), "hangs in its call");
}

TEST_CASE("a call hangs when its caller makes room and does not say so") {
  fails(Room({.stale_replies = 2, .offers_room_in_a_call = false}), "hangs in its call");
}

TEST_CASE("a call hangs when its server does not look again after it has wanted room") {
  fails(Room({.stale_replies = 2, .looks_again_after_wanting = false}), "hangs in its call");
}

}  // namespace ninelives::model
