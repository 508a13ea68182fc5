// Large payloads in an arena beside the ring, one for each life of the sender: written whole before the
// record that speaks of them, read in place, and written over when they were let go of. Follows
// Endpoint::first_contact(), look_at_cursor(), remove_former_arenas(), append_large(), append_or_wait(),
// ArenaWriter::find_room(), RingReader's constructor, find_payload(), finish(), release_payload(),
// offer_room() and Slots::free_drained(). The sender's slot has owners, one after the other, and each of them
// lives. The receiver's own bell is left out (see wake_test): it looks when there is something to see.
#include <array>

#include "tests/model/expect.hpp"

namespace ninelives::model {
namespace {

constexpr std::size_t most_lives = 4;     // of all owners
constexpr std::size_t files_of_life = 2;  // a ring that was refused is replaced, and its arena with it
constexpr std::size_t places = 2;
constexpr std::size_t most_messages = 8;
constexpr std::uint8_t closed = 0xff;
constexpr std::uint8_t half_written = 0xff;

enum class FormerArenasGo { at_once, when_all_is_taken, when_all_is_released };

struct Rules {
  int owners = 2;
  int lives = 2;     // of each owner
  int messages = 2;  // of each life
  int room = places;
  bool small_ones = false;  // there are messages without a payload in the arena, too
  bool replies = false;     // a handler takes replies while it has a payload in its hands
  int receiver_kills = 1;
  int failing_opens = 0;  // the receiver is out of files for a while
  int closings = 0;       // the receiver refuses the ring

  bool payload_before_commit = true;
  bool cursor_before_handler = true;
  bool release_after_handler = true;
  bool release_after_handler_of_the_lender = true;  // for what its handler takes, too
  bool sender_looks_at_released = true;             // and not at the cursor
  bool arena_of_its_own = true;
  FormerArenasGo former_arenas_go = FormerArenasGo::when_all_is_taken;
  bool former_lives_may_have_sent_nothing = true;
  bool adoption_releases = true;
  bool adoption_ends_with_the_id = true;
  bool knows_whose_entry_it_is = true;
  bool release_before_want_room = true;
  bool looks_again_after_wanting = true;
  bool frees_when_drained = true;
  bool freeing_removes_arenas = true;
  bool tries_again_to_open = true;
  bool another_ring_has_other_arenas = true;
  bool keeps_its_way = true;  // to a receiver that is there
};

enum class SenderAt : std::uint8_t {
  contact,
  remove_refused,
  look,
  look_at_released,
  remove_former,
  decide,
  write,
  write_more,
  write_record,
  commit,
  bell,
  want,
  asleep,
  next,
  dead,
  drained,
  free
};
enum class ReceiverAt : std::uint8_t {
  idle,
  adopt,
  adopt_more,
  let_go,
  look,
  find,
  take,
  handle,
  handled,
  take_reply,
  release,
  offer,
  release_late
};

// File: which arena, counted from 1; 0: a small message.
struct Record {
  std::uint8_t message, file, place;
};

struct ArenaState {
  SenderAt sender;
  std::uint8_t owner, life, sent;
  std::uint8_t seen_cursor, seen_released, former_end, has_former, arena, place, message;
  std::uint8_t wants_to_send, has_forgotten;
  // what the sender writes: its ring, its arenas
  std::uint8_t ring_id, tail, want_room;
  std::array<Record, most_messages> ring;
  std::array<std::array<std::uint8_t, places>, most_lives * files_of_life> memory;
  std::uint8_t made, named;  // a bit for each file
  // what the receiver writes: its entry
  std::uint8_t entry_id, cursor, released;
  std::uint8_t sender_rung;
  ReceiverAt receiver;
  std::uint8_t in_id, arena_in, hand, hand_file, hand_place, reply;
  std::uint8_t kills, failed_opens, closings;
  std::uint8_t committed, handled, excused;  // a bit for each message
  std::uint8_t lost, torn, twice;
};

class Arenas {
 public:
  using State = ArenaState;
  explicit Arenas(const Rules& rules) : rules_(rules) {}

  State initial() const {
    State state{};
    state.owner = state.life = 1;
    return state;
  }

