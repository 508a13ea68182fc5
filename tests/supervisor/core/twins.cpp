#include "tests/supervisor/core/twins.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

namespace ninelives::supervisor::test {

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// A blocking supervisor reports a stop when it has come to that child; we do as soon as the child has ended.
std::string sorted(const std::string& text) {
  std::istringstream words(text);
  std::vector<std::string> all;
  for (std::string word; words >> word;) all.push_back(word);
  std::ranges::sort(all);
  return joined(all);
}

// A supervisor that blocks has awaited each start when it gives up; we may give up while starts are under
// way, and stop what starts, which may fail before it obeys.
std::string without_starts(const std::string& text) {
  constexpr std::string_view of_a_start = "+!~";
  std::istringstream words(text);
  std::vector<std::string> others;
  for (std::string word; words >> word;) {
    const bool has_failed_while_stopped = word.starts_with('-') && !word.ends_with("(shutdown)");
    const bool is_report = word.starts_with("start_error:") || word.starts_with("shutdown_error:");
    const bool is_of_a_start = of_a_start.contains(word.front()) || has_failed_while_stopped || is_report;
    if (!is_of_a_start) others.push_back(word);
  }
  return joined(others);
}

}  // namespace

Twins::Twins(const SupervisorSpec& spec) : play_(spec), otp_(spec) {
  play_.boots();
  otp_.boot();
}

void Twins::next_starts(const std::string& id, const std::deque<Otp::Start>& starts) {
  std::deque<Play::Start> same;
  for (const Otp::Start start : starts) {
    same.push_back(start == Otp::Start::succeeds ? Play::Start::succeeds
                   : start == Otp::Start::fails  ? Play::Start::fails
                                                 : Play::Start::ignores);
  }
  play_.next_starts(id, std::move(same));
  otp_.starts[id] = starts;
}

void Twins::exits(const std::string& id, Ending ending) {
  play_.exits(id, ending);
  otp_.dies(id, ending);
  otp_.reads_mail_but_retries();
}

void Twins::exit_one_after_the_other(const std::string& first, Ending first_ending, const std::string& second,
                                     Ending second_ending, int operations) {
  play_.exits_during(first, first_ending, second, second_ending, operations);
  int done = 0;
  otp_.before_operation = [&] {
    if (done++ == operations && otp_.runs(second)) otp_.dies(second, second_ending);
  };
  otp_.dies(first, first_ending);
  otp_.reads_mail_but_retries();
  otp_.before_operation = [] {};
  if (done > operations || !otp_.is_alive() || !otp_.runs(second)) return;
  otp_.dies(second, second_ending);
  otp_.reads_mail_but_retries();
}

void Twins::tries_again() {
  while (play_.is_due()) play_.ticks();
  otp_.reads_mail();
}

void Twins::passes(std::chrono::nanoseconds time) {
  tries_again();
  play_.passes(time);
  otp_.now += time;
}

void Twins::start_child(const ChildSpec& spec) {
  both_answer(play_.start_child(spec), otp_.start_child(spec));
}
void Twins::terminate_child(const std::string& id) {
  both_answer(play_.terminate_child(id), otp_.terminate_child(id));
}
void Twins::restart_child(const std::string& id) {
  both_answer(play_.restart_child(id), otp_.restart_child(id));
}
void Twins::delete_child(const std::string& id) {
  both_answer(play_.delete_child(id), otp_.delete_child(id));
}

void Twins::change_spec(const SupervisorSpec& spec) {
  both_answer(play_.change_spec(spec), "ok");
  otp_.code_change(spec);
}

void Twins::is_told_to_stop() {
  play_.is_told_to_stop();
  otp_.stop();
}

void Twins::both_answer(const std::string& ours, const std::string& theirs) {
  if (ours != theirs) answers_differ_ += "we answer \"" + ours + "\", OTP answers " + theirs + "\n";
}

std::string Twins::difference() {
  std::string text = std::exchange(answers_differ_, "");
  const auto compare = [&](const std::string& ours, const std::string& theirs) {
    if (ours != theirs) text += "we:  " + ours + "\nOTP: " + theirs + "\n";
  };
  const std::string our_story = play_.story();
  const std::string our_reports = sorted(play_.reports());
  const std::string their_story = joined(std::exchange(otp_.story, {}));
  const std::string their_reports = sorted(joined(std::exchange(otp_.reports, {})));
  if (play_.is_finished() != !otp_.is_alive()) text += "only one of them has ended\n";
  if (otp_.is_alive()) {
    compare(our_story, their_story);
    compare(our_reports, their_reports);
    compare(play_.children(), otp_.children());
  } else {
    compare(without_starts(our_story), without_starts(their_story));
    compare(without_starts(our_reports), without_starts(their_reports));
  }
  return text;
}

}  // namespace ninelives::supervisor::test
