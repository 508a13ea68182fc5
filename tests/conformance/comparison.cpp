#include "tests/conformance/comparison.hpp"

#include <algorithm>
#include <ranges>

namespace ninelives::conformance {

namespace {

class Columns {
 public:
  explicit Columns(const Trace& left) {
    for (const TraceStep& step : left) {
      for (const std::string& line : step.lines) width_ = std::max(width_, line.size());
    }
  }

  void title(const std::string& left, const std::string& right) {
    text_ += "    " + left + std::string(width_ - left.size(), ' ') + "   " + right + "\n";
  }
  void row(const std::string& left, const std::string& right) {
    const bool is_first_difference = left != right && !has_difference_;
    has_difference_ = has_difference_ || left != right;
    text_ += is_first_difference ? ">>> " : "    ";
    text_ += left + std::string(width_ - left.size(), ' ') + (left == right ? "   " : " | ") + right + "\n";
  }
  void step(const TraceStep& left, const TraceStep& right) {
    text_ += "  step " + left.name + "\n";
    for (std::size_t line = 0; line < std::max(left.lines.size(), right.lines.size()); ++line) {
      row(line < left.lines.size() ? left.lines[line] : "",
          line < right.lines.size() ? right.lines[line] : "");
    }
  }

  const std::string& text() const { return text_; }
  bool has_difference() const { return has_difference_; }

 private:
  std::size_t width_ = 20;
  bool has_difference_ = false;
  std::string text_;
};

}  // namespace

Run our_run(const Scenario& scenario) {
  Run run = World(scenario).run();
  run.trace = canonical(scenario, std::move(run.trace));
  return run;
}

bool is_as_in_otp(const Run& ours, const Trace& otp) {
  if (!ours.differences.contains(Difference::never_blocks)) return ours.trace == otp;
  return std::ranges::equal(ours.trace, otp | std::views::take(ours.trace.size()));
}

std::optional<std::string> unmet_expectation(const Scenario& scenario, const Trace& otp) {
  auto expected = scenario.expected.begin();
  for (const TraceStep& step : otp) {
    for (const std::string& line : step.lines) {
      if (expected != scenario.expected.end() && line == *expected) ++expected;
    }
  }
  if (expected == scenario.expected.end()) return std::nullopt;
  return *expected;
}

std::string side_by_side(const Scenario& scenario, const Run& ours, const Trace& otp) {
  const Trace& left = ours.trace;
  Columns columns(left);
  columns.title("ninelives", "OTP");
  for (std::size_t step = 0; step < std::min(left.size(), otp.size()) && !columns.has_difference(); ++step) {
    columns.step(left[step], otp[step]);
  }
  return to_string(scenario) + columns.text();
}

}  // namespace ninelives::conformance