  const char* wrong(const State& state) const {
    if (state.lost) return "a large message is lost";
    if (state.torn) return "a large message arrives torn";
    if (state.twice) return "a large message is handled twice";
    if (state.hand != 0 && memory(state, state.hand_file, state.hand_place) != state.hand)
      return "a payload is overwritten in the receiver's hands";
    for (int position = taken(state); position < state.tail; ++position) {
      const Record& record = state.ring[static_cast<std::size_t>(position)];
      if (record.file == 0) continue;
      if ((state.named & file_bit(record.file)) == 0) return "an arena is removed too early";
      if (memory(state, record.file, record.place) != record.message)
        return "a payload that is not taken is not whole";
    }
    return nullptr;
  }

  const char* unfinished(const State& state) const {
    if (taken(state) < state.tail) return "a message is never taken";
    if ((state.committed & ~(state.handled | state.excused)) != 0) return "a message is lost";
    if (state.sender == SenderAt::asleep) return "a sender that waits for room is stranded";
    const bool lives = state.sender < SenderAt::dead;
    const unsigned own = lives ? files_of(state.life, state.life) : 0;
    return (state.named & ~own) != 0 ? "an arena is left over" : nullptr;
  }

  template <class Next>
  void steps(const State& now, Next&& next) const {
    auto to = [&](const Step& step, State then) {
      forget_what_is_over(then);
      next(step, then);
    };
    sender_steps(now, to);
    supervisor_steps(now, to);
    receiver_steps(now, to);
  }

 private:
  static std::uint8_t file_bit(int file) { return static_cast<std::uint8_t>(1 << (file - 1)); }
  static std::uint8_t message_bit(int message) { return static_cast<std::uint8_t>(1 << (message - 1)); }
  static int first_file(int life) { return (life - 1) * static_cast<int>(files_of_life) + 1; }
  static int life_of(int file) { return (file - 1) / static_cast<int>(files_of_life) + 1; }
  static unsigned files_of(int first_life, int last_life) {
    return (1U << (first_file(last_life + 1) - 1)) - (1U << (first_file(first_life) - 1));
  }
  int first_life(int owner) const { return (owner - 1) * rules_.lives + 1; }
  static std::uint8_t memory(const State& state, int file, int place) {
    return state.memory[static_cast<std::size_t>(file - 1)][static_cast<std::size_t>(place)];
  }
  static std::uint8_t& memory(State& state, int file, int place) {
    return state.memory[static_cast<std::size_t>(file - 1)][static_cast<std::size_t>(place)];
  }
  // How far the sender's ring was taken. Nothing in a ring that is refused is ever taken.
  static int taken(const State& state) { return state.entry_id == state.ring_id ? state.cursor : 0; }
  static const Record& front(const State& state) { return state.ring[state.cursor]; }

  static void remove(State& state, unsigned files) { state.named &= static_cast<std::uint8_t>(~files); }

  // ---- what makes no difference any more, so that there are fewer states

  static bool is_in_use(const State& state, int message) {
    if (message == state.message || message == state.hand || message == state.reply) return true;
    for (int position = taken(state); position < state.tail; ++position) {
      if (state.ring[static_cast<std::size_t>(position)].message == message) return true;
    }
    return false;
  }

  static void forget_what_is_over(State& state) {
    for (int position = 0; position < std::min<int>(taken(state), state.tail); ++position)
      state.ring[static_cast<std::size_t>(position)].message = 0;
    for (int message = 1; message <= static_cast<int>(most_messages); ++message) {
      if (is_in_use(state, message)) continue;
      const std::uint8_t bit = message_bit(message);
      state.lost |= (state.committed & ~(state.handled | state.excused) & bit) != 0;
      for (std::uint8_t* bits : {&state.committed, &state.handled, &state.excused})
        *bits &= static_cast<std::uint8_t>(~bit);
    }
    for (auto& file : state.memory) {
      for (std::uint8_t& place : file) {
        if (place != half_written && !is_in_use(state, place)) place = 0;
      }
    }
  }

  static std::uint8_t new_message(const State& state) {
    std::uint8_t message = 1;
    while (is_in_use(state, message)) ++message;
    return message;
  }

  // ---- the sender

