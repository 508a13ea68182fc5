// Monitors: who hears of which end, and when.
#include "ipc/endpoint.hpp"

namespace ninelives::ipc {
namespace {

constexpr std::uint64_t monitor_ref_bit = std::uint64_t{1} << 63;  // refs of calls and of monitors never meet

}  // namespace

std::uint64_t Endpoint::monitor(const Pid& pid, MonitorFor what) {
  const std::uint64_t ref = ++last_ref_ | monitor_ref_bit;
  if (!table_.has(pid.slot)) {
    downs_for(what).push_back({.kind = Kind::down, .from = pid, .ref = ref, .reason = ExitReason::noproc()});
    return ref;
  }
  monitors_[pid.slot].push_back({ref, pid.incarnation, what, pid.incarnation <= last_life_over(pid.slot)});
  monitored_.emplace(ref, pid.slot);
  watch_slot(pid.slot);
  ready_.insert(pid.slot);
  return ref;
}

// The bit before the look at the row, as the supervisor stores the row before it looks at the bits: one of us
// sees.
void Endpoint::watch_slot(Slot slot) {
  const Owner owner{slot, table_.owner_inc(slot)};
  Peer& peer = this->peer(slot);
  if (peer.owner != owner) peer.forget_way_to();
  if (!peer.box) {
    if (auto box = BoxView::open(files_, owner)) peer.box.emplace(std::move(*box));
    peer.owner = owner;
  }
  if (peer.box) watch(peer.box->bell(), me_.slot);
}

void Endpoint::demonitor(std::uint64_t ref) {
  if (const auto monitored = monitored_.extract(ref)) return stop_watching(monitored.mapped(), ref);
  // Its end was seen already, or it never was.
  for (auto* downs : {&downs_, &link_downs_}) {
    std::erase_if(*downs, [&](const Received& down) { return down.ref == ref; });
  }
}

void Endpoint::stop_watching(Slot slot, std::uint64_t ref) {
  const auto monitors = monitors_.find(slot);
  std::erase_if(monitors->second, [ref](const Monitor& monitor) { return monitor.ref == ref; });
  if (!monitors->second.empty()) return;
  monitors_.erase(monitors);
  seen_over_.erase(slot);
  ready_.insert(slot);  // nothing may hold on to that peer any more
}

std::deque<Received>& Endpoint::downs_for(MonitorFor what) {
  return what == MonitorFor::link ? link_downs_ : downs_;
}

// A down comes after the last message of the dead: when lives are first seen over, their ring gets one more
// turn, which is enough for all that they can have left there. Lives that end meanwhile have to wait for a
// turn of their own. While suspended, that turn is a look at the signals alone, and only links hear of it.
void Endpoint::settle_monitors(Slot slot) {
  auto found = monitors_.find(slot);
  if (found == monitors_.end()) return;
  const auto told = seen_over_.find(slot);
  if (told != seen_over_.end()) {
    tell_downs(slot, found->second, told->second);
    seen_over_.erase(told);
    if (found->second.empty()) {
      monitors_.erase(found);
      return;
    }
  }
  const Incarnation over = last_life_over(slot);
  if (std::ranges::none_of(found->second, [&](const Monitor& monitor) { return is_due(monitor, over); })) {
    return;
  }
  seen_over_[slot] = over;
  ready_.insert(slot);
}

bool Endpoint::is_due(const Monitor& monitor, Incarnation over) const {
  const bool is_heard = !suspended_ || (monitor.what == MonitorFor::link && !keeps_exits_);
  return monitor.life <= over && is_heard;
}

Incarnation Endpoint::last_life_over(Slot slot) const {
  const RowWord word = table_.state(slot);
  return word.is_alive() ? word.incarnation - 1 : word.incarnation;
}

void Endpoint::tell_downs(Slot slot, std::vector<Monitor>& monitors, Incarnation over) {
  for (const Monitor& monitor : monitors) {
    if (!is_due(monitor, over)) continue;
    monitored_.erase(monitor.ref);
    const Pid pid{slot, monitor.life};
    downs_for(monitor.what)
        .push_back({.kind = Kind::down,
                    .from = pid,
                    .ref = monitor.ref,
                    .reason = monitor.was_over ? ExitReason::noproc() : table_.reason(pid)});
  }
  std::erase_if(monitors, [&](const Monitor& monitor) { return is_due(monitor, over); });
}

}  // namespace ninelives::ipc
