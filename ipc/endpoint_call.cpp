// Calling: one request, and what becomes of it. The caller alone finds out, from the server's ring and from
// words that the server and its supervisor have written.
#include <cstring>

#include "ipc/endpoint.hpp"
#include "ipc/judge.hpp"

namespace ninelives::ipc {
namespace {

std::unexpected<CallError> failed(CallError::Kind kind, std::string text) {
  return std::unexpected(CallError{kind, std::move(text)});
}

}  // namespace

std::expected<std::string_view, CallError> Endpoint::call(const Owner& to, std::uint32_t message,
                                                          const Payload& payload,
                                                          std::chrono::nanoseconds patience, Kind kind,
                                                          Incarnation life) {
  OpenRequest call{.server = to, .life = life, .ref = ++last_ref_, .is_call = true};
  Patience lasting(patience);
  const bool server_was_woken = begin_request(call, {kind, call.ref, message, payload}, lasting);
  if (!call.outcome) await_outcome(call, lasting, server_was_woken);
  if (!call.outcome)
    return failed(CallError::Kind::timeout, table_.in_words(to.slot) + " did not reply in time");
  return std::move(*call.outcome);
}

// True: its server had to be woken. What cannot be sent has its outcome at once.
bool Endpoint::begin_request(OpenRequest& open, const Message& message, Patience& patience) {
  const Owner& to = open.server;
  if (to == owner_) {
    open.outcome = failed(CallError::Kind::calling_self, "a process that calls itself would wait for ever");
    return false;
  }
  bool server_was_woken = false;
  auto sent = send_to({to, open.life}, message, patience, server_was_woken);
  if (!sent) {
    open.outcome = std::unexpected(to_call_error(std::move(sent.error())));
    return false;
  }
  open.request = {.owner_inc = to.owner_inc,
                  .dest_inc = sent->dest_inc,
                  .ring_id = peer(to.slot).out->ring_id(),
                  .position = sent->position,
                  .for_one_life = open.life != 0 || !may_be_for_next_life(message.kind),
                  .overtakes = !may_be_for_next_life(message.kind)};
  return server_was_woken;
}

// ---- replies

// Whose reply that is; null: nobody's, or nobody's any more.
OpenRequest* Endpoint::find_request(Slot from, const RecordView& record) {
  if (record.dest_inc != me_.incarnation) return nullptr;
  OpenRequest* open = awaited_ && awaited_->ref == record.ref ? awaited_ : requests_.find(record.ref);
  const bool answers =
      open && open->server == Owner{from, known(from)->in_owner} && record.src_inc >= open->request.dest_inc;
  return answers ? open : nullptr;
}

// The reply is the caller's own, whatever else it does meanwhile.
Endpoint::FoundPayload Endpoint::keep_reply(OpenRequest& open, const RecordView& record) {
  const auto found = find_payload(open.server.slot, record);
  if (!found) return found;
  if (!open.is_call) return open.bytes.assign(*found);
  if (record.in_arena) return large_reply_.assign(*found);
  std::memcpy(reply_bytes_.data(), found->data(), found->size());
  return std::string_view(reply_bytes_.data(), found->size());
}

void Endpoint::answer(OpenRequest& open, Kind kind, const FoundPayload& reply) {
  worked_since_spin_ = true;
  if (!reply) {
    open.outcome =
        failed(CallError::Kind::no_space, "the reply is lost: its file is gone, or cannot be opened");
  } else if (kind == Kind::reply) {
    open.outcome = *reply;
  } else {
    open.outcome = failed(CallError::Kind::bad_message, std::string(*reply));
  }
}

// Looks through what the server has sent, without taking it: in a server, messages that came before the reply
// are handled after the present one. Only what stands first and is no message of theirs is taken at once. On
// its way it hands out the replies to other requests: nobody looks at the same record twice.
void Endpoint::look_for_reply(OpenRequest& wanted) {
  const Slot server = wanted.server.slot;
  if (!open_incoming(server)) {
    wanted.outcome = failed(CallError::Kind::no_space,
                            "this process is out of files or memory: it cannot look for the reply");
    return;
  }
  RingReader* ring = incoming(server);
  if (!ring) return;
  std::uint64_t& looked_to = known(server)->looked_for_replies_to;
  looked_to = std::max(looked_to, ring->cursor());
  const std::uint64_t begin = looked_to;
  bool took = false;
  while (!wanted.outcome && looked_to - begin < ring_capacity) {
    const auto record = ring->look(looked_to);
    if (!record) break;
    const bool is_first = looked_to == ring->cursor();
    looked_to = record->end;
    if (!is_reply(record->kind)) continue;
    OpenRequest* open = find_request(server, *record);
    if (open && !open->outcome) answer(*open, record->kind, keep_reply(*open, *record));
    if (!is_first) continue;
    finish(server, *ring, *record);
    took = true;
    if (open) announce(*open);
  }
  // More than a ring holds: it goes round in circles.
  if (looked_to > ring->cursor() && looked_to - ring->cursor() > ring_capacity) ring->close();
  if (took) offer_room(server);  // the server may have more replies than there was room for
}

bool Endpoint::has_more_replies(Slot server) const {
  const RingReader* ring = incoming(server);
  return ring && ring->has_record_at(std::max(known(server)->looked_for_replies_to, ring->cursor()));
}

// ---- what becomes of it

// The end of the request, if it can be told.
void Endpoint::settle(OpenRequest& open) {
  if (open.outcome) return;
  look_for_reply(open);
  if (open.outcome) return;
  auto verdict = judge_request(open);
  if (!verdict) return;
  // The last word that was read is younger than everything that life has done: if it has replied, it is there
  // now.
  look_for_reply(open);
  if (!open.outcome) open.outcome = std::unexpected(std::move(*verdict));
}

// Why there will be no reply, if that can be told; but for one that is there already.
std::optional<CallError> Endpoint::judge_request(const OpenRequest& open) const {
  const Slot server = open.server.slot;
  const Peer* peer = known(server);
  if (!peer || !peer->box || peer->owner != open.server) {
    return went_down(server, {Judgement::Fate::down, open.request.dest_inc});  // the slot has another owner
  }
  const Entry& entry = peer->box->entry(me_.slot);
  const bool is_closed = entry.ring_id.load(std::memory_order::acquire) == open.request.ring_id &&
                         entry.cursor.load(std::memory_order::acquire) == cursor_closed;
  const bool was_replaced = peer->out && peer->out->ring_id() != open.request.ring_id;
  if (is_closed || was_replaced) {
    return CallError{CallError::Kind::refused,
                     table_.in_words(server) + " has closed the ring from this process"};
  }
  const Judgement judgement = judge(open.request, table_.row(server), entry);
  if (judgement.fate != Judgement::Fate::undecided) return went_down(server, judgement);
  const RingReader* ring = incoming(server);
  if (!ring || !ring->closed()) return std::nullopt;
  return CallError{CallError::Kind::bad_message, "what " + table_.in_words(server) + " sends makes no sense"};
}

CallError Endpoint::went_down(Slot server, const Judgement& judgement) const {
  ExitReason reason = table_.reason({server, judgement.life});
  const bool is_dropped = judgement.fate == Judgement::Fate::dropped;
  std::string text =
      table_.in_words(server) +
      (is_dropped ? " went down before it had taken the call: " : " went down during the call: ") +
      ninelives::to_string(reason);
  return {is_dropped ? CallError::Kind::dropped : CallError::Kind::down, std::move(text), std::move(reason)};
}

// Until it has its outcome, or patience is over.
void Endpoint::await_outcome(OpenRequest& open, Patience& patience, bool server_was_woken) {
  awaited_ = &open;
  const Slot server = open.server.slot;
  auto has_more = [&] { return has_more_replies(server); };
  for (;;) {
    worked_since_spin_ = true;  // there is something to spin for: the reply
    // A server that had to be woken needs a core, perhaps this one: whoever spins for its reply keeps it
    // away, or has the kernel move it to another core, which takes longer than to sleep and be woken.
    const bool found = server_was_woken ? has_more() : spin(has_more);
    settle(open);
    if (open.outcome) break;
    if (found && !patience.is_over()) continue;
    if (node_is_down()) open.outcome = failed(CallError::Kind::noproc, "the node has ended");
    if (open.outcome || patience.is_over()) break;
    sleep_for(patience.deadline(), OneSlot{server}, has_more);
  }
  awaited_ = nullptr;
  ready_.insert(server);  // its bit was taken for this request; there may be messages besides the reply
}

}  // namespace ninelives::ipc
