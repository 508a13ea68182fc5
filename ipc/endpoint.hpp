// One slot's own end of the mailbox protocol: sends to any slot of the node, receives from all, calls and
// waits. Owns its mappings of its own box, of the table, and of every peer that it has met. Belongs to one
// thread.
//
// docs/mailbox.md tells the protocol; the layout is in layout.hpp. Steps are numbered there.
#pragma once
#include <algorithm>
#include <deque>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include <ninelives/ipc/call_error.hpp>
#include <ninelives/ipc/exit_reason.hpp>
#include <ninelives/ipc/pid.hpp>

#include "ipc/bell.hpp"
#include "ipc/deadline.hpp"
#include "ipc/open_requests.hpp"
#include "ipc/peer.hpp"
#include "ipc/slot_set.hpp"
#include "ipc/spinner.hpp"
#include "ipc/table_view.hpp"

namespace ninelives::ipc {

// A message as it was taken, valid until the next one is asked for. The payload is a private copy, or, if it
// is large, still the sender's memory: whoever decodes it reads each value once.
struct Received {
  Kind kind = Kind::none;
  Pid from = {};
  std::uint64_t ref = 0;
  std::uint32_t message = 0;
  std::string_view payload = {};
  ExitReason reason = {};  // of a `down`
};

// A request that nobody waits for has its outcome: a `reply` with the request as its ref and without a
// payload. Endpoint::check_response has the outcome.

// What a monitor is for: a link's end is told also while its owner is suspended.
enum class MonitorFor { down, link };

// What to send, apart from where to.
struct Message {
  Kind kind = Kind::cast;
  std::uint64_t ref = 0;
  std::uint32_t message = 0;
  Payload payload = {};
};

// Where a message went: enough to tell later what has become of it.
struct Sent {
  Incarnation dest_inc = 0;
  std::uint64_t position = 0;
};

class Endpoint {
 public:
  // How its owner sleeps: on the futex word alone, or on its door together with other file descriptors.
  enum class SleepsOn { futex, door };

  // Becomes the owner of that life's mailbox. Fails if that life is not the present one, or has attached
  // before: a worker that execs itself would be a second writer of its own rings.
  static Result<std::unique_ptr<Endpoint>> attach(const std::filesystem::path& node, const Pid& me,
                                                  SleepsOn sleeps_on);

  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;
  ~Endpoint();

  Pid self() const { return me_; }
  const TableView& table() const { return table_; }
  const NodeFiles& files() const { return files_; }
  Status& status() const { return own_box_.as<Box>()->status; }

  // ---- sending

  // Returns when the message is in the receiver's mailbox: from then on only the receiver's own crash while
  // it handles this very message, or the end of its slot, can lose it. Waits for room as long as `patience`
  // lasts.
  std::expected<Sent, SendError> send(const Owner& to, const Message& message,
                                      std::chrono::nanoseconds patience);
  // To that life alone: where it is over there is no process, and the next one never sees the message.
  std::expected<Sent, SendError> send(const Pid& to, const Message& message,
                                      std::chrono::nanoseconds patience);

  // Answers a call. Never waits: where there is no room the reply is kept and sent as soon as there is; a
  // caller that is gone needs none.
  void reply(const Pid& to, Kind kind, std::uint64_t ref, std::string_view payload);

  // Sends a call and waits for its end. While it waits, messages of others stay in their rings. The reply is
  // this endpoint's own copy, valid until its next call. `life`: that one alone; 0: whichever takes it.
  std::expected<std::string_view, CallError> call(const Owner& to, std::uint32_t message,
                                                  const Payload& payload, std::chrono::nanoseconds patience,
                                                  Kind kind = Kind::call, Incarnation life = 0);

  // ---- requests: calls that are waited for later (OTP's send_request). `kind` is call, or system.

