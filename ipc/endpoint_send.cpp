// Sending: first contact, room, commit, bell. Replies never wait.
#include "ipc/endpoint.hpp"
#include "ipc/poison.hpp"
#include "ipc/ring_file.hpp"

namespace ninelives::ipc {
namespace {

std::unexpected<SendError> refuse(SendError::Kind kind, std::string text) {
  return std::unexpected(SendError{kind, std::move(text)});
}

std::unexpected<SendError> noproc(const TableView& table, const Owner& to) {
  const bool is_there = table.owner_inc(to.slot) == to.owner_inc;
  return refuse(SendError::Kind::noproc,
                (is_there ? table.in_words(to.slot) : "that process") + " is not running");
}

bool has_mailbox(RowType type) {
  return type == RowType::worker || type == RowType::guest || type == RowType::supervisor;
}

}  // namespace

// Step 0. While a slot that keeps its mailbox is restarting, messages wait for its next life.
std::expected<Incarnation, SendError> Endpoint::check_row(const Owner& to) const {
  if (table_.owner_inc(to.slot) != to.owner_inc) return noproc(table_, to);
  const RowWord word = table_.state(to.slot);
  const bool restarts = word.state == RowState::restarting && table_.row(to.slot).keeps_mailbox.load() != 0;
  if (!word.is_alive() && !restarts) return noproc(table_, to);
  return word.incarnation;
}

// What is for one life alone needs that very life, alive.
std::expected<Incarnation, SendError> Endpoint::check_row(const Destination& to, Kind kind) const {
  auto dest_inc = check_row(to.owner);
  if (!dest_inc) return dest_inc;
  if (to.life == 0 && may_be_for_next_life(kind)) return dest_inc;
  const bool is_over = table_.state(to.owner.slot).is_over(*dest_inc);
  if (!is_over && (to.life == 0 || *dest_inc == to.life)) return dest_inc;
  return refuse(SendError::Kind::noproc,
                "that life of " + table_.in_words(to.owner.slot) + " is not, or no longer, running");
}

std::expected<Peer*, SendError> Endpoint::connect(const Owner& to) {
  Peer& found = peer(to.slot);
  if (found.out && found.owner == to) return &found;
  if (auto alive = check_row(to); !alive) return std::unexpected(alive.error());
  if (!has_mailbox(table_.row(to.slot).type.load())) {
    return refuse(SendError::Kind::noproc, table_.in_words(to.slot) + " is a program: it has no mailbox");
  }
  if (auto made = first_contact(found, to); !made) {
    found.out.reset();
    found.box.reset();
    if (made.error().number == ENOENT) return noproc(table_, to);
    return refuse(SendError::Kind::no_space, made.error().text);
  }
  return &found;
}

// The order matters to whoever must clean up or repeat this after a kill at any point: the out bit first, so
// that the supervisor knows whom to tell of my death; memory for the receiver's word about the ring before
// anybody reads it; then the ring; the watchers bit before anything can be waited for.
Result<void> Endpoint::first_contact(Peer& peer, const Owner& to) {
  if (peer.owner != to) peer.forget_way_to();
  peer.owner = to;
  status().out[to.slot / 64].fetch_or(std::uint64_t{1} << (to.slot % 64), std::memory_order::seq_cst);
  auto box = BoxView::open_for(me_.slot, files_, to);
  if (!box) return std::unexpected(box.error());
  auto ring = make_or_adopt_ring(files_, owner_, to, me_.incarnation, box->entry(me_.slot));
  if (!ring) return std::unexpected(ring.error());
  watch(box->bell(), me_.slot);
  peer.box.emplace(std::move(*box));
  peer.out.emplace(std::move(*ring));
  peer.seen_cursor = 0;
  peer.arena_out.reset();
  const bool is_adopted = peer.out->ring_id() != me_.incarnation;
  if (is_adopted) {
    peer.former_lives_end = peer.out->tail();
    look_at_cursor(peer);
  } else if (me_.incarnation > owner_.owner_inc) {
    remove_arenas(files_, owner_, to, 0);  // their ring was refused
  }
  return {};
}

// The cursor decides, and not what was let go of: whoever takes a record has opened its arena before, and
// needs the name no more. A small record may be the last, and nobody lets go of that.
void Endpoint::remove_former_arenas(Peer& peer) const {
  if (!peer.former_lives_end || peer.seen_cursor < *peer.former_lives_end) return;
  remove_arenas(files_, owner_, peer.owner, me_.incarnation);
  peer.former_lives_end.reset();
}

Endpoint::Appended Endpoint::append(Peer& peer, const Message& message, const Recipient& recipient) {
  const bool is_large = message.payload.size() > inline_max;
  // The receiver's cursor is its own line: looked at only when the last known one does not do.
  if (is_large || peer.out->enters_new_page(message.payload.size())) look_at_cursor(peer);
  auto position = append_now(peer, message, recipient);
  if (!position && position.error() == RingWriter::Refusal::full) {
    look_at_cursor(peer);
    position = append_now(peer, message, recipient);
  }
  if (position) count_out(message.kind);
  return position;
}

void Endpoint::look_at_cursor(Peer& peer) const {
  const Entry& entry = peer.box->entry(me_.slot);
  if (entry.ring_id.load(std::memory_order::acquire) == peer.out->ring_id()) {
    peer.seen_cursor = entry.cursor.load(std::memory_order::seq_cst);
    if (peer.arena_out) peer.arena_out->released(entry.released.load(std::memory_order::seq_cst));
  }
  remove_former_arenas(peer);
}

Endpoint::Appended Endpoint::append_now(Peer& peer, const Message& message,
                                        const Recipient& recipient) const {
  const RecordFields fields{.kind = message.kind,
                            .src_inc = me_.incarnation,
                            .dest_inc = recipient.life,
                            .ref = message.ref,
                            .message = is_signal(message.kind) ? signal_id(message.kind) : message.message,
                            .for_one_life = recipient.alone};
  if (message.payload.size() > inline_max) return append_large(peer, fields, message.payload);
  return peer.out->append(fields, message.payload, peer.seen_cursor);
}

// The payload is whole before the record that speaks of it can be seen.
Endpoint::Appended Endpoint::append_large(Peer& peer, RecordFields fields, const Payload& payload) const {
  if (!peer.out->has_room(sizeof(ArenaPart), peer.seen_cursor))
    return std::unexpected(RingWriter::Refusal::full);
  if (!peer.arena_out) {
    if (!make_arena(peer)) return std::unexpected(RingWriter::Refusal::no_space);
  }
  const auto part = peer.arena_out->find_room(payload.size());
  if (!part) return std::unexpected(part.error());
  payload.write_to(peer.arena_out->at(*part));
  fields.in_arena = true;
  const std::string_view record(reinterpret_cast<const char*>(&*part), sizeof(ArenaPart));
  auto position = peer.out->append(fields, record, peer.seen_cursor);
  if (position) peer.arena_out->commit(*part, *position);
  return position;
}

Result<void> Endpoint::make_arena(Peer& peer) const {
  auto arena = ArenaWriter::make(files_, {owner_, me_.incarnation}, peer.owner);
  if (!arena) return std::unexpected(arena.error());
  peer.arena_out.emplace(std::move(*arena));
  return {};
}

// Steps 4 and 5. The bits may be left alone while both levels are still set; the two words that say how the
// receiver sleeps are looked at always.
bool Endpoint::ring_for_message(Peer& peer) {
  if (!bit_is_set(peer.box->bell(), me_.slot)) set_bit(peer.box->bell(), me_.slot);
  return peer.box->ring(files_);
}

void Endpoint::ring_always(Peer& peer) {
  set_bit(peer.box->bell(), me_.slot);
  peer.box->ring(files_);
}

std::expected<Sent, SendError> Endpoint::append_or_wait(Peer& peer, const Destination& to,
                                                        const Message& message, Patience& patience) {
  for (;;) {
    auto dest_inc = check_row(to, message.kind);
    if (!dest_inc) return std::unexpected(dest_inc.error());
    const bool closed = peer.seen_cursor == cursor_closed;
    if (closed && peer.out->ring_id() != me_.incarnation) {
      // What an earlier life wrote into it made no sense, and that was found out only now: another ring.
      if (auto made = first_contact(peer, to.owner); !made)
        return refuse(SendError::Kind::no_space, made.error().text);
      continue;
    }
    if (closed) {
      return refuse(SendError::Kind::refused,
                    table_.in_words(to.owner.slot) + " has closed the ring from this process");
    }
    auto position = append(peer, message, {*dest_inc, to.life != 0});
    if (position) return Sent{*dest_inc, *position};
    if (position.error() == RingWriter::Refusal::no_space) {
      return refuse(SendError::Kind::no_space,
                    "the tmpfs of node " + std::string(table_.node()) + " is full");
    }
    if (!peer.out->wants_room()) {
      peer.out->want_room(
          true);  // and look again: the receiver looks at this word after it has moved its cursor
      continue;
    }
    if (node_is_down() || patience.is_over()) {
      return refuse(SendError::Kind::mailbox_full,
                    "the mailbox of " + table_.in_words(to.owner.slot) + " is full");
    }
    wait_for_room(peer, patience.deadline());
  }
}

// While it spins it waits for much room: who goes on at the first free record meets the receiver at every one
// of the next, and the line with the cursor goes back and forth between the two for each.
void Endpoint::wait_for_room(Peer& peer, Deadline deadline) {
  const Entry& entry = peer.box->entry(me_.slot);
  auto cursor = [&] {
    const bool knows_ring = entry.ring_id.load(std::memory_order::acquire) == peer.out->ring_id();
    return knows_ring ? entry.cursor.load(std::memory_order::seq_cst) : peer.seen_cursor;
  };
  auto has_moved = [&] { return cursor() != peer.seen_cursor; };
  auto has_moved_far = [&] { return cursor() + ring_capacity / 2 >= peer.out->tail() && has_moved(); };
  if (!room_spinner_.spin(has_moved_far) && !has_moved())
    sleep_for(deadline, OneSlot{peer.owner.slot}, has_moved);
}

std::expected<Sent, SendError> Endpoint::send(const Owner& to, const Message& message,
                                              std::chrono::nanoseconds patience) {
  Patience lasting(patience);
  bool receiver_was_woken = false;
  return send_to({to}, message, lasting, receiver_was_woken);
}

std::expected<Sent, SendError> Endpoint::send(const Pid& to, const Message& message,
                                              std::chrono::nanoseconds patience) {
  const Owner owner{to.slot, table_.owner_inc(to.slot)};
  if (owner.owner_inc == 0 || to.incarnation < owner.owner_inc) return noproc(table_, {to.slot, 0});
  Patience lasting(patience);
  bool receiver_was_woken = false;
  return send_to({owner, to.incarnation}, message, lasting, receiver_was_woken);
}

std::expected<Sent, SendError> Endpoint::send_to(const Destination& to, const Message& message,
                                                 Patience& patience, bool& receiver_was_woken) {
  if (is_poisoned()) {
    return refuse(SendError::Kind::noproc, "a forked child of a process has no mailbox of its own");
  }
  if (message.payload.size() > payload_max) {
    return refuse(SendError::Kind::too_large, "a message of " + std::to_string(message.payload.size()) +
                                                  " bytes is too large: the limit is " +
                                                  std::to_string(payload_max));
  }
  auto peer = connect(to.owner);
  if (!peer) return std::unexpected(peer.error());
  auto sent = append_or_wait(**peer, to, message, patience);
  if ((*peer)->out->wants_room()) {
    if ((*peer)->replies.empty()) (*peer)->out->want_room(false);
    ready_.insert(to.owner.slot);  // its bit was taken while waiting, and may have meant more than room
  }
  if (sent) receiver_was_woken = ring_for_message(**peer);
  return sent;
}

void Endpoint::reply(const Pid& to, Kind kind, std::uint64_t ref, std::string_view payload) {
  if (is_poisoned() || !table_.has(to.slot)) return;
  if (payload.size() > payload_max) {
    kind = Kind::refusal;
    payload = "the reply is larger than a message may be";
  }
  Peer& peer = this->peer(to.slot);
  const bool is_next = peer.out && peer.replies.empty() && peer.owner.owner_inc == table_.owner_inc(to.slot);
  if (is_next && table_.state(to.slot).incarnation == to.incarnation &&
      append(peer, {kind, ref, 0, payload}, {to.incarnation})) {
    ring_for_message(peer);
    return;
  }
  // A caller takes its replies. One that lets so many lie must not eat our memory: its ring is closed, which
  // ends its calls.
  constexpr std::size_t most_replies_kept = 4096;  // more than requests fit into its ring
  if (peer.replies.size() >= most_replies_kept) {
    peer.replies.clear();
    if (peer.in) peer.in->close();
    return;
  }
  peer.replies.push_back({kind, to.incarnation, ref, std::string(payload)});
  flush_replies(to.slot);
}

// As far as there is room. Where this process itself is out of files or memory, it tries again after a while;
// where the caller is gone, there is nobody to tell.
void Endpoint::flush_replies(Slot slot) {
  const Owner owner{slot, table_.owner_inc(slot)};
  std::deque<QueuedReply>& replies = peer(slot).replies;
  std::erase_if(replies, [&](const QueuedReply& reply) {
    return reply.dest_inc < owner.owner_inc || table_.state(slot).is_over(reply.dest_inc);
  });
  if (replies.empty()) return;
  std::deque<QueuedReply> kept =
      std::exchange(replies, {});  // connecting to another owner forgets what is for this one
  auto connected = connect(owner);
  if (!connected) {
    if (connected.error().kind == SendError::Kind::noproc) return;
    peer(slot).replies = std::move(kept);
    defer(slot);
    return;
  }
  Peer& to = **connected;
  to.replies = std::move(kept);
  while (!to.replies.empty() && send_reply(to, to.replies.front())) to.replies.pop_front();
  if (to.replies.empty() && to.out->wants_room()) to.out->want_room(false);
}

// False: no room. The receiver will ring when there is some.
bool Endpoint::send_reply(Peer& peer, const QueuedReply& reply) {
  const Message message{reply.kind, reply.ref, 0, reply.payload};
  if (!append(peer, message, {reply.dest_inc})) {
    peer.out->want_room(true);
    if (!append(peer, message, {reply.dest_inc}))
      return false;  // it may have made room before it could see that
  }
  ring_for_message(peer);
  return true;
}

}  // namespace ninelives::ipc
