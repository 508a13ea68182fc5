// Large payloads in files of their own beside the ring: written before the record that speaks of them,
// removed after the cursor has moved; what a kill leaves is removed by a next life. Follows
// Endpoint::append_blob(), take_from(), finish(), remove_uncommitted_blobs(), remove_taken_blobs() and
// Slots::free_drained(). All messages here are large. The slot of the sender has two owners, one after the
// other; each has one ring and names its blobs for itself.
#include <array>

#include "tests/model/expect.hpp"

namespace ninelives::model {
namespace {

constexpr int owners = 2;

struct Rules {
  int lives = 2;     // of each owner
  int messages = 1;  // of each life
  int receiver_kills = 1;
  int failing_opens = 0;  // the receiver is out of files for a while

  bool blob_before_record = true;
  bool cursor_before_removal = true;
  bool sender_removes_uncommitted = true;
  bool receiver_removes_taken = true;
  bool knows_whose_cursor_it_is = true;  // when a new life of the receiver removes what was taken
  bool tries_again_to_open = true;       // what it could not for want of files
};

enum class SenderAt : std::uint8_t { start, first, second, bell, done, dead, free };
enum class ReceiverAt : std::uint8_t { start, adopt, look, copy, first, second };

struct Ring {
  std::uint8_t committed, blobs;  // a bit for each position that has its blob
};

struct BlobState {
  SenderAt sender;
  std::uint8_t owner, life, sent;
  std::array<Ring, owners> rings;
  std::uint8_t ring_id, cursor;  // the receiver's word
  ReceiverAt receiver;
  std::uint8_t kills, failed_opens, lost;
};

class Blobs {
 public:
  using State = BlobState;
  explicit Blobs(const Rules& rules) : rules_(rules) {}

  State initial() const {
    State state{};
    state.owner = state.life = 1;
    return state;
  }

  const char* wrong(const State& state) const { return state.lost ? "a large message is lost" : nullptr; }
  const char* unfinished(const State& state) const {
    const Ring& ring = state.rings[state.owner - 1u];
    if (taken(state) < ring.committed) return "a large message is never taken";
    for (const Ring& each : state.rings) {
      if (each.blobs != 0) return "a blob is left over";
    }
    return nullptr;
  }

  template <class Next>
  void steps(const State& now, Next&& next) const {
    sender_steps(now, next);
    receiver_steps(now, next);
  }

 private:
  static std::uint8_t bit(int position) { return static_cast<std::uint8_t>(1 << position); }
  static int taken(const State& state) { return state.ring_id == state.owner ? state.cursor : 0; }

  template <class Next>
  void sender_steps(const State& now, Next&& next) const {
    auto go = [&](const char* who, const char* does, SenderAt at, auto change) {
      State then = now;
      then.sender = at;
      change(then, then.rings[now.owner - 1u]);
      next(Step{who, now.life, does}, then);
    };
    const auto tail = now.rings[now.owner - 1u].committed;
    auto write_blob = [&](State&, Ring& ring) { ring.blobs |= bit(tail); };
    auto commit = [](State&, Ring& ring) { ++ring.committed; };
    switch (now.sender) {
      case SenderAt::start:
        go("sender", "adopts its ring and removes what has no record", SenderAt::first,
           [&](State&, Ring& ring) {
             if (rules_.sender_removes_uncommitted) ring.blobs &= static_cast<std::uint8_t>(bit(tail) - 1);
           });
        break;
      case SenderAt::first:
        go("sender", "has no more to say", SenderAt::done, [](State&, Ring&) {});
        if (now.sent == rules_.messages) break;
        if (rules_.blob_before_record) {
          go("sender", "writes and names the blob", SenderAt::second, write_blob);
        } else {
          go("sender", "commits", SenderAt::second, commit);
        }
        break;
      case SenderAt::second:
        if (rules_.blob_before_record)
          go("sender", "commits", SenderAt::bell, commit);
        else
          go("sender", "writes and names the blob", SenderAt::bell,
             [&](State&, Ring& ring) { ring.blobs |= bit(tail - 1); });
        break;
      case SenderAt::bell:
        go("sender", "rings", SenderAt::first, [](State& s, Ring&) { ++s.sent; });
        break;
      case SenderAt::dead:
        if ((now.life - 1) % rules_.lives + 1 < rules_.lives) {
          go("supervisor", "restarts the sender", SenderAt::start,
             [](State& s, Ring&) { ++s.life, s.sent = 0; });
        }
        if (taken(now) == tail) {
          go("supervisor", "frees the slot", SenderAt::free, [](State&, Ring& ring) { ring.blobs = 0; });
        }
        break;
      case SenderAt::free:
        if (now.owner == owners) break;
        go("supervisor", "gives the slot to another owner", SenderAt::start, [&](State& s, Ring&) {
          ++s.owner, s.sent = 0, s.life = static_cast<std::uint8_t>(rules_.lives + 1);
        });
        break;
      case SenderAt::done:
        break;
    }
    if (now.sender >= SenderAt::dead) return;
    State then = now;
    then.sender = SenderAt::dead;
    next(fault("sender", now.life, "is killed or ends"), then);
  }