  // Always gives a request, which is never 0: that it could not be sent is an outcome, too. `patience` is for
  // room in the mailbox. An outcome stays until it is taken; next() tells once that it is there, unless it
  // was taken before: in its place among the messages of its server, or after the last of them.
  std::uint64_t send_request(const Owner& to, std::uint32_t message, const Payload& payload,
                             std::chrono::nanoseconds patience, Kind kind = Kind::call, Incarnation life = 0);
  // One that could not even be addressed: its outcome is that error.
  std::uint64_t add_failed_request(CallError error);
  // Takes the outcome, which is valid as a call's is. Nothing: the time is over, and the request goes on.
  std::optional<Outcome> wait_response(std::uint64_t request, std::chrono::nanoseconds patience);
  std::optional<Outcome> check_response(std::uint64_t request);
  // One of them that has its outcome, for check_response() to take. Nothing: the time is over.
  std::optional<std::uint64_t> wait_any(std::span<const std::uint64_t> requests,
                                        std::chrono::nanoseconds patience);
  // Its outcome is never seen. The server may handle it all the same.
  void abandon(std::uint64_t request);

  // ---- receiving

  // The next message, or null when there is none just now; or none within a turn, because somebody's ring is
  // full of what is for nobody: then wait() returns at once. The supervisor's come first; the others take
  // turns.
  const Received* next();
  // Returns when something may have come, at the latest at the deadline. Only after next() has returned null.
  void wait(Deadline deadline);

  // While suspended, next() gives signals only, the downs of links and the outcomes of requests. All else
  // stays in its ring, and is there for the next life if this one is killed; after the end of it everything
  // comes in order. For an owner that traps exits these are messages like any other: with `keeps_exits` the
  // exit signals and the downs of links stay, too.
  void set_suspended(bool suspended, bool keeps_exits = false);
  bool is_suspended() const { return suspended_; }

  // A `down` with this ref comes once, after the last message of that life; if it is over already, at once
  // after what is left of it, and the reason is noproc.
  std::uint64_t monitor(const Pid& pid, MonitorFor what = MonitorFor::down);
  void demonitor(std::uint64_t ref);
  // Why that life is over. Nothing: it is not, and the time is. Takes no messages meanwhile.
  std::optional<ExitReason> await_end(const Pid& pid, std::chrono::nanoseconds patience);

  // ---- for an owner that sleeps on its door inside an event loop of its own (SleepsOn::door)

  int door() const { return door_.get(); }
  // True: nothing was rung, sleep until the door is readable, then unpark(). False: next() has something to
  // look at.
  [[nodiscard]] bool park();
  void unpark();
  // Takes over what was rung, the ring that is polled included: before next(), for an owner that does not
  // wait().
  void collect();
  // Looks at everything whether rung or not: to be called when nothing came for backstop_interval.
  void look_everywhere();
  // Looks at that slot as if it had rung: for a supervisor, whom nobody tells of what it has written itself.
  void look_at(Slot slot) { ready_.insert(slot); }

  // The node is down: whatever this endpoint waits for, now or later, ends. Any thread; for a process outside
  // the tree, which lives on without its node.
  void node_has_ended();
  bool node_is_down() const { return node_is_down_.load(std::memory_order::relaxed); }

  static constexpr std::chrono::seconds backstop_interval{30};

 private:
  struct Monitor {
    std::uint64_t ref;
    Incarnation life;
    MonitorFor what;
    bool was_over;  // when it was asked for
  };

  // A life, or whichever it is that has the slot.
  struct Destination {
    Owner owner;
    Incarnation life = 0;  // 0: any
  };

  Endpoint(NodeFiles files, TableView table, const Pid& me, const Owner& owner, Mapping own_box,
           SleepsOn sleeps_on);
  void start_life();
  Entry* own_entry(Slot sender) const;

  Bell& bell() const { return own_box_.as<Box>()->bell; }
  Peer& meet(Slot slot);
  Peer& peer(Slot slot) {
    Peer* met = known(slot);
    return met ? *met : meet(slot);
  }
  Peer* known(Slot slot) const { return slot < peers_.size() ? peers_[slot].get() : nullptr; }
  RingReader* incoming(Slot slot) const {
    Peer* met = known(slot);
    return met && met->in ? &*met->in : nullptr;
  }

