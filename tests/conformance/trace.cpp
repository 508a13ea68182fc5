#include "tests/conformance/trace.hpp"

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

std::vector<Trace> read_traces(std::string_view text) {
  std::vector<Trace> traces;
  bool is_open = false;
  for (const auto part : text | std::views::split('\n')) {
    const std::string_view line(part.begin(), part.end());
    if (line.empty()) continue;
    if (!is_open) {
      traces.emplace_back();
      is_open = true;
    } else if (line == "end") {
      is_open = false;
    } else if (line.starts_with("step ")) {
      traces.back().push_back({.name = std::string(line.substr(5)), .lines = {}});
    } else {
      traces.back().back().lines.emplace_back(line);
    }
  }
  return traces;
}

std::string side_by_side(const Trace& ours, const Trace& otp) {
  Columns columns(ours);
  columns.title("ninelives", "OTP");
  for (std::size_t step = 0; step < std::min(ours.size(), otp.size()) && !columns.has_difference(); ++step) {
    columns.step(ours[step], otp[step]);
  }
  return columns.text();
}

}  // namespace ninelives::conformance
