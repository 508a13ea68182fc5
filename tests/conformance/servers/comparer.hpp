// Plays scripts on OTP's servers and on ours, and tells where the two differ.
#pragma once
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "tests/conformance/servers/script.hpp"
#include "tests/conformance/trace.hpp"

namespace ninelives::conformance::servers {

// What servers of ours do in that script.
using Play = std::function<Trace(const Script&)>;

class Comparer {
 public:
  Comparer(std::filesystem::path oracle, Play play, std::ostream& out)
      : oracle_(std::move(oracle)), play_(std::move(play)), out_(out) {}

  void compare(const std::vector<Script>& scripts);
  void print(const std::vector<Script>& scripts);
  // Says what was found, with the smallest script that shows a difference. True: there was none.
  bool conclude();

 private:
  std::vector<Trace> ask(const std::vector<Script>& scripts) const;
  std::vector<bool> differ(const std::vector<Script>& scripts) const;
  void show(const Script& script);
  void show(const Script& script, const Trace& ours, const Trace& otp);

  std::filesystem::path oracle_;
  Play play_;
  std::ostream& out_;
  std::size_t compared_ = 0;
  std::map<std::string, std::size_t> seen_;  // how often OTP has told of what
  struct Different {
    Script script;
    Trace ours, otp;  // on real processes the same need not come again
  };
  std::vector<Different> different_;
};

}  // namespace ninelives::conformance::servers