  // sending
  std::expected<Peer*, SendError> connect(const Owner& to);
  Result<void> first_contact(Peer& peer, const Owner& to);
  std::expected<Incarnation, SendError> check_row(const Owner& to) const;
  std::expected<Incarnation, SendError> check_row(const Destination& to, Kind kind) const;
  using Appended = std::expected<std::uint64_t, RingWriter::Refusal>;
  // Of a record; and whether it is for that life alone though its kind does not say so.
  struct Recipient {
    Incarnation life = 0;
    bool alone = false;
  };
  Appended append(Peer& peer, const Message& message, const Recipient& recipient);
  Appended append_now(Peer& peer, const Message& message, const Recipient& recipient) const;
  Appended append_large(Peer& peer, RecordFields fields, const Payload& payload) const;
  Result<void> make_arena(Peer& peer) const;
  void look_at_cursor(Peer& peer) const;
  void remove_former_arenas(Peer& peer) const;
  std::expected<Sent, SendError> send_to(const Destination& to, const Message& message, Patience& patience,
                                         bool& receiver_was_woken);
  std::expected<Sent, SendError> append_or_wait(Peer& peer, const Destination& to, const Message& message,
                                                Patience& patience);
  void wait_for_room(Peer& peer, Deadline deadline);
  bool ring_for_message(Peer& peer);
  void ring_always(Peer& peer);
  void flush_replies(Slot slot);
  bool send_reply(Peer& peer, const QueuedReply& reply);

  // receiving
  void open_supervisors_ring();
  bool open_incoming(Slot slot);
  bool take_from(Slot slot);
  enum class NoPayload { lost, not_now };
  using FoundPayload = std::expected<std::string_view, NoPayload>;
  FoundPayload find_payload(Slot from, const RecordView& record) const;
  FoundPayload take_over_payload(Slot from, const RecordView& record);
  void finish(Slot from, RingReader& ring, const RecordView& record) const;
  void release_payload();
  // What there is for the owner; it is in received_ then. Not now: out of files or memory.
  enum class Found { nothing, something, not_now };
  Found receive(Slot from, const RecordView& record);
  bool is_for_me(const RecordView& record, Slot from) const;
  const Received* next_news();
  bool has_news() const;
  bool has_more(Slot slot) const;
  bool take_signal_from(Slot slot);
  bool was_taken_ahead(const RecordView& record, Slot from) const;
  void count_in(Kind kind);
  void count_out(Kind kind);
  void begin_turn(Slot slot);
  void look_now_and_then();
  void defer(Slot slot);
  void end_turn();
  void offer_room(Slot slot);
  void watch_slot(Slot slot);
  void stop_watching(Slot slot, std::uint64_t ref);
  void settle_monitors(Slot slot);
  std::deque<Received>& downs_for(MonitorFor what);
  bool is_due(const Monitor& monitor, Incarnation over) const;
  Incarnation last_life_over(Slot slot) const;
  void tell_downs(Slot slot, std::vector<Monitor>& monitors, Incarnation over);
  void forget_if_gone(Slot slot, const RowWord& row);
  void forget(Slot slot);
  void insert_unknown_rings();

  // calling
  bool begin_request(OpenRequest& open, const Message& message, Patience& patience);
  OpenRequest* find_request(Slot from, const RecordView& record);
  FoundPayload keep_reply(OpenRequest& open, const RecordView& record);
  void answer(OpenRequest& open, Kind kind, const FoundPayload& reply);
  void look_for_reply(OpenRequest& wanted);
  bool has_more_replies(Slot server) const;
  void settle(OpenRequest& open);
  std::optional<CallError> judge_request(const OpenRequest& open) const;
  CallError went_down(Slot server, const Judgement& judgement) const;
  void await_outcome(OpenRequest& open, Patience& patience, bool server_was_woken);

  // requests
  std::vector<Slot> servers_of(std::span<const std::uint64_t> requests);
  std::optional<std::uint64_t> await_any(std::span<const std::uint64_t> requests,
                                         std::span<const Slot> servers, Patience& patience);
  std::optional<std::uint64_t> first_ended(std::span<const std::uint64_t> requests);
  static Outcome no_such_request();
  Outcome take_outcome(std::uint64_t request);
  OpenRequest forget_request(std::uint64_t request);
  void announce(const OpenRequest& open);
  const Received* tell_outcome(OpenRequest& open, Incarnation life);
  const Received* next_announced();
  Found receive_reply(Slot from, const RecordView& record);
  void settle_requests(Slot slot);
  std::uint64_t keep_request(OpenRequest open);