  // The file of this life that has the name, or another one.
  static std::uint8_t arena_of(const State& state, int life) {
    const int first = first_file(life);
    const bool first_was_removed =
        (state.made & file_bit(first)) != 0 && (state.named & file_bit(first)) == 0;
    return static_cast<std::uint8_t>(first_was_removed ? first + 1 : first);
  }

  // An empty arena is used from its beginning; otherwise the payloads lie in it as in a ring.
  int free_place(const State& state) const {
    int count = 0, youngest = 0;
    for (int position = state.seen_released; position < state.tail; ++position) {
      const Record& record = state.ring[static_cast<std::size_t>(position)];
      if (record.file == 0 || record.file != state.arena || position < state.former_end) continue;
      ++count, youngest = record.place;
    }
    if (count == 0) return 0;
    return count < rules_.room ? 1 - youngest : -1;
  }

  bool may_remove_former(const State& state) const {
    if (!state.has_former) return false;
    if (state.former_end == 0 && !rules_.former_lives_may_have_sent_nothing) return false;
    switch (rules_.former_arenas_go) {
      case FormerArenasGo::at_once:
        return true;
      case FormerArenasGo::when_all_is_taken:
        return state.seen_cursor >= state.former_end;
      case FormerArenasGo::when_all_is_released:
        return state.seen_released >= state.former_end;
    }
    return false;
  }

  void contact(State& state) const {
    const bool is_refused = state.entry_id == state.ring_id && state.cursor == closed;
    const bool makes = state.ring_id == 0 || (state.ring_id != state.life && is_refused);
    if (makes) state.ring_id = state.life, state.tail = 0, state.ring = {};
    state.seen_cursor = state.seen_released = state.arena = state.want_room = 0;
    state.has_former = state.ring_id != state.life;
    state.former_end = state.has_former ? state.tail : 0;
    const bool removes = !state.has_former && state.life > first_life(state.owner);
    if (!rules_.arena_of_its_own && std::exchange(state.has_former, 0))
      state.arena = arena_of(state, state.life - 1);
    state.sender = removes ? SenderAt::remove_refused : SenderAt::look;
  }

  SenderAt after_look(const State& state) const {
    return may_remove_former(state) ? SenderAt::remove_former : SenderAt::decide;
  }

  void look(State& state) const {
    const bool knows_ring = state.entry_id == state.ring_id || !rules_.knows_whose_entry_it_is;
    if (knows_ring) state.seen_cursor = state.cursor;
    state.sender = knows_ring ? SenderAt::look_at_released : after_look(state);
  }

  void commit(State& state, std::uint8_t file) const {
    state.ring[state.tail] = {state.message, file, file == 0 ? std::uint8_t{0} : state.place};
    state.committed |= message_bit(state.message);
    if (taken(state) == closed) state.excused |= message_bit(state.message);
    ++state.tail, ++state.sent;
  }

