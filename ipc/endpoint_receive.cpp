// Receiving: whose turn it is, and what of a ring is for this life.
#include <cstring>

#include "ipc/endpoint.hpp"
#include "ipc/ring_file.hpp"

namespace ninelives::ipc {
const Received* Endpoint::next() {
  if (lent_) release_payload();
  if (!incoming(supervisor_)) open_supervisors_ring();
  if (has_more(supervisor_) && take_from(supervisor_)) return &received_;
  for (;;) {
    if (has_news()) {
      if (const Received* news = next_news()) return news;
    }
    const bool has_turn = turn_left_ > 0;
    if (has_turn && take_from(current_)) return &received_;
    const bool in_vain = has_turn && turn_left_ == 0;
    end_turn();
    // A ring may go round in circles, with nothing in it for anybody: its reader has more to do than to read
    // it.
    if (in_vain && !has_news()) return nullptr;
    collect_but(bell(), ready_, current_);
    auto slot = ready_.next(current_ + 1);
    if (slot) {
      begin_turn(*slot);
    } else if (!has_news()) {
      return nullptr;
    }
  }
}

// Of deaths and of requests: what did not come by a ring.
bool Endpoint::has_news() const {
  return !link_downs_.empty() || !answered_.empty() || (!suspended_ && !downs_.empty());
}

const Received* Endpoint::next_news() {
  if (const Received* answered = next_announced()) return answered;
  std::deque<Received>& downs = link_downs_.empty() && !suspended_ ? downs_ : link_downs_;
  if (downs.empty()) return nullptr;
  received_ = std::move(downs.front());
  downs.pop_front();
  return &received_;
}

// Is there something in its ring that was not looked at?
bool Endpoint::has_more(Slot slot) const {
  const RingReader* ring = incoming(slot);
  if (!ring) return false;
  if (!suspended_) return ring->has_front();
  return ring->has_record_at(std::max(known(slot)->took_signals_to, ring->cursor()));
}

// A turn is one ring's worth at most: nobody keeps the others waiting, and a sender that writes nonsense for
// ever does not either.
void Endpoint::begin_turn(Slot slot) {
  look_now_and_then();
  // Nobody has rung from there: the bell was scribbled over, and others' bits may have gone by that.
  if (!table_.has(slot)) {
    ready_.clear();
    return look_everywhere();
  }
  ready_.erase(slot);
  current_ = slot;
  turn_left_ = ring_capacity;
  if (open_incoming(slot)) return;
  defer(slot);
}

// This process is out of files or memory: it tries again after a while. What the slot's ring holds is unknown
// until then.
void Endpoint::defer(Slot slot) {
  if (deferred_.empty()) looked_everywhere_ = Clock::now();  // the retry is counted from here
  deferred_.insert(slot);
  seen_over_.erase(slot);
  requests_.for_each_to(slot, [](OpenRequest& open) { open.seen_over = false; });
}

// A drained ring stays the one that is polled: its sender may be about to send again.
// The row comes before the last look at the ring: what a process that is gone has sent, it has sent before.
void Endpoint::end_turn() {
  const Slot slot = current_;
  const RowWord row = table_.state(slot);
  const RingReader* ring = incoming(slot);
  const bool drained = !has_more(slot);
  const bool is_empty = !ring || !ring->has_front();
  turn_left_ = drained ? ring_capacity : 0;
  offer_room(slot);
  if (deferred_.contains(slot)) return;
  if (!drained) ready_.insert(slot);
  settle_requests(slot);
  settle_monitors(slot);
  if (is_empty) forget_if_gone(slot, row);
}

bool Endpoint::is_for_me(const RecordView& record, Slot from) const {
  if (is_signal(record.kind) && record.message != signal_id(record.kind)) return false;
  switch (record.kind) {
    case Kind::call:
    case Kind::cast:
    case Kind::info:
      return record.for_one_life ? record.dest_inc == me_.incarnation : record.dest_inc >= accept_from_;
    // What is about one life is for that life alone: its supervisor's word, its links.
    case Kind::ready:
    case Kind::system:
    case Kind::link:
    case Kind::unlink:
    case Kind::unlink_ack:
    case Kind::exit:
    case Kind::forward:
      return record.dest_inc == me_.incarnation && !was_taken_ahead(record, from);
    case Kind::stop:
      return record.dest_inc == me_.incarnation && from == supervisor_ && !was_taken_ahead(record, from);
    default:
      return false;
  }
}

Endpoint::Found Endpoint::receive(Slot from, const RecordView& record) {
  if (is_reply(record.kind)) return receive_reply(from, record);
  if (!is_for_me(record, from)) return Found::nothing;
  const FoundPayload payload = take_over_payload(from, record);
  if (!payload) return payload.error() == NoPayload::not_now ? Found::not_now : Found::nothing;
  count_in(record.kind);
  received_.kind = record.kind;
  received_.from = {from, record.src_inc};
  received_.ref = record.ref;
  received_.message = record.message;
  received_.payload = *payload;
  return Found::something;
}

bool Endpoint::take_from(Slot slot) {
  if (suspended_) return take_signal_from(slot);
  RingReader* ring = incoming(slot);
  if (!ring) return false;
  const bool was_closed = ring->closed();
  while (auto record = ring->front()) {
    const std::size_t length = record->end - record->position;
    if (slot == current_) turn_left_ -= std::min(turn_left_, length);
    const Found found = receive(slot, *record);
    if (found == Found::not_now) {
      defer(slot);
      return false;
    }
    finish(slot, *ring, *record);
    worked_since_spin_ = true;
    if (found == Found::something) return true;
    if (slot == current_ && turn_left_ == 0) return false;
  }
  if (ring->closed() && !was_closed) status().closed_rings.fetch_add(1, std::memory_order::relaxed);
  return false;
}

// Where it lies. Lost: its arena is gone, or it is not what its record says.
Endpoint::FoundPayload Endpoint::find_payload(Slot from, const RecordView& record) const {
  if (!record.in_arena) return std::string_view(record.payload, record.bytes);
  ArenaPart part;
  if (record.bytes != sizeof part) return std::unexpected(NoPayload::lost);
  std::memcpy(&part, record.payload, sizeof part);
  Peer& peer = *known(from);
  if (!peer.arena_in || peer.arena_in->life() != record.src_inc) {
    auto arena = ArenaReader::open(files_, {{from, peer.in_owner}, record.src_inc}, owner_);
    if (!arena) {
      const bool is_gone = arena.error().number == ENOENT || arena.error().number == 0;
      return std::unexpected(is_gone ? NoPayload::lost : NoPayload::not_now);
    }
    peer.arena_in = std::make_shared<ArenaReader>(std::move(*arena));
  }
  const auto found = peer.arena_in->at(part);
  if (!found || found->size() > payload_max) return std::unexpected(NoPayload::lost);
  return *found;
}

// For the owner of this mailbox to look at until it asks for the next message. A large one is lent.
Endpoint::FoundPayload Endpoint::take_over_payload(Slot from, const RecordView& record) {
  const auto found = find_payload(from, record);
  if (!found) return found;
  if (record.in_arena) {
    lender_ = from;
    lent_ = known(from)->arena_in;
    return found;
  }
  std::memcpy(received_bytes_.data(), found->data(), found->size());
  return std::string_view(received_bytes_.data(), found->size());
}

// The cursor moves before the owner handles what is in received_.
void Endpoint::finish(Slot from, RingReader& ring, const RecordView& record) const {
  ring.take(record);
  if (record.in_arena && !(lent_ && lender_ == from)) ring.release();
}

void Endpoint::release_payload() {
  lent_.reset();
  if (RingReader* ring = incoming(lender_)) ring->release();
}

// Its word comes first, and that must hold for the first word that it ever sends, too.
void Endpoint::open_supervisors_ring() {
  if ((ready_.contains(supervisor_) || bit_is_set(bell(), supervisor_)) && !open_incoming(supervisor_)) {
    defer(supervisor_);
  }
}

// False: this process is out of files or memory, and must try again.
bool Endpoint::open_incoming(Slot slot) {
  const Owner from{slot, table_.owner_inc(slot)};
  if (Peer* met = known(slot); met && met->in) {
    if (met->in_owner != from.owner_inc)
      met->in.reset();  // the slot's former owner, whose messages were all taken
    // A closed ring may have been replaced by the sender's next life.
    else if (!met->in->closed())
      return true;
  }
  auto ring = open_ring(files_, from, owner_);
  if (!ring) return ring.error().number == ENOENT || ring.error().number == 0;
  if (const RingReader* closed = incoming(slot);
      closed && closed->ring_id() == ring->as<RingHeader>()->ring_id) {
    return true;
  }
  Entry* entry = own_entry(slot);
  if (!entry) return false;
  Peer& peer = this->peer(slot);
  peer.in.emplace(std::move(*ring), *entry, me_.incarnation);
  peer.looked_for_replies_to = 0;
  peer.took_signals_to = 0;
  peer.took_exits_to = 0;
  peer.arena_in.reset();  // a ring that replaces a closed one may be of the same life, and its arena another
  peer.in_owner = from.owner_inc;
  return true;
}

// Anybody who waits for room in my mailbox is rung after the cursor has moved; and if it was me who waited
// for room in the other's, this may be the ring that says that there is some.
void Endpoint::offer_room(Slot slot) {
  Peer* met = known(slot);
  if (!met) return;
  if (!met->replies.empty()) flush_replies(slot);
  if (!met->in) return;
  met->in->publish_cursor();
  if (!met->in->room_wanted() || met->in_owner != table_.owner_inc(slot)) return;
  if (met->owner.owner_inc != met->in_owner) met->forget_way_to();  // the way to the slot's former owner
  if (!met->box) {
    auto box = BoxView::open(files_, {slot, met->in_owner});
    if (!box) return;  // it is going: it waits for nothing any more
    met->box.emplace(std::move(*box));
    met->owner = {slot, met->in_owner};
  }
  ring_always(*met);
}

// The backstop of a receiver that never sleeps.
void Endpoint::look_now_and_then() {
  constexpr unsigned turns_between = 64;
  if (++turns_ % turns_between == 0 && Clock::now() >= next_look()) look_everywhere();
}

// ---- who is gone, and who is there

// The process is gone for good and its ring is empty: nothing of it is needed here any more. The way to the
// slot's next owner is: forgotten, it would be begun anew, over what lies in the arena.
void Endpoint::forget_if_gone(Slot slot, const RowWord& row) {
  const Peer* met = known(slot);
  if (!met || slot == supervisor_) return;
  const Incarnation owner = table_.owner_inc(slot);
  const bool is_known = met->owner.owner_inc == owner || (met->in && met->in_owner == owner);
  const bool gone = row.state == RowState::gone || row.state == RowState::free || !is_known;
  if (gone && !monitors_.contains(slot) && !requests_.any_to(slot)) forget(slot);
}

void Endpoint::forget(Slot slot) {
  peers_[slot].reset();
  status().out[slot / 64].fetch_and(~(std::uint64_t{1} << (slot % 64)), std::memory_order::seq_cst);
}

void Endpoint::insert_unknown_rings() {
  const std::filesystem::path inbox = files_.path() / NodeFiles::inbox(owner_);
  std::error_code error;
  const auto changed = std::filesystem::last_write_time(inbox, error);
  if (error || changed == inbox_changed_) return;
  for (std::filesystem::directory_iterator file(inbox, error), end; !error && file != end;
       file.increment(error)) {
    if (auto from = parse_owner(file->path().filename().string())) ready_.insert(from->slot);
  }
  // The kernel's file times tick in milliseconds: a directory that has just changed may change again at the
  // same time.
  const bool settled = std::filesystem::file_time_type::clock::now() - changed > std::chrono::seconds(1);
  inbox_changed_ = settled && !error ? changed : std::filesystem::file_time_type::min();
}

}  // namespace ninelives::ipc