  template <class Next>
  void receiver_steps(const State& now, Next&& next) const {
    auto go = [&](const char* does, ReceiverAt at, auto change) {
      State then = now;
      then.receiver = at;
      change(then, then.rings[now.owner - 1u]);
      next(Step{"receiver", 0, does}, then);
    };
    const Ring& ring = now.rings[now.owner - 1u];
    const bool has_blob = (ring.blobs & bit(now.cursor)) != 0;
    auto move_cursor = [](State& s, Ring&) { ++s.cursor; };
    switch (now.receiver) {
      case ReceiverAt::start:
        go("starts and removes what was taken", ReceiverAt::adopt, [&](State& s, Ring& its) {
          if (!rules_.receiver_removes_taken) return;
          const bool knows = now.ring_id == now.owner || !rules_.knows_whose_cursor_it_is;
          if (knows) its.blobs &= static_cast<std::uint8_t>(~(bit(now.cursor) - 1));
          if (now.owner > 1) s.rings[0].blobs = 0;
        });
        break;
      case ReceiverAt::adopt:
        if (now.ring_id == now.owner)
          go("opens the ring", ReceiverAt::look, [](State&, Ring&) {});
        else if (ring.committed != 0) {
          go("adopts the ring", ReceiverAt::look,
             [&](State& s, Ring&) { s.cursor = 0, s.ring_id = now.owner; });
        }
        break;
      case ReceiverAt::look:
        if (now.ring_id != now.owner)
          go("sees that the slot has another owner", ReceiverAt::adopt, [](State&, Ring&) {});
        else if (now.cursor < ring.committed)
          go("finds a record", ReceiverAt::copy, [](State&, Ring&) {});
        break;
      case ReceiverAt::copy:
        go("copies the blob", ReceiverAt::first, [&](State& s, Ring&) { s.lost |= !has_blob; });
        if (now.failed_opens < rules_.failing_opens) {
          State then = now;
          ++then.failed_opens;
          then.receiver = rules_.tries_again_to_open ? ReceiverAt::look : ReceiverAt::first;
          if (!rules_.tries_again_to_open) then.lost = 1;
          next(fault("receiver", 0, "cannot open the blob"), then);
        }
        break;
      case ReceiverAt::first:
        if (rules_.cursor_before_removal)
          go("moves its cursor", ReceiverAt::second, move_cursor);
        else
          go("removes the blob", ReceiverAt::second,
             [&](State&, Ring& its) { its.blobs &= static_cast<std::uint8_t>(~bit(now.cursor)); });
        break;
      case ReceiverAt::second:
        if (!rules_.cursor_before_removal)
          go("moves its cursor", ReceiverAt::look, move_cursor);
        else
          go("removes the blob", ReceiverAt::look, [&](State& s, Ring&) {
            s.rings[now.ring_id - 1u].blobs &= static_cast<std::uint8_t>(~bit(now.cursor - 1));
          });
        break;
    }
    if (now.kills >= rules_.receiver_kills || now.receiver == ReceiverAt::start) return;
    State then = now;
    ++then.kills;
    then.receiver = ReceiverAt::start;
    next(fault("receiver", 0, "is killed"), then);
  }

  Rules rules_;
};

}  // namespace

TEST_CASE("blobs: no large message is lost and no file is left over, whoever is killed when") {
  holds(Blobs({.messages = 2, .receiver_kills = 2}));
  holds(Blobs({.lives = 3, .receiver_kills = 2, .failing_opens = 2}));
}

TEST_CASE("blobs fail when the record comes before its blob") {
  fails(Blobs({.blob_before_record = false}), "is lost");
}

TEST_CASE("blobs fail when they are removed before the cursor moves") {
  fails(Blobs({.cursor_before_removal = false}), "is lost");
}

TEST_CASE("blobs are left over when a sender's next life does not remove those that have no record") {
  fails(Blobs({.sender_removes_uncommitted = false}), "left over");
}

TEST_CASE("blobs are left over when a receiver's next life does not remove those that were taken") {
  fails(Blobs({.receiver_removes_taken = false}), "left over");
}

TEST_CASE("blobs of another owner are lost when a receiver's next life takes an old cursor for theirs") {
  fails(Blobs({.knows_whose_cursor_it_is = false}), "is lost");
}

TEST_CASE("blobs are lost when a receiver that is out of files takes their records all the same") {
  fails(Blobs({.failing_opens = 1, .tries_again_to_open = false}), "is lost");
}

}  // namespace ninelives::model