  template <class Next>
  void sender_steps(const State& now, Next&& next) const {
    auto go = [&](const char* does, SenderAt at, auto change) {
      State then = now;
      then.sender = at;
      change(then);
      next(Step{"sender", now.life, does}, then);
    };
    auto nothing = [](State&) {};
    auto commits = [&](State& s) { commit(s, now.arena); };
    switch (now.sender) {
      case SenderAt::contact:
        go("makes or adopts its ring", SenderAt::look, [&](State& s) { contact(s); });
        break;
      case SenderAt::remove_refused:
        go("removes the arenas of a refused ring", SenderAt::look,
           [&](State& s) { remove(s, files_of(first_life(now.owner), now.life)); });
        break;
      case SenderAt::look:
        go("looks at the cursor", SenderAt::look, [&](State& s) { look(s); });
        break;
      case SenderAt::look_at_released:
        go("looks at what was let go of", SenderAt::decide, [&](State& s) {
          s.seen_released = rules_.sender_looks_at_released ? now.released : now.cursor;
          s.sender = after_look(s);
        });
        break;
      case SenderAt::remove_former:
        go("removes the arenas of its former lives", SenderAt::decide, [&](State& s) {
          remove(s, files_of(first_life(now.owner), now.life - 1));
          s.has_former = 0;
        });
        break;
      case SenderAt::decide:
        decide(now, go);
        break;
      case SenderAt::write:
        go("begins to write a payload",
           rules_.payload_before_commit ? SenderAt::write_more : SenderAt::write_record,
           [&](State& s) { memory(s, now.arena, now.place) = half_written; });
        break;
      case SenderAt::write_more:
        go("has written the payload", rules_.payload_before_commit ? SenderAt::write_record : SenderAt::bell,
           [&](State& s) { memory(s, now.arena, now.place) = now.message; });
        break;
      case SenderAt::write_record:
        go("writes the record", SenderAt::commit, nothing);
        break;
      case SenderAt::commit:
        go("commits", rules_.payload_before_commit ? SenderAt::bell : SenderAt::write_more, commits);
        break;
      case SenderAt::bell:
        go("wants no room and rings", SenderAt::next,
           [](State& s) { s.want_room = s.wants_to_send = s.message = s.place = 0; });
        break;
      case SenderAt::want:
        go("wants room", rules_.looks_again_after_wanting ? SenderAt::look : SenderAt::asleep,
           [](State& s) { s.want_room = 1; });
        break;
      case SenderAt::asleep:
        if (now.sender_rung) go("is woken", SenderAt::look, [](State& s) { s.sender_rung = 0; });
        break;
      case SenderAt::next:
        go_on(now, go);
        break;
      default:
        return;
    }
    State then = now;
    kill_sender(then);
    next(fault("sender", now.life, "is killed or ends"), then);
  }

  template <class Go>
  void decide(const State& now, Go&& go) const {
    const int place = free_place(now);
    if (now.seen_cursor == closed && now.ring_id != now.life) {
      go("makes another ring", SenderAt::contact, [](State&) {});
    } else if (now.seen_cursor == closed) {
      go("is refused", SenderAt::next, [&](State& s) {
        s.sent = static_cast<std::uint8_t>(rules_.messages);
        s.wants_to_send = s.want_room = 0;
      });
    } else if (!now.wants_to_send) {
      go("has looked", SenderAt::next, [](State&) {});
    } else if (place >= 0) {
      go("finds room in its arena", SenderAt::write, [&](State& s) {
        if (s.arena == 0) s.arena = arena_of(now, now.life);
        s.made |= file_bit(s.arena);
        s.named |= file_bit(s.arena);
        s.place = static_cast<std::uint8_t>(place);
        s.message = new_message(now);
      });
    } else {
      go("finds no room", now.want_room ? SenderAt::asleep : SenderAt::want, [](State&) {});
    }
  }

  template <class Go>
  void go_on(const State& now, Go&& go) const {
    const bool sees_news =
        now.entry_id == now.ring_id && (now.seen_cursor != now.cursor || now.seen_released != now.released);
    if (now.sent < rules_.messages) {
      go("has a large message", SenderAt::look, [](State& s) { s.wants_to_send = 1; });
      if (rules_.small_ones) {
        go("commits a small message", SenderAt::next, [&](State& s) {
          s.message = new_message(now);
          commit(s, 0);
          s.message = 0;
        });
      }
    } else if (sees_news) {
      go("looks again", SenderAt::look, [](State&) {});
    }
    if (!rules_.keeps_its_way && !now.has_forgotten)
      go("forgets its way to the receiver", SenderAt::contact, [](State& s) { s.has_forgotten = 1; });
  }

  static void kill_sender(State& state) {
    state.sender = SenderAt::dead;
    state.seen_cursor = state.seen_released = state.former_end = state.has_former = 0;
    state.arena = state.place = state.message = state.want_room = state.sent = state.sender_rung = 0;
    state.wants_to_send = 0;
    for (auto& file : state.memory) std::replace(file.begin(), file.end(), half_written, std::uint8_t{0});
    state.made &= state.named;
  }

  // ---- the supervisor