  // sleeping
  // Whose bits end a wait.
  struct AnySlot {
    static void erase_from(SlotSet& ready) { static_cast<void>(ready); }
    static bool any_in(const SlotSet& ready) { return !ready.empty(); }
  };
  struct OneSlot {
    Slot slot;
    void erase_from(SlotSet& ready) const { ready.erase(slot); }
    bool any_in(const SlotSet& ready) const { return ready.contains(slot); }
  };
  struct SomeSlots {
    std::span<const Slot> slots;
    void erase_from(SlotSet& ready) const {
      for (const Slot slot : slots) ready.erase(slot);
    }
    bool any_in(const SlotSet& ready) const {
      return std::ranges::any_of(slots, [&](Slot slot) { return ready.contains(slot); });
    }
  };
  template <class Poll>
  bool spin(Poll poll);
  template <class Interest, class Poll>
  void sleep_for(Deadline deadline, const Interest& interest, Poll poll);
  Deadline next_look() const;
  bool sleep(Deadline deadline);
  bool sleep_on_door(Deadline deadline);

  NodeFiles files_;
  TableView table_;
  Pid me_;
  Owner owner_;
  Mapping own_box_;
  SleepsOn sleeps_on_;
  UniqueFd door_;
  std::atomic<bool> node_is_down_{false};
  Incarnation accept_from_ = 0;
  Slot supervisor_ = root_slot;

  std::vector<std::unique_ptr<Peer>> peers_;  // by slot, as far as slots were met; null: never met
  SlotSet ready_;     // rung and not looked at yet; private, so a crash must not lose them: see start_life()
  SlotSet deferred_;  // rung, but this process was out of files or memory: tried again after the next sleep
  Slot current_ = root_slot;   // whose turn it is
  std::size_t turn_left_ = 0;  // bytes
  unsigned turns_ = 0;
  Received received_;
  alignas(line_bytes) std::array<char, inline_max> received_bytes_;  // of a payload that is not large
  // Whose large payload is in the hands of the owner; null: nobody's. Its mapping stays whatever becomes of
  // the peer.
  Slot lender_ = root_slot;
  std::shared_ptr<ArenaReader> lent_;
  std::deque<Received> downs_;
  std::deque<Received> link_downs_;     // of monitors that are links
  std::deque<std::uint64_t> answered_;  // requests of which the outcome may have to be told
  bool suspended_ = false;
  bool keeps_exits_ = false;  // while suspended
  std::unordered_map<Slot, std::vector<Monitor>> monitors_;
  std::unordered_map<std::uint64_t, Slot> monitored_;  // by ref: where that monitor is
  // Monitored slots of which lives were seen over, up to this one: their rings get one more turn before that
  // is told.
  std::unordered_map<Slot, Incarnation> seen_over_;
  std::uint64_t last_ref_ = 0;
  std::uint64_t messages_in_ = 0;  // in this life, as the status page says
  std::uint64_t messages_out_ = 0;
  OpenRequests requests_;
  OpenRequest* awaited_ = nullptr;            // a call, or one of requests_, that is waited for just now
  std::array<char, inline_max> reply_bytes_;  // of the last call
  std::string large_reply_;                   // of the last call or request
  Spinner spinner_;                           // for messages and replies
  Spinner room_spinner_;                      // for room
  bool worked_since_spin_ = true;
  Clock::time_point looked_everywhere_;
  std::filesystem::file_time_type inbox_changed_{};
};

// True: what `poll` asks for is there. Spins only if something has happened since it last did so in vain.
template <class Poll>
bool Endpoint::spin(Poll poll) {
  return std::exchange(worked_since_spin_, false) && spinner_.spin(poll);
}

// Sleeps unless `poll` says, after all bits were taken, that what the caller waits for is there already.
// `interest` is whose bits end the wait; of single slots, which the caller has just looked at.
template <class Interest, class Poll>
void Endpoint::sleep_for(Deadline deadline, const Interest& interest, Poll poll) {
  interest.erase_from(ready_);
  collect();
  if (poll() || interest.any_in(ready_)) return;

  const Deadline backstop = next_look();
  const bool in_time = sleep(std::min(deadline, backstop));
  const bool rung = anything_rung(bell());
  collect();
  // Woken by nobody's bit: the bits may have been wiped out, by a vandal or by the death of whoever was to
  // set them.
  if ((in_time && !rung) || Clock::now() >= backstop) look_everywhere();
}

}  // namespace ninelives::ipc
