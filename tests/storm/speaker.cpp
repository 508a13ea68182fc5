#include "tests/storm/speaker.hpp"

namespace ninelives::storm {
namespace {

Outcome outcome_of(SendError::Kind kind) {
  switch (kind) {
    case SendError::Kind::noproc:
      return Outcome::noproc;
    case SendError::Kind::mailbox_full:
      return Outcome::mailbox_full;
    case SendError::Kind::no_space:
      return Outcome::no_space;
    case SendError::Kind::too_large:
      return Outcome::too_large;
    case SendError::Kind::refused:
      return Outcome::refused;
  }
  return Outcome::none;
}

Outcome outcome_of(CallError::Kind kind) {
  switch (kind) {
    case CallError::Kind::noproc:
      return Outcome::noproc;
    case CallError::Kind::mailbox_full:
      return Outcome::mailbox_full;
    case CallError::Kind::no_space:
      return Outcome::no_space;
    case CallError::Kind::too_large:
      return Outcome::too_large;
    case CallError::Kind::refused:
      return Outcome::refused;
    case CallError::Kind::timeout:
      return Outcome::timeout;
    case CallError::Kind::down:
      return Outcome::down;
    case CallError::Kind::dropped:
      return Outcome::dropped;
    case CallError::Kind::bad_message:
    case CallError::Kind::calling_self:
      return Outcome::bad_message;
  }
  return Outcome::none;
}

}  // namespace

Speaker::Speaker(const Book& book, Actor me, std::uint64_t life) : book_(book), me_(me), life_(life) {
  for (const Part& part : roster) refs_.push_back(whereis<StormApi>(part.name));
}

Entry Speaker::begin(Actor to, const Wish& wish) {
  const Entry entry{.what = What::began,
                    .sender = me_,
                    .receiver = to,
                    .sender_life = life_,
                    .number = ++sent_[to],
                    .bytes = wish.bytes,
                    .patience_ns = wish.lasting.count()};
  book_.write(entry);
  return entry;
}

Outcome Speaker::end(Entry entry, Outcome outcome) const {
  entry.what = What::ended;
  entry.outcome = outcome;
  book_.write(entry);
  return outcome;
}

Outcome Speaker::tell(Actor to, const Wish& wish) {
  const Tell tell{sealed(me_, life_, sent_[to] + 1, wish.bytes), wish.work_us};
  const Entry entry = begin(to, wish);
  const auto sent = refs_[to].cast(tell, wish.lasting);
  return end(entry, sent ? Outcome::sent : outcome_of(sent.error().kind));
}

Outcome Speaker::ask(Actor to, const Wish& wish) {
  const Ask ask{sealed(me_, life_, sent_[to] + 1, wish.bytes), wish.work_us, wish.hops, wish.wanted};
  const Entry entry = begin(to, wish);
  const auto answer = refs_[to].call(ask, wish.lasting);
  if (!answer) return end(entry, outcome_of(answer.error().kind));
  const bool is_mine = answer->sender == to && answer->number == entry.number && is_whole(*answer);
  return end(entry, is_mine ? Outcome::reply : Outcome::wrong_reply);
}

}  // namespace ninelives::storm