  template <class Next>
  void supervisor_steps(const State& now, Next&& next) const {
    auto go = [&](const char* does, SenderAt at, auto change) {
      State then = now;
      then.sender = at;
      change(then);
      next(Step{"supervisor", 0, does}, then);
    };
    auto begin_life = [](State& s) { ++s.life, s.sent = s.sender_rung = 0; };
    const bool is_last_life = now.life == now.owner * rules_.lives;
    if (now.sender == SenderAt::dead) {
      if (!is_last_life) go("restarts the sender", SenderAt::contact, begin_life);
      if (taken(now) >= now.tail || !rules_.frees_when_drained) {
        go("removes the ring", SenderAt::drained, [](State& s) { s.ring_id = s.tail = 0, s.ring = {}; });
      }
    } else if (now.sender == SenderAt::drained) {
      go("removes the arenas and frees the slot", SenderAt::free, [&](State& s) {
        if (rules_.freeing_removes_arenas) remove(s, files_of(first_life(now.owner), now.life));
      });
    } else if (now.sender == SenderAt::free && now.owner < rules_.owners) {
      go("gives the slot to another owner", SenderAt::contact, [&](State& s) {
        s.life = static_cast<std::uint8_t>(now.owner * rules_.lives);
        ++s.owner;
        begin_life(s);
      });
    }
  }

  // ---- the receiver

  // The arena of the record's life: the one that was opened last, or the one that has the name; 0: none.
  static std::uint8_t find_arena(const State& state, int life) {
    if (state.arena_in != 0 && life_of(state.arena_in) == life) return state.arena_in;
    for (int file = first_file(life); file < first_file(life + 1); ++file) {
      if ((state.named & file_bit(file)) != 0) return static_cast<std::uint8_t>(file);
    }
    return 0;
  }

  static bool find_payload(State& state, const Record& record) {
    const std::uint8_t file = find_arena(state, life_of(record.file));
    if (file == 0) return false;
    state.arena_in = file;
    state.torn |= memory(state, file, record.place) != record.message;
    return true;
  }

  static void handle(State& state, int message) {
    state.twice |= (state.handled & message_bit(message)) != 0;
    state.handled |= message_bit(message);
  }

