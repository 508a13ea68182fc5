// Requests: calls that are waited for later, or not at all; OTP's send_request. What a call does while it
// waits is in endpoint_call.cpp.
#include "ipc/endpoint.hpp"

namespace ninelives::ipc {

std::uint64_t Endpoint::send_request(const Owner& to, std::uint32_t message, const Payload& payload,
                                     std::chrono::nanoseconds patience, Kind kind, Incarnation life) {
  OpenRequest open{.server = to, .life = life, .ref = ++last_ref_};
  Patience lasting(patience);
  begin_request(open, {kind, open.ref, message, payload}, lasting);
  return keep_request(std::move(open));
}

std::uint64_t Endpoint::add_failed_request(CallError error) {
  return keep_request({.server = {}, .ref = ++last_ref_, .outcome = std::unexpected(std::move(error))});
}

std::uint64_t Endpoint::keep_request(OpenRequest open) {
  const OpenRequest& kept = requests_.add(std::move(open));
  if (kept.outcome) announce(kept);
  return kept.ref;
}

std::optional<Outcome> Endpoint::wait_response(std::uint64_t request, std::chrono::nanoseconds patience) {
  OpenRequest* open = requests_.find(request);
  if (!open) return no_such_request();
  Patience lasting(patience);
  if (!open->outcome) await_outcome(*open, lasting, false);
  if (!open->outcome) return std::nullopt;
  return take_outcome(request);
}

std::optional<Outcome> Endpoint::check_response(std::uint64_t request) {
  OpenRequest* open = requests_.find(request);
  if (!open) return no_such_request();
  settle(*open);
  if (!open->outcome) return std::nullopt;
  return take_outcome(request);
}

void Endpoint::abandon(std::uint64_t request) {
  if (requests_.find(request)) forget_request(request);
}

std::optional<std::uint64_t> Endpoint::wait_any(std::span<const std::uint64_t> requests,
                                                std::chrono::nanoseconds patience) {
  const std::vector<Slot> servers = servers_of(requests);
  Patience lasting(patience);
  const auto ended = await_any(requests, servers, lasting);
  for (const Slot server : servers) ready_.insert(server);  // as for one
  return ended;
}

// Who waits for many does not spin: to poll all their rings takes longer than most replies.
std::optional<std::uint64_t> Endpoint::await_any(std::span<const std::uint64_t> requests,
                                                 std::span<const Slot> servers, Patience& patience) {
  constexpr std::size_t most_to_spin_for = 8;
  auto has_more = [&] {
    return std::ranges::any_of(servers, [this](Slot server) { return has_more_replies(server); });
  };
  for (;;) {
    worked_since_spin_ = true;
    const bool found = servers.size() > most_to_spin_for ? has_more() : spin(has_more);
    if (const auto ended = first_ended(requests)) return ended;
    if (found && !patience.is_over()) continue;
    if (requests.empty() || patience.is_over()) return std::nullopt;
    sleep_for(patience.deadline(), SomeSlots{servers}, has_more);
  }
}

std::vector<Slot> Endpoint::servers_of(std::span<const std::uint64_t> requests) {
  std::vector<Slot> servers;
  for (const std::uint64_t request : requests) {
    if (const OpenRequest* open = requests_.find(request)) servers.push_back(open->server.slot);
  }
  std::ranges::sort(servers);
  const auto again = std::ranges::unique(servers);
  servers.erase(again.begin(), again.end());
  return servers;
}

// One that is unknown has ended, too: whoever asks for its outcome is told so.
std::optional<std::uint64_t> Endpoint::first_ended(std::span<const std::uint64_t> requests) {
  for (const std::uint64_t request : requests) {
    OpenRequest* open = requests_.find(request);
    if (!open) return request;
    const bool had_ended = open->outcome.has_value();
    settle(*open);
    if (!open->outcome && node_is_down()) {
      open->outcome = std::unexpected(CallError{CallError::Kind::noproc, "the node has ended"});
    }
    if (!open->outcome) continue;
    if (!had_ended) announce(*open);  // its owner may take it now, or hear of it later
    return request;
  }
  return std::nullopt;
}

Outcome Endpoint::no_such_request() {
  return std::unexpected(CallError{CallError::Kind::noproc,
                                   "there is no such request: its outcome was taken, or it was abandoned"});
}

Outcome Endpoint::take_outcome(std::uint64_t request) {
  OpenRequest done = forget_request(request);
  if (!done.outcome->has_value()) return std::move(*done.outcome);
  large_reply_ = std::move(done.bytes);
  return large_reply_;
}

OpenRequest Endpoint::forget_request(std::uint64_t request) {
  OpenRequest done = requests_.take(request);
  std::erase(answered_, request);  // a client never asks next()
  const Slot server = done.server.slot;
  if (known(server) && !requests_.any_to(server)) ready_.insert(server);  // nothing may hold on to that peer
  return done;
}

// ---- for a server, which hears of its requests as of its messages

// Nobody waits for it just now: next() tells.
void Endpoint::announce(const OpenRequest& open) {
  if (&open != awaited_ && !open.told) answered_.push_back(open.ref);
}

const Received* Endpoint::tell_outcome(OpenRequest& open, Incarnation life) {
  open.told = true;
  received_ = {.kind = Kind::reply, .from = {open.server.slot, life}, .ref = open.ref};
  return &received_;
}

const Received* Endpoint::next_announced() {
  while (!answered_.empty()) {
    OpenRequest* open = requests_.find(answered_.front());
    answered_.pop_front();
    if (open && !open->told) return tell_outcome(*open, open->request.dest_inc);
  }
  return nullptr;
}

// A reply that the cursor has come to. It may have been found before, by somebody who looked ahead; its
// server hears of it here, in its place among the messages of its sender.
Endpoint::Found Endpoint::receive_reply(Slot from, const RecordView& record) {
  OpenRequest* open = find_request(from, record);
  if (!open || open->told) return Found::nothing;
  if (!open->outcome) {
    const FoundPayload reply = keep_reply(*open, record);
    if (!reply && reply.error() == NoPayload::not_now) return Found::not_now;
    answer(*open, record.kind, reply);
  }
  tell_outcome(*open, record.src_inc);
  return Found::something;
}

// At the end of a turn. What ends without a reply is told after the last message of its server, as a down is:
// its ring gets one more turn.
void Endpoint::settle_requests(Slot slot) {
  if (!requests_.any_to(slot)) return;
  const RingReader* ring = incoming(slot);
  const bool is_cut_off = !ring || ring->closed();
  requests_.for_each_to(slot, [&](OpenRequest& open) {
    if (open.outcome) {
      if (is_cut_off) announce(open);  // the cursor does not come to its reply any more
      return;
    }
    if (!judge_request(open)) return;
    if (!std::exchange(open.seen_over, true)) {
      ready_.insert(slot);
      return;
    }
    settle(open);
    if (open.outcome) announce(open);
  });
}

}  // namespace ninelives::ipc
