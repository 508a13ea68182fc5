#include "tests/conformance/real_comparer.hpp"

#include <atomic>
#include <exception>
#include <ostream>
#include <stdexcept>
#include <thread>

#include "tests/conformance/comparison.hpp"
#include "tests/conformance/oracle.hpp"
#include "tests/conformance/real_world.hpp"
#include "tests/conformance/visible.hpp"
#include "tests/conformance/words.hpp"

namespace ninelives::conformance {

namespace {

constexpr unsigned nodes_at_once = 3;
// A step that differs is waited for as long as a step may take: after so many, no more are played.
constexpr std::size_t enough = 3;

}  // namespace

void RealComparer::compare(const std::vector<Scenario>& scenarios) { play(scenarios, false); }
void RealComparer::print(const std::vector<Scenario>& scenarios) { play(scenarios, true); }

void RealComparer::play(const std::vector<Scenario>& scenarios, bool prints) {
  std::vector<Scenario> played;
  for (const Scenario& scenario : scenarios) {
    Scenario single = one_at_a_time(scenario);
    if (our_run(single).differences.empty()) played.push_back(std::move(single));
  }
  left_out_ += scenarios.size() - played.size();
  const auto otp = ask_oracle(oracle_, played);
  if (!otp) throw std::runtime_error(otp.error());
  const test::Sandbox sandbox;
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> players;
  for (unsigned player = 0; player < nodes_at_once; ++player) {
    players.emplace_back([&] {
      for (std::size_t at = next++; at < played.size() && (prints || !has_enough()); at = next++) {
        compare(sandbox, played[at], visible(played[at], (*otp)[at]), prints);
      }
    });
  }
}

void RealComparer::compare(const test::Sandbox& sandbox, const Scenario& scenario, const Trace& otp,
                           bool prints) {
  Run ours{.trace = {}};
  std::string trouble;
  const std::string node = "n" + std::to_string(++nodes_);
  try {
    ours.trace = RealWorld(sandbox, scenario, node).run(otp);
  } catch (const std::exception& error) {
    trouble = error.what();
  }
  const bool differs = ours.trace != otp;
  const std::scoped_lock lock(mutex_);
  ++compared_;
  for (const TraceStep& step : otp) lines_ += step.lines.size();
  if (differs) different_.push_back(scenario.title);
  if (!prints && !differs) return;
  out_ << side_by_side(scenario, ours, otp) << trouble << std::endl;
}

bool RealComparer::has_enough() {
  const std::scoped_lock lock(mutex_);
  return different_.size() >= enough;
}

bool RealComparer::conclude() {
  out_ << compared_ << " scenarios on real processes, " << lines_ << " lines of OTP; " << left_out_
       << " left out, where OTP blocks or is known to differ\n";
  if (different_.empty()) {
    out_ << "no difference\n";
  } else {
    out_ << different_.size() << " differ: " << join(different_, ", ")
         << (has_enough() ? "; no others were played after that\n" : "\n");
  }
  return different_.empty();
}

}  // namespace ninelives::conformance