  template <class Next>
  void receiver_steps(const State& now, Next&& next) const {
    auto go = [&](const char* does, ReceiverAt at, auto change) {
      State then = now;
      then.receiver = at;
      change(then);
      next(Step{"receiver", now.kills + 1, does}, then);
    };
    auto nothing = [](State&) {};
    auto let_go = [](State& s) { s.released = s.cursor; };
    auto zero = [](State& s) { s.cursor = s.released = 0; };
    auto know = [&](State& s) { s.entry_id = now.in_id; };
    const bool is_open = now.in_id != 0 && now.in_id == now.ring_id && now.cursor != closed;
    const bool has_front = is_open && now.entry_id == now.in_id && now.cursor < now.tail;
    const ReceiverAt adopted = rules_.adoption_releases ? ReceiverAt::let_go : ReceiverAt::look;
    switch (now.receiver) {
      case ReceiverAt::idle:
        if (now.ring_id != 0 && now.in_id != now.ring_id) {
          go("opens the ring", now.entry_id == now.ring_id ? adopted : ReceiverAt::adopt, [&](State& s) {
            s.in_id = now.ring_id;
            if (rules_.another_ring_has_other_arenas) s.arena_in = 0;
          });
        } else if (has_front) {
          go("begins a turn", ReceiverAt::look, nothing);
        }
        break;
      case ReceiverAt::adopt:
        if (rules_.adoption_ends_with_the_id)
          go("begins the ring at 0", ReceiverAt::adopt_more, zero);
        else
          go("stores whose cursor it is", ReceiverAt::adopt_more, know);
        break;
      case ReceiverAt::adopt_more:
        if (rules_.adoption_ends_with_the_id)
          go("stores whose cursor it is", adopted, know);
        else
          go("begins the ring at 0", adopted, zero);
        break;
      case ReceiverAt::let_go:
        go("lets go of what a former life has taken", ReceiverAt::look, let_go);
        break;
      case ReceiverAt::look:
        if (!has_front) {
          go("finds nothing more", ReceiverAt::offer, nothing);
        } else if (front(now).file == 0) {
          go("takes a small message", ReceiverAt::look, [&](State& s) {
            handle(s, front(now).message);
            ++s.cursor;
          });
        } else {
          go("finds a record", ReceiverAt::find, nothing);
        }
        if (is_open && now.closings < rules_.closings) {
          State then = now;
          close(then);
          next(fault("receiver", now.kills + 1, "finds nonsense and closes the ring"), then);
        }
        break;
      case ReceiverAt::find:
        go("finds the payload", rules_.cursor_before_handler ? ReceiverAt::take : ReceiverAt::handle,
           [&](State& s) {
             s.lost |= !find_payload(s, front(now));
             s.hand = front(now).message, s.hand_file = s.arena_in, s.hand_place = front(now).place;
           });
        if (now.failed_opens < rules_.failing_opens) {
          State then = now;
          ++then.failed_opens;
          then.receiver = ReceiverAt::idle;
          then.lost |= !rules_.tries_again_to_open;
          next(fault("receiver", now.kills + 1, "cannot open the arena"), then);
        }
        break;
      case ReceiverAt::take:
        go("moves its cursor", rules_.cursor_before_handler ? ReceiverAt::handle : ReceiverAt::release,
           [&](State& s) {
             ++s.cursor;
             if (!rules_.release_after_handler) let_go(s);
           });
        break;
      case ReceiverAt::handle:
        go("ends its handler", ReceiverAt::handled, [&](State& s) {
          handle(s, now.hand);
          s.hand = s.hand_file = s.hand_place = 0;
        });
        if (rules_.replies && has_front && front(now).file != 0) {
          go("copies a reply", ReceiverAt::take_reply, [&](State& s) {
            s.lost |= !find_payload(s, front(now));
            s.reply = front(now).message;
          });
        }
        break;
      case ReceiverAt::handled:
        if (!rules_.cursor_before_handler)
          go("goes on", ReceiverAt::take, nothing);
        else
          go("goes on", rules_.release_before_want_room ? ReceiverAt::release : ReceiverAt::look, nothing);
        break;
      case ReceiverAt::take_reply:
        go("takes the reply", ReceiverAt::handle, [&](State& s) {
          ++s.cursor;
          handle(s, now.reply);
          s.reply = 0;
          if (!rules_.release_after_handler_of_the_lender) let_go(s);
        });
        break;
      case ReceiverAt::release:
        go("lets go of the payload", ReceiverAt::look, let_go);
        break;
      case ReceiverAt::offer:
        go("offers room", rules_.release_before_want_room ? ReceiverAt::idle : ReceiverAt::release_late,
           [&](State& s) { s.sender_rung |= now.in_id == now.ring_id && now.want_room; });
        break;
      case ReceiverAt::release_late:
        go("lets go of the payloads", ReceiverAt::idle, let_go);
        break;
    }
    if (now.kills >= rules_.receiver_kills || now.in_id == 0) return;
    State then = now;
    kill_receiver(then);
    next(fault("receiver", now.kills + 1, "is killed"), then);
  }

  static void close(State& state) {
    for (int position = state.cursor; position < state.tail; ++position)
      state.excused |= message_bit(state.ring[static_cast<std::size_t>(position)].message);
    state.cursor = closed;
    ++state.closings;
    state.receiver = ReceiverAt::offer;
  }

  // What it has in its hands and has taken is lost with it: that is promised to nobody.
  static void kill_receiver(State& state) {
    const bool has_taken = state.hand != 0 && state.receiver != ReceiverAt::take;
    if (has_taken) state.excused |= message_bit(state.hand);
    state.in_id = state.arena_in = state.hand = state.hand_file = state.hand_place = state.reply = 0;
    ++state.kills;
    state.receiver = ReceiverAt::idle;
  }

