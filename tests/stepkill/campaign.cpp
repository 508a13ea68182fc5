#include "tests/stepkill/campaign.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <random>
#include <stdexcept>
#include <vector>

#include "ipc/endpoint.hpp"
#include "tests/stepkill/outside.hpp"
#include "tests/stepkill/plan.hpp"

namespace ninelives::test::stepkill {
namespace {

using Clock = std::chrono::steady_clock;

// Far beyond any scheduling delay and far below the backstop.
constexpr std::chrono::seconds longest_round = ipc::Endpoint::backstop_interval / 3;

// In the suite. A longer operation is killed in every state, and in so many places altogether.
constexpr std::size_t most_for_every_instruction = 6000;
constexpr std::size_t enough_kills = 1500;
constexpr std::size_t enough_stops = 120;
// Always: of the further turns of loops, which cost most and tell least.
constexpr std::size_t enough_turns = 32;

double seconds_since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

class Campaign {
 public:
  Campaign(Scenario& scenario, By by)
      : scenario_(scenario), by_(by), cradle_(scenario), wake_([this] { scenario_.wake(); }) {}

  void run() {
    trace_ = cradle_.record();
    choose();
    for (const std::size_t index : chosen_) reach(index);
    for (const std::size_t sleep : trace_.sleeps()) round(sleep, true);
    scenario_.finish();
    found_.seconds = seconds_since(began_);
    report(found_);
  }

 private:
  void choose() {
    std::vector<std::size_t> states;
    std::vector<std::size_t> others;
    std::vector<std::size_t> turns;
    std::size_t distinct = 0;
    for (std::size_t index = 0; index < trace_.size(); ++index) {
      const bool repeats = trace_.repeats_itself_at(index);
      distinct += repeats ? 0 : 1;
      if (trace_.begins_state(index) && !repeats) {
        states.push_back(index);
      } else {
        (repeats ? turns : others).push_back(index);
      }
    }
    std::ranges::copy(some_of(std::move(turns), enough_turns), std::back_inserter(others));
    found_.operation = scenario_.name();
    found_.what = by_ == By::kill ? "killed" : "stopped";
    found_.instructions = trace_.size();
    found_.distinct = distinct;
    found_.states = states.size();
    found_.sleeps = trace_.sleeps().size();
    take(std::move(states), std::move(others));
    if (std::ranges::find(chosen_, trace_.size() - 1) == chosen_.end()) chosen_.push_back(trace_.size() - 1);
  }

  static std::vector<std::size_t> some_of(std::vector<std::size_t> indices, std::size_t enough) {
    std::mt19937_64 random(plan().seed);
    std::ranges::shuffle(indices, random);
    indices.resize(std::min(indices.size(), enough));
    return indices;
  }

  void take(std::vector<std::size_t> states, std::vector<std::size_t> others) {
    const std::size_t all = states.size() + others.size();
    const bool every =
        plan().is_complete || all <= (by_ == By::kill ? most_for_every_instruction : enough_stops);
    std::size_t enough = by_ == By::kill ? std::max(states.size(), enough_kills) : enough_stops;
    if (every) enough = all;
    chosen_ = some_of(std::move(states), enough);
    const std::size_t states_chosen = chosen_.size();
    found_.coverage = every                            ? "every instruction"
                      : states_chosen == found_.states ? "every state and a sample of the instructions"
                                                       : "a sample of the states";
    std::ranges::copy(some_of(std::move(others), enough - states_chosen), std::back_inserter(chosen_));
    std::ranges::sort(chosen_);
  }

  // Some lives take another path, because the clock is read or a file's name is a digit longer. What they
  // show holds all the same, but it is no kill of that instruction.
  void reach(std::size_t index) {
    constexpr int most_lives = 8;
    for (int lives = 0; lives < most_lives; ++lives) {
      if (round(index, false)) return;
    }
    ++found_.not_reached;
  }

  // True: it was that very instruction.
  bool round(std::size_t index, bool asleep) {
    const auto began = Clock::now();
    Address at = 0;
    try {
      Victim victim = cradle_.bear();
      const bool returned = !victim.lead_to(trace_, index, wake_) || index + 1 == trace_.size();
      at = victim.at();
      if (asleep) victim.lead_into_sleep();
      if (by_ == By::stop) {
        victim.stop();
        scenario_.while_stopped();
      }
      victim.kill();
      const bool is_reached = at == trace_[index];
      const Outcome outcome = scenario_.after_kill(returned);
      if (is_reached) note(outcome, index);
      if (Clock::now() - began > longest_round)
        throw std::runtime_error("it went on only after a long while, so the backstop has helped");
      return is_reached;
    } catch (const std::exception& error) {
      fail(index, at, error.what());
    }
  }

  void note(const Outcome& outcome, std::size_t index) {
    ++found_.rounds;
    Places& places = found_.outcomes.try_emplace(outcome, Places{0, index, index}).first->second;
    ++places.times;
    places.first = std::min(places.first, index);
    places.last = std::max(places.last, index);
  }

  [[noreturn]] void fail(std::size_t index, Address at, const std::string& what) const {
    char place[64];
    std::snprintf(place, sizeof place, "instruction %zu of %zu (addr2line %#lx)", index, trace_.size(),
                  static_cast<unsigned long>(in_executable(at)));
    throw std::runtime_error(scenario_.name() + ", " + found_.what + " at " + place + ": " + what);
  }

  Scenario& scenario_;
  By by_;
  Clock::time_point began_ = Clock::now();
  Cradle cradle_;
  Victim::Wake wake_;
  Trace trace_;
  std::vector<std::size_t> chosen_;
  Findings found_;
};

}  // namespace

void Scenario::throw_asleep() { throw std::runtime_error("the victim sleeps where nothing is to wait for"); }

Victim Cradle::bear() {
  Victim victim(scenario_.nursery().bear(scenario_.next_order(++born_)));
  scenario_.is_born(victim.process());
  for (int stop = 0; stop < scenario_.stops(); ++stop) {
    victim.run_to_stop();
    scenario_.at_stop(stop);
  }
  return victim;
}

Trace Cradle::record() {
  Trace trace;
  try {
    for (int times = 0; times < 2; ++times) {
      Victim victim = bear();
      {
        Outside outside(victim.process(), scenario_.node(), [this] { return scenario_.notes(); });
        trace = victim.record([this] { scenario_.wake(); },
                              [&](bool by_system_call) { return outside.has_changed(by_system_call); });
      }
      victim.kill();
      scenario_.after_kill(true);
    }
  } catch (const std::exception& error) {
    throw std::runtime_error(scenario_.name() + ", not killed at all: " + error.what());
  }
  return trace;
}

void run(Scenario& scenario, By by) { Campaign(scenario, by).run(); }

}  // namespace ninelives::test::stepkill
