// Calling: one request, and what becomes of it. The caller alone finds out, from the server's ring and from
// words that the server and its supervisor have written.
#include "ipc/endpoint.hpp"
#include "ipc/judge.hpp"

namespace ninelives::ipc {

struct Endpoint::PendingCall {
  Owner server;
  std::uint64_t ref = 0;
  Request request = {};
  std::uint64_t ring_id = 0;    // of the server's ring that was looked at
  std::uint64_t looked_to = 0;  // in it: no reply to this call before that position
};

namespace {

std::unexpected<CallError> failed(CallError::Kind kind, std::string text) {
  return std::unexpected(CallError{kind, std::move(text)});
}

}  // namespace

// Looks through what the server has sent, without taking it: in a server, messages that came before the reply
// are handled after the present one. Only what stands first and is no message of theirs is taken at once.
std::optional<Endpoint::Outcome> Endpoint::find_reply(PendingCall& call) {
  if (!open_incoming(call.server.slot)) {
    return failed(CallError::Kind::no_space,
                  "this process is out of files or memory: it cannot look for the reply");
  }
  RingReader* ring = incoming(call.server.slot);
  if (!ring) return std::nullopt;
  if (std::exchange(call.ring_id, ring->ring_id()) != ring->ring_id()) call.looked_to = 0;
  call.looked_to = std::max(call.looked_to, ring->cursor());
  const std::uint64_t begin = call.looked_to;
  bool took = false;
  std::optional<Outcome> outcome;
  while (!outcome && call.looked_to - begin < ring_capacity) {
    const auto record = ring->look(call.looked_to);
    if (!record) break;
    const bool is_reply = record->kind == Kind::reply || record->kind == Kind::refusal;
    const bool answers = is_reply && record->ref == call.ref && record->dest_inc == me_.incarnation &&
                         record->src_inc >= call.request.dest_inc;
    const FoundPayload reply = answers ? keep_reply(call.server.slot, *record) : FoundPayload();
    const bool is_first = call.looked_to == ring->cursor();
    call.looked_to = record->end;
    if (is_first && is_reply) {
      finish(call.server.slot, *ring, *record);
      took = true;
    }
    if (!answers) continue;
    worked_since_spin_ = true;
    if (!reply) {
      outcome = failed(CallError::Kind::no_space, "the reply is lost: its file is gone, or cannot be opened");
      break;
    }
    outcome = record->kind == Kind::reply ? Outcome(*reply)
                                          : failed(CallError::Kind::bad_message, std::string(*reply));
  }
  // More than a ring holds: it goes round in circles.
  if (call.looked_to > ring->cursor() && call.looked_to - ring->cursor() > ring_capacity) ring->close();
  if (took) offer_room(call.server.slot);  // the server may have more replies than there was room for
  return outcome;
}

// The end of the call, if it can be told. What is put into words is put there only then: a call that ends in
// its reply comes through here too.
std::optional<Endpoint::Outcome> Endpoint::settle(PendingCall& call) {
  if (auto reply = find_reply(call)) return reply;
  const Slot server = call.server.slot;
  const Entry& entry = peer(server).box->entry(me_.slot);
  if (entry.ring_id.load(std::memory_order::acquire) == call.request.ring_id &&
      entry.cursor.load(std::memory_order::acquire) == cursor_closed) {
    return failed(CallError::Kind::refused,
                  table_.in_words(server) + " has closed the ring from this process");
  }
  const Judgement judgement = judge(call.request, table_.row(server), entry);
  if (judgement.fate == Judgement::Fate::undecided) {
    const RingReader* ring = incoming(server);
    if (!ring || !ring->closed()) return std::nullopt;
    return failed(CallError::Kind::bad_message, "what " + table_.in_words(server) + " sends makes no sense");
  }
  // The last word that was read is younger than everything that life has done: if it has replied, it is there
  // now.
  if (auto reply = find_reply(call)) return reply;
  ExitReason reason = table_.reason({server, judgement.life});
  std::string text = table_.in_words(server) + " went down during the call: " + ninelives::to_string(reason);
  return std::unexpected(CallError{CallError::Kind::down, std::move(text), std::move(reason)});
}

std::expected<std::string_view, CallError> Endpoint::call(const Owner& to, std::uint32_t message,
                                                          const Payload& payload,
                                                          std::chrono::nanoseconds patience) {
  if (to == owner_)
    return failed(CallError::Kind::calling_self, "a process that calls itself would wait for ever");
  PendingCall call{.server = to, .ref = ++last_ref_};
  Patience lasting(patience);
  bool server_was_woken = false;
  auto sent = send_to({to}, {Kind::call, call.ref, message, payload}, lasting, server_was_woken);
  if (!sent) return std::unexpected(to_call_error(std::move(sent.error())));
  call.request = {to.owner_inc, sent->dest_inc, peer(to.slot).out->ring_id(), sent->position};
  auto outcome = await_outcome(call, lasting, server_was_woken);
  ready_.insert(to.slot);  // its bit was taken for this call; there may be messages besides the reply
  return outcome;
}

// A server that had to be woken needs a core, perhaps this one: whoever spins for its reply keeps it away, or
// has the kernel move it to another core, which takes longer than to sleep and be woken.
Endpoint::Outcome Endpoint::await_outcome(PendingCall& call, Patience& patience, bool server_was_woken) {
  const Slot server = call.server.slot;
  auto has_more = [&] {
    const RingReader* ring = incoming(server);
    return ring && ring->has_record_at(call.looked_to);
  };
  for (;;) {
    worked_since_spin_ = true;  // there is something to spin for: the reply
    const bool found = server_was_woken ? has_more() : spin(has_more);
    if (auto outcome = settle(call)) return std::move(*outcome);
    if (found && !patience.is_over()) continue;
    if (node_is_down()) return failed(CallError::Kind::noproc, "the node has ended");
    if (patience.is_over()) {
      return failed(CallError::Kind::timeout, table_.in_words(server) + " did not reply in time");
    }
    sleep_for(patience.deadline(), server, has_more);
  }
}

}  // namespace ninelives::ipc
