// The steps, and what happens next.
#include "tests/conformance/world.hpp"

#include <algorithm>
#include <utility>

namespace ninelives::conformance {

namespace core = supervisor;

Run World::run() {
  play_all();
  if (is_ahead()) trace_.pop_back();
  return {.trace = std::move(trace_), .differences = differences_};
}

void World::play_all() {
  begin_step();
  Process& top = population_.start(population_.scenario().definitions.front(), nullptr);
  top.is_alive = true;
  news_.push_back({&population_.supervise(top), core::Boot{}});
  end_step();
  for (const Step& step : population_.scenario().steps) {
    if (is_ahead()) return;
    begin_step();
    play(step);
    end_step();
  }
}

// ---- steps

void World::begin_step() {
  trace_.push_back({.name = trace_.empty() ? "boot" : std::to_string(trace_.size()), .lines = {}});
}

void World::end_step() {
  settle();
  for (std::string& reply : std::exchange(replies_, {})) say(std::move(reply));
  for (const Instance* instance : std::exchange(living_, population_.living())) {
    const Process& self = instance->self;
    const bool is_news = instance->is_over && !instance->is_orphan && self.asked.empty();
    if (is_news) say("ended " + self.name() + ": " + self.ending);
  }
  for (const Instance* instance : living_) {
    say(instance->self.name() + " children " + children_of(*instance));
    say(instance->self.name() + " counts " + counts_of(*instance));
  }
}

void World::play(const Step& step) {
  Instance* instance = find_living(step.supervisor);
  if (instance == nullptr) {
    replies_.emplace_back("noproc");
    return;
  }
  for (const Event& event : step.events) {
    if (const auto mail = mail_of(*instance, event)) instance->mail.push_back(*mail);
  }
}

Instance* World::find_living(const std::string& name) {
  const Process* process = nullptr;
  for (Instance* instance : living_) {
    const Process& self = instance->self;
    const bool is_meant = self.name() == name || id_of(*self.definition) == name;
    if (is_meant && (process == nullptr || process->nth < self.nth)) process = &self;
  }
  return process == nullptr ? nullptr : process->instance;
}

std::optional<Mail> World::mail_of(Instance& instance, const Event& event) {
  if (event.what == "stop") return Stop{};
  if (event.what == "exit") {
    // Where children have no ids they are known by their lives.
    if (is_dynamic(instance.core.spec()) && !event.child.contains('#')) return std::nullopt;
    Process* child = population_.child_of(instance, event.child);
    if (child == nullptr || !child->is_alive) return std::nullopt;
    bury(*child, std::string(to_string(event.reason)));
    return Gone{child};
  }
  if (!is_callable(event)) return std::nullopt;
  replies_.push_back("reply " + to_string(event) + ": down");
  return Call{&event, replies_.size() - 1};
}

// ---- what happens next

void World::settle() {
  while (deliver_news() || lose_patience() || open_mail() || try_again()) {
  }
}

bool World::deliver_news() {
  if (news_.empty()) return false;
  const News news = std::move(news_.front());
  news_.pop_front();
  step(*news.to, news.event);
  return true;
}

// Somebody is awaited, and nothing else goes on: what happens next is that a time is up.
bool World::lose_patience() {
  Process* first = nullptr;
  for (Process& process : population_.processes()) {
    if (!process.is_alive || !process.kill_at || process.under->is_over) continue;
    if (first == nullptr || *process.kill_at < *first->kill_at) first = &process;
  }
  if (first == nullptr) return false;
  const core::TimePoint due = *std::exchange(first->kill_at, std::nullopt);
  now_ = std::max(now_, due);
  const auto next = first->under->core.next_deadline();
  if (next && *next < due) {
    ask(*first, "kill");
    end(*first, "killed");
  } else {
    step(*first->under, core::Tick{});
  }
  return true;
}

bool World::open_mail() {
  for (Instance& instance : population_.instances()) {
    if (instance.mail.empty()) continue;
    const Mail mail = instance.mail.front();
    instance.mail.pop_front();
    std::visit([&](const auto& content) { open(instance, content); }, mail);
    return true;
  }
  return false;
}

// A restart that has failed is tried again after everything that was in the mailbox.
bool World::try_again() {
  for (Instance& instance : population_.instances()) {
    const auto deadline = instance.core.next_deadline();
    if (instance.is_over || !deadline || *deadline > now_) continue;
    step(instance, core::Tick{});
    return true;
  }
  return false;
}

// A child that was found dead when it was to be stopped is no news any more.
void World::open(Instance&, const Gone& gone) {
  if (!gone.process->end_is_told) tell_end(*gone.process);
}

void World::open(Instance& instance, const Call& asked) { call(instance, *asked.event, asked.request); }

void World::open(Instance& instance, const Stop&) { step(instance, core::StopAll{}); }

// What the core wants done is done one after the other, each with all that comes of it: OTP does so, and
// waits for the end of a start in particular.
void World::step(Instance& instance, const core::Event& event) {
  if (instance.is_over) return;
  now_ += std::chrono::microseconds(1);
  for (const core::Action& action : instance.core.step(now_, event)) {
    std::visit([&](const auto& what) { perform(instance, what); }, action);
    const bool is_start = std::holds_alternative<core::Launch>(action);
    while (deliver_news() || (is_start && lose_patience())) {
    }
  }
  if (instance.is_up || !instance.core.has_booted()) return;
  instance.is_up = true;
  start_ended(instance.self, "ok");
}

}  // namespace ninelives::conformance
