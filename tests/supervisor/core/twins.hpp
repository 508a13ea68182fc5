// The same history for our supervisor and for OTP's, and whether they differ.
#pragma once
#include <string>

#include "tests/supervisor/core/otp.hpp"
#include "tests/supervisor/core/play.hpp"

namespace ninelives::supervisor::test {

class Twins {
 public:
  explicit Twins(const SupervisorSpec& spec);  // booted

  void next_starts(const std::string& id, const std::deque<Otp::Start>& starts);
  void exits(const std::string& id, Ending ending);
  // Both die; the second one when so many starts and stops that follow from the first death are done. Nothing
  // happens to it if it does not run by then.
  void exit_one_after_the_other(const std::string& first, Ending first_ending, const std::string& second,
                                Ending second_ending, int operations);
  // Restarts that have failed are tried again, until there are none.
  void tries_again();
  void passes(std::chrono::nanoseconds time);

  void start_child(const ChildSpec& spec);
  void terminate_child(const std::string& id);
  void restart_child(const std::string& id);
  void delete_child(const std::string& id);
  void change_spec(const SupervisorSpec& spec);
  void is_told_to_stop();

  bool is_alive() const { return otp_.is_alive(); }
  bool runs(const std::string& id) const { return otp_.runs(id); }
  bool has(const std::string& id) const { return otp_.has(id); }
  // Empty: they tell the same story, have the same children, and gave the same answers.
  std::string difference();

 private:
  void both_answer(const std::string& ours, const std::string& theirs);

  Play play_;
  Otp otp_;
  std::string answers_differ_;
};

}  // namespace ninelives::supervisor::test
