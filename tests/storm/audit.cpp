#include "tests/storm/audit.hpp"

#include <chrono>

#include "tests/storm/speaker.hpp"

namespace ninelives::storm {
namespace {

// Nobody is stopped for as long in one piece, and the mailbox's backstop comes after 30 s: what takes longer
// than this was helped by the backstop, so somebody's wake-up was lost.
constexpr std::chrono::nanoseconds too_long = std::chrono::seconds(20);

std::string number_of(Actor actor) {
  return is_worker(actor) ? std::string(name_of(actor)) : std::to_string(actor);
}

}  // namespace

std::string to_string(const Entry& entry) {
  std::string text = std::to_string(entry.at_ns) + " " + std::string(to_string(entry.what)) + " " +
                     number_of(entry.sender) + "(" + std::to_string(entry.sender_life) + ") -> " +
                     number_of(entry.receiver) + "(" + std::to_string(entry.receiver_life) + ") #" +
                     std::to_string(entry.number) + ", " + std::to_string(entry.bytes) + " bytes";
  if (entry.outcome != Outcome::none) text += ": " + std::string(to_string(entry.outcome));
  if (entry.patience_ns != 0) text += ", patience " + std::to_string(entry.patience_ns) + " ns";
  return text;
}

Audit::Audit(std::filesystem::path book, bool with_vandal)
    : path_(std::move(book)), file_(path_, std::ios::binary), with_vandal_(with_vandal) {}

void Audit::find(std::string_view what, const Entry& entry) {
  findings_.push_back(std::string(what) + "\n    " + to_string(entry));
}

void Audit::read_on() {
  if (!file_.is_open()) file_.open(path_, std::ios::binary);
  file_.clear();
  for (Entry entry;;) {
    const auto before = file_.tellg();
    if (!file_.read(reinterpret_cast<char*>(&entry), sizeof entry)) {
      file_.clear();
      file_.seekg(before);  // a part of an entry, which is whole by the next time
      return;
    }
    read(entry);
  }
}

void Audit::read(const Entry& entry) {
  Channel& channel = channels_[{entry.sender, entry.sender_life, entry.receiver}];
  switch (entry.what) {
    case What::began:
      return began(channel, entry);
    case What::ended:
      return ended(channel, entry);
    case What::handled:
      return handled(channel, entry);
    case What::torn:
      ++counters_.torn;
      if (!with_vandal_) find("a message arrived torn", entry);
      return;
    case What::watching:
      return watching(entry);
    case What::down:
      return down(entry);
    case What::false_end:
      return find("it hears of the end of somebody who lives, or for the second time", entry);
  }
  find("an entry of no kind: the book itself is damaged", entry);
}

// ---- what senders write

void Audit::began(Channel& channel, const Entry& entry) {
  channel.begun = entry.number;
  const auto [open, is_first] = open_.insert_or_assign({entry.sender, entry.sender_life}, entry);
  if (!is_first) find("a send or call ended in nothing: its sender went on to the next", entry);
}

void Audit::ended(Channel& channel, const Entry& entry) {
  const auto open = open_.find({entry.sender, entry.sender_life});
  if (open == open_.end() || open->second.number != entry.number) {
    return find("a send or call ended twice", entry);
  }
  const std::chrono::nanoseconds took(entry.at_ns - open->second.at_ns);
  open_.erase(open);
  ++counters_.outcomes[entry.outcome];
  if (took > too_long && !with_vandal_) {
    find("it took " + std::to_string(took.count() / 1'000'000) + " ms", entry);
  }
  judge_outcome(channel, entry);
}

void Audit::judge_outcome(Channel& channel, const Entry& entry) {
  const bool patient = entry.patience_ns >= patience.count();
  switch (entry.outcome) {
    case Outcome::sent:
      ++counters_.casts;
      return accepted(channel, entry);
    case Outcome::reply:
      ++counters_.calls;
      if (!channel.handled_early.contains(entry.number)) find("a reply to what nobody has handled", entry);
      return accepted(channel, entry);
    case Outcome::timeout:
      ++counters_.calls;
      if (patient) find("a call has hung", entry);
      return accepted(channel, entry);
    case Outcome::down:
      ++counters_.calls;
      if (channel.handled_early.erase(entry.number) == 0) channel.downs.insert(entry.number);
      return;
    case Outcome::dropped:
      ++counters_.calls;
      return turned_away(channel, entry);
    case Outcome::mailbox_full:
      if (patient && !node_killed_) find("waiting for room has hung", entry);
      return turned_away(channel, entry);
    case Outcome::noproc:
      if (roster[entry.receiver].keeps_mailbox && !node_killed_)
        find("a mailbox that is kept was gone", entry);
      return turned_away(channel, entry);
    default:
      find("that must not happen", entry);
  }
}

void Audit::accepted(Channel& channel, const Entry& entry) {
  if (channel.handled_early.erase(entry.number) == 0) channel.waiting.insert(entry.number);
}

// A call that was sent and then lost its node is not said to have reached nobody.
void Audit::turned_away(Channel& channel, const Entry& entry) {
  const bool was_handled = channel.handled_early.erase(entry.number) != 0;
  if (node_killed_) return;
  channel.refused.insert(entry.number);
  if (was_handled) find("it was handled, and its sender was told that nobody gets it", entry);
}

// ---- what receivers write

void Audit::handled(Channel& channel, const Entry& entry) {
  if (entry.sender == vandal || (with_vandal_ && channel.begun == 0)) return;
  ++counters_.handled;
  const std::uint64_t number = entry.number;
  if (number > channel.begun) find("nobody has sent this", entry);
  if (number == channel.handled) find("handled twice", entry);
  if (number < channel.handled) find("handled after #" + std::to_string(channel.handled), entry);
  if (channel.downs.contains(number)) find("its call had ended in down, and yet it was executed", entry);
  if (channel.refused.contains(number)) find("its sender was told that nobody gets it", entry);
  if (channel.is_over) find("the receiver had been told before that this sender is dead", entry);
  channel.handled = number;
  if (channel.waiting.erase(number) == 0) channel.handled_early.insert(number);
}

void Audit::watching(const Entry& entry) {
  monitors_[{entry.receiver, entry.receiver_life, entry.number}] = {entry};
}

// A Down or an Exit that overtakes the sender's last messages is found out by the message that comes after
// it.
void Audit::down(const Entry& entry) {
  ++counters_.downs_heard;
  const auto monitor = monitors_.find({entry.receiver, entry.receiver_life, entry.number});
  if (monitor == monitors_.end()) return find("the end of somebody whom nobody watches", entry);
  if (monitor->second.told) find("the same end was told twice", entry);
  if (monitor->second.began.sender_life != entry.sender_life) find("the end of another life", entry);
  monitor->second.told = true;
  if (!earlier_ends_are_told(entry)) find("the end of an earlier life has not been told", entry);
  channels_[{entry.sender, entry.sender_life, entry.receiver}].is_over = true;
}

// One who watches two lives of a process hears of the older one first, by monitors as by links.
bool Audit::earlier_ends_are_told(const Entry& entry) const {
  const MonitorKey first{entry.receiver, entry.receiver_life, 0};
  for (auto at = monitors_.lower_bound(first); at != monitors_.end(); ++at) {
    const auto& [key, monitor] = *at;
    if (key.watcher != entry.receiver || key.life != entry.receiver_life) break;
    const bool is_earlier =
        monitor.began.sender == entry.sender && monitor.began.sender_life < entry.sender_life;
    if (is_earlier && is_link(key.ref) == is_link(entry.number) && !monitor.told) return false;
  }
  return true;
}

// ---- at rest

std::uint64_t Audit::lost_to(Actor receiver) const {
  std::uint64_t lost = 0;
  for (const auto& [key, channel] : channels_) {
    if (key.receiver == receiver && key.sender != vandal)
      lost += channel.waiting.size() + channel.downs.size();
  }
  return lost;
}

std::vector<std::string> Audit::losses(Actor receiver) const {
  constexpr int most = 5;
  std::vector<std::string> found;
  for (const auto& [key, channel] : channels_) {
    if (key.receiver != receiver || key.sender == vandal) continue;
    int told = 0;
    for (const auto* numbers : {&channel.waiting, &channel.downs}) {
      for (auto number = numbers->begin(); number != numbers->end() && told < most; ++number, ++told) {
        found.push_back("from " + number_of(key.sender) + "(" + std::to_string(key.life) + ") #" +
                        std::to_string(*number) +
                        (numbers == &channel.downs ? ", a call that ended in down" : "") + "; of " +
                        std::to_string(channel.begun) + ", of which #" + std::to_string(channel.handled) +
                        " was handled last");
      }
    }
  }
  return found;
}

std::vector<std::string> Audit::unfinished(const Lives& lives) const {
  std::vector<std::string> found;
  for (const auto& [sender, entry] : open_) {
    if (lives(sender.first, sender.second)) found.push_back("it has not ended\n    " + to_string(entry));
  }
  return found;
}

std::vector<std::string> Audit::missing_downs(const Lives& lives) const {
  std::vector<std::string> found;
  for (const auto& [key, monitor] : monitors_) {
    const bool due = lives(key.watcher, key.life) && !lives(monitor.began.sender, monitor.began.sender_life);
    if (due && !monitor.told) found.push_back("its end has not been told\n    " + to_string(monitor.began));
  }
  return found;
}

}  // namespace ninelives::storm
