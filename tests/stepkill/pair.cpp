#include "tests/stepkill/pair.hpp"

#include <chrono>
#include <random>
#include <stdexcept>
#include <vector>

#include "ipc/endpoint.hpp"
#include "tests/stepkill/outside.hpp"
#include "tests/stepkill/plan.hpp"

namespace ninelives::test::stepkill {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds longest_round = ipc::Endpoint::backstop_interval / 3;

// The instructions of which some are chosen.
class Choice {
 public:
  explicit Choice(const Trace& trace) {
    for (std::size_t index = 0; index < trace.size(); ++index) {
      if (trace.repeats_itself_at(index)) continue;
      all_.push_back(index);
      if (trace.begins_state(index)) states_.push_back(index);
    }
  }
  std::size_t one(std::mt19937_64& random) const {
    const auto& from = random() % 4 != 0 ? states_ : all_;
    return from[random() % from.size()];
  }
  std::size_t distinct() const { return all_.size(); }
  std::size_t states() const { return states_.size(); }

 private:
  std::vector<std::size_t> states_;
  std::vector<std::size_t> all_;
};

class Pairs {
 public:
  explicit Pairs(PairScenario& scenario) : scenario_(scenario), random_(plan().seed) {}

  void run() {
    const auto began = Clock::now();
    record();
    const Choice killed(trace_of_killed_);
    const Choice held(trace_of_held_);
    for (std::size_t pair = 0; pair < plan().pairs; ++pair) round(killed.one(random_), held.one(random_));
    found_.operation = scenario_.name();
    found_.what = "pairs";
    found_.instructions = trace_of_killed_.size() + trace_of_held_.size();
    found_.distinct = killed.distinct() + held.distinct();
    found_.states = killed.states() + held.states();
    found_.rounds = plan().pairs;
    found_.coverage = "a sample of the pairs";
    found_.seconds = std::chrono::duration<double>(Clock::now() - began).count();
    report(found_);
  }

 private:
  // Each while the other one stands still: the one who is held before the operation of the other one, and
  // that one while this one sleeps or has done its own. Twice, because what is different the first time has
  // happened then.
  void record() {
    for (int times = 0; times < 2; ++times) {
      attempt("recorded", [&](Victim& killed, Victim& held) {
        trace_of_held_ = recorded(held);
        trace_of_killed_ = recorded(killed);
        return true;
      });
    }
  }

  Trace recorded(Victim& victim) {
    Outside outside(victim.process(), scenario_.node(), [] { return 0; });
    return victim.record([] { throw Asleep(); },
                         [&](bool by_system_call) { return outside.has_changed(by_system_call); });
  }

  void round(std::size_t index_of_killed, std::size_t index_of_held) {
    const auto began = Clock::now();
    const std::string where = "killed at instruction " + std::to_string(index_of_killed) +
                              ", the other one held at " + std::to_string(index_of_held);
    const Outcome outcome = attempt(where, [&](Victim& killed, Victim& held) {
      lead(held, trace_of_held_, index_of_held);
      lead(killed, trace_of_killed_, index_of_killed);
      return random_() % 2 == 0;
    });
    Places& places =
        found_.outcomes.try_emplace(outcome, Places{0, index_of_killed, index_of_killed}).first->second;
    ++places.times;
    if (Clock::now() - began > longest_round)
      throw std::runtime_error(scenario_.name() + ", " + where + ": went on only after a long while");
  }

  // Where it falls asleep it stays: it waits for what the other one has not done.
  static void lead(Victim& victim, const Trace& trace, std::size_t index) {
    try {
      static_cast<void>(victim.lead_to(trace, index, [] { throw Asleep(); }));
    } catch (const Asleep&) {
    }
  }

  template <class Lead>
  Outcome attempt(const std::string& where, Lead lead_both) {
    try {
      const Orders orders = scenario_.next_orders(++number_);
      Victim held(scenario_.nursery_of_held().bear(orders.held));
      Victim killed(scenario_.nursery_of_killed().bear(orders.killed));
      scenario_.are_born(killed.process(), held.process());
      Victim& first = scenario_.killed_comes_first() ? killed : held;
      Victim& second = scenario_.killed_comes_first() ? held : killed;
      first.run_to_stop();
      second.run_to_stop();
      scenario_.stand_before();
      const bool tell_first = lead_both(killed, held);
      killed.kill();
      if (tell_first) scenario_.tell();
      held.let_go();
      if (!tell_first) scenario_.tell();
      Outcome outcome = scenario_.check();
      held.kill();
      scenario_.end_round();
      return outcome;
    } catch (const std::exception& error) {
      throw std::runtime_error(scenario_.name() + ", " + where +
                               ", NINELIVES_SEED=" + std::to_string(plan().seed) + ": " + error.what());
    }
  }

  PairScenario& scenario_;
  std::mt19937_64 random_;
  std::uint64_t number_ = 0;
  Trace trace_of_killed_;
  Trace trace_of_held_;
  Findings found_;
};

}  // namespace

void run_pairs(PairScenario& scenario) { Pairs(scenario).run(); }

}  // namespace ninelives::test::stepkill
