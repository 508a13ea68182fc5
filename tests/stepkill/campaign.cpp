#include "tests/stepkill/campaign.hpp"

#include <chrono>
#include <cstdio>
#include <iostream>
#include <map>
#include <stdexcept>
#include <vector>

#include "ipc/endpoint.hpp"
#include "tests/support/seed.hpp"

namespace ninelives::test::stepkill {
namespace {

// Far beyond any scheduling delay and far below the backstop.
constexpr std::chrono::seconds longest_round = ipc::Endpoint::backstop_interval / 3;

std::string seconds_since(std::chrono::steady_clock::time_point began) {
  char text[32];
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began;
  std::snprintf(text, sizeof text, "%.1f s", passed.count());
  return text;
}

class Campaign {
 public:
  Campaign(Scenario& scenario, const Effort& effort)
      : scenario_(scenario),
        effort_(effort),
        began_(std::chrono::steady_clock::now()),
        wake_([this] { scenario_.wake(); }) {}

  void run() {
    record();  // what is different the first time has happened then
    trace_ = record();
    const std::vector<std::size_t> indices = chosen();
    for (const std::size_t index : indices) round(index, false);
    for (const std::size_t sleep : trace_.sleeps()) round(sleep, true);
    scenario_.finish();
    report(indices.size());
  }

 private:
  // Every instruction, but of a loop that goes round and round only some; and where that is too much still,
  // every n-th of these.
  std::vector<std::size_t> chosen() {
    constexpr std::size_t of_loops = 64;
    std::vector<std::size_t> different;
    for (std::size_t index = 0; index < trace_.size(); ++index) {
      if (trace_.repeats_itself_at(index) ? (index + seed_) % of_loops == 0 : true)
        different.push_back(index);
    }
    stride_ = (different.size() + effort_.most_kills - 1) / effort_.most_kills;
    std::vector<std::size_t> indices;
    for (std::size_t i = seed_ % stride_; i < different.size(); i += stride_) indices.push_back(different[i]);
    if (indices.back() + 1 != trace_.size()) indices.push_back(trace_.size() - 1);
    return indices;
  }

  void bring_to_operation(Victim& victim) {
    scenario_.is_born(victim.process());
    for (int stop = 0; stop < scenario_.stops(); ++stop) {
      victim.run_to_stop();
      scenario_.at_stop(stop);
    }
  }

  Victim born() { return Victim(scenario_.nursery().bear(scenario_.next_order(++victims_))); }

  Trace record() {
    try {
      Victim victim = born();
      bring_to_operation(victim);
      Trace trace = victim.record(wake_);
      victim.kill();
      ++outcomes_[scenario_.after_kill(true)];
      return trace;
    } catch (const std::exception& error) {
      throw std::runtime_error(scenario_.name() + ", not killed at all: " + error.what());
    }
  }

  void round(std::size_t index, bool asleep) {
    const auto began = std::chrono::steady_clock::now();
    Address at = 0;
    try {
      Victim victim = born();
      bring_to_operation(victim);
      const bool returned = !victim.lead_to(trace_, index, wake_) || index + 1 == trace_.size();
      at = victim.at();
      if (at != trace_[index]) ++elsewhere_;
      if (asleep) victim.lead_into_sleep();
      if (effort_.by == By::stop) {
        victim.stop();
        scenario_.while_stopped();
      }
      victim.kill();
      ++outcomes_[scenario_.after_kill(returned)];
      if (std::chrono::steady_clock::now() - began > longest_round)
        throw std::runtime_error("it went on only after " + seconds_since(began) +
                                 ", so the backstop has helped");
    } catch (const std::exception& error) {
      fail(index, at, error.what());
    }
  }

  [[noreturn]] void fail(std::size_t index, Address at, const std::string& what) const {
    char place[64];
    std::snprintf(place, sizeof place, "instruction %zu of %zu (addr2line %#lx)", index, trace_.size(),
                  static_cast<unsigned long>(in_executable(at)));
    throw std::runtime_error(scenario_.name() + ", " + (effort_.by == By::kill ? "killed" : "stopped") +
                             " at " + place + ": " + what);
  }

  void report(std::size_t kills) const {
    std::string line = scenario_.name() + (effort_.by == By::kill ? ", killed at " : ", stopped at ") +
                       std::to_string(kills) + " of " + std::to_string(trace_.size()) + " instructions";
    if (stride_ > 1) line += " (one in " + std::to_string(stride_) + ", seed " + std::to_string(seed_) + ")";
    for (const auto& [outcome, times] : outcomes_) line += "; " + outcome + " " + std::to_string(times);
    if (!trace_.sleeps().empty()) line += "; asleep in it " + std::to_string(trace_.sleeps().size());
    if (elsewhere_ > 0) line += "; on another path " + std::to_string(elsewhere_);
    std::cout << line << " (" << seconds_since(began_) << ')' << std::endl;
  }

  Scenario& scenario_;
  Effort effort_;
  std::chrono::steady_clock::time_point began_;
  Victim::Wake wake_;
  Trace trace_;
  const std::uint64_t seed_ = test::seed();
  std::size_t stride_ = 1;
  std::uint64_t victims_ = 0;
  std::size_t elsewhere_ = 0;
  std::map<std::string, std::size_t> outcomes_;
};

}  // namespace

void Scenario::throw_asleep() { throw std::runtime_error("the victim sleeps where nothing is to wait for"); }

void run(Scenario& scenario, const Effort& effort) { Campaign(scenario, effort).run(); }

}  // namespace ninelives::test::stepkill
