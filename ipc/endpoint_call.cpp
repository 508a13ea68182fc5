// Calling: one request, and what becomes of it. The caller alone finds out, from the server's ring and from words that
// the server and its supervisor have written.
#include "ipc/endpoint.hpp"
#include "ipc/judge.hpp"

namespace ninelives::ipc {

struct Endpoint::PendingCall {
  Owner server;
  std::uint64_t ref = 0;
  Request request;
  std::uint64_t looked_to = 0;  // in the server's ring: no reply to this call before that position
};

using Outcome = std::expected<std::string, CallError>;

namespace {

std::unexpected<CallError> failed(CallError::Kind kind, std::string text) {
  return std::unexpected(CallError{kind, std::move(text)});
}

}  // namespace

// Looks through what the server has sent, without taking it: in a server, messages that came before the reply are
// handled after the present one. Only what stands first and is no message of theirs is taken at once.
std::optional<Outcome> Endpoint::find_reply(PendingCall& call) {
  if (!open_incoming(call.server.slot)) return std::nullopt;
  RingReader* ring = incoming(call.server.slot);
  if (!ring) return std::nullopt;
  call.looked_to = std::max(call.looked_to, ring->cursor());
  while (auto record = ring->look(call.looked_to)) {
    const bool is_reply = record->kind == Kind::reply || record->kind == Kind::refusal;
    const bool answers = is_reply && record->ref == call.ref && record->dest_inc == me_.incarnation &&
                         record->src_inc >= call.request.dest_inc;
    std::string payload = answers ? std::string(record->payload, record->bytes) : std::string();
    const bool is_first = call.looked_to == ring->cursor();
    call.looked_to = record->end;
    if (is_first && is_reply) ring->take(*record);
    if (!answers) continue;
    worked_since_spin_ = true;
    if (record->kind == Kind::reply) return payload;
    return failed(CallError::Kind::bad_message, std::move(payload));
  }
  return std::nullopt;
}

// The end of the call, if it can be told. What is put into words is put there only then: a call that ends in its reply
// comes through here too.
std::optional<Outcome> Endpoint::settle(PendingCall& call) {
  if (auto reply = find_reply(call)) return reply;
  const Slot server = call.server.slot;
  const Entry& entry = peer(server).box->entry(me_.slot);
  if (entry.ring_id.load(std::memory_order::acquire) == call.request.ring_id &&
      entry.cursor.load(std::memory_order::acquire) == cursor_closed) {
    return failed(CallError::Kind::refused, '"' + table_.name(server) + "\" has closed the ring from this process");
  }
  const Judgement judgement = judge(call.request, table_.row(server), entry);
  if (judgement.fate == Judgement::Fate::undecided) {
    const RingReader* ring = incoming(server);
    if (!ring || !ring->closed()) return std::nullopt;
    return failed(CallError::Kind::bad_message, "what \"" + table_.name(server) + "\" sends makes no sense");
  }
  // The last word that was read is younger than everything that life has done: if it has replied, it is there now.
  if (auto reply = find_reply(call)) return reply;
  ExitReason reason = table_.reason({server, judgement.life});
  std::string text = '"' + table_.name(server) + "\" went down during the call: " + ninelives::to_string(reason);
  return std::unexpected(CallError{CallError::Kind::down, std::move(text), std::move(reason)});
}

Outcome Endpoint::call(const Owner& to, std::uint32_t message, std::string_view payload, Deadline deadline) {
  if (to == owner_) return failed(CallError::Kind::calling_self, "a process that calls itself would wait for ever");
  PendingCall call{.server = to, .ref = ++last_ref_, .request = {}, .looked_to = 0};
  auto sent = send(to, {Kind::call, call.ref, message, payload}, deadline);
  if (!sent) return std::unexpected(to_call_error(std::move(sent.error())));
  call.request = {to.owner_inc, sent->dest_inc, peer(to.slot).out->ring_id(), sent->position};
  auto outcome = await_outcome(call, deadline);
  ready_.insert(to.slot);  // its bit was taken for this call; there may be messages besides the reply
  return outcome;
}

Outcome Endpoint::await_outcome(PendingCall& call, Deadline deadline) {
  const Slot server = call.server.slot;
  for (;;) {
    if (auto outcome = settle(call)) return std::move(*outcome);
    if (node_is_down_) return failed(CallError::Kind::noproc, "the node has ended");
    if (Clock::now() >= deadline) {
      return failed(CallError::Kind::timeout, '"' + table_.name(server) + "\" did not reply in time");
    }
    worked_since_spin_ = true;  // there is something to spin for: the reply
    wait_for(deadline, server, [&] {
      const RingReader* ring = incoming(server);
      return ring ? ring->has_record_at(call.looked_to) : anything_rung(bell());
    });
  }
}

}  // namespace ninelives::ipc