  Rules rules_;
};

}  // namespace

TEST_CASE("arenas: no large message is lost, torn or handled twice, whoever is killed when") {
  holds(Arenas({.receiver_kills = 2}));
  holds(Arenas({.owners = 1, .messages = 3 + std::min(depth(), 1), .receiver_kills = 2}));
  holds(Arenas({.owners = 1, .lives = 3, .messages = 1 + std::min(depth(), 1), .failing_opens = 2}));
}

TEST_CASE("arenas: nobody waits for room that is there, and nothing is left over") {
  holds(Arenas({.owners = 1, .messages = 3, .room = 1, .receiver_kills = 2}));
  holds(Arenas({.owners = 1, .room = 1, .small_ones = true, .receiver_kills = 1 + std::min(depth(), 1)}));
  holds(Arenas({.owners = 1, .lives = 1, .messages = 4, .small_ones = true}));
}

TEST_CASE("arenas: a handler may take replies while it looks at a payload") {
  holds(Arenas({.owners = 1, .messages = 3 + std::min(depth(), 1), .replies = true}));
  holds(Arenas({.room = 1, .replies = true}));
}

TEST_CASE("arenas: a ring that is refused is replaced, and its arenas with it") {
  holds(Arenas({.owners = 1, .closings = 2}));
  holds(Arenas({.messages = 1, .closings = 1}));
}

TEST_CASE("arenas fail when the record is committed before its payload is whole") {
  fails(Arenas({.payload_before_commit = false}), "is not whole");
}

TEST_CASE("arenas fail when the cursor moves behind the handler") {
  fails(Arenas({.cursor_before_handler = false}), "handled twice");
}

TEST_CASE("arenas fail when a payload is let go of before its handler has ended") {
  fails(Arenas({.messages = 3, .release_after_handler = false}), "in the receiver's hands");
}

TEST_CASE("arenas fail when a reply lets go of what the handler that takes it looks at") {
  fails(Arenas({.messages = 3, .replies = true, .release_after_handler_of_the_lender = false}),
        "in the receiver's hands");
}

TEST_CASE("arenas fail when the sender takes the cursor for what was let go of") {
  fails(Arenas({.messages = 3, .sender_looks_at_released = false}), "in the receiver's hands");
}

TEST_CASE("arenas fail when a next life writes into its former life's arena") {
  fails(Arenas({.arena_of_its_own = false}), "is not whole");
}

TEST_CASE("arenas fail when a next life removes those of its former lives at once") {
  fails(Arenas({.former_arenas_go = FormerArenasGo::at_once}), "removed too early");
}

TEST_CASE("arenas are left over when they wait for the release of a message that needs none") {
  holds(Arenas({.former_arenas_go = FormerArenasGo::when_all_is_released}));
  fails(Arenas({.small_ones = true, .former_arenas_go = FormerArenasGo::when_all_is_released}), "left over");
}

TEST_CASE("arenas are left over when a life that has sent nothing is taken for none") {
  fails(Arenas({.former_lives_may_have_sent_nothing = false}), "left over");
}

TEST_CASE("arenas are left over when the slot is freed without them") {
  fails(Arenas({.freeing_removes_arenas = false}), "left over");
}

TEST_CASE("arenas fail when the slot is freed before everything is taken") {
  fails(Arenas({.frees_when_drained = false}), "lost");
}

TEST_CASE("arenas fail when the former owner's words are taken for those about the ring of the present one") {
  fails(Arenas({.lives = 1, .knows_whose_entry_it_is = false}), "is not whole");
  fails(Arenas({.knows_whose_entry_it_is = false}), "removed too early");
  fails(Arenas({.adoption_ends_with_the_id = false}), "is lost");
}

TEST_CASE("a sender is stranded when the receiver's next life does not let go of what the former one held") {
  fails(Arenas({.room = 1, .adoption_releases = false}), "stranded");
}

TEST_CASE("a sender is stranded when its wish for room is looked at before the payload is let go of") {
  fails(Arenas({.messages = 3, .release_before_want_room = false}), "stranded");
}

TEST_CASE("a sender is stranded when it does not look again after it has wanted room") {
  fails(Arenas({.messages = 3, .looks_again_after_wanting = false}), "stranded");
}

TEST_CASE("arenas fail when a receiver that is out of files takes their records all the same") {
  fails(Arenas({.failing_opens = 1, .tries_again_to_open = false}), "is lost");
}

TEST_CASE("arenas fail when a receiver looks into the arena of a ring that it has refused") {
  fails(Arenas({.closings = 1, .another_ring_has_other_arenas = false}), "torn");
}

TEST_CASE("arenas fail when a sender forgets its way to a receiver that is there") {
  fails(Arenas({.lives = 1, .keeps_its_way = false}), "is not whole");
  fails(Arenas({.owners = 1, .keeps_its_way = false}), "");
}

}  // namespace ninelives::model
