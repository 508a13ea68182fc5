// Long random histories, requests and changes of the spec among them, for our supervisor and for OTP's as it
// is written down in otp.hpp: both tell the same story, give the same answers and end up with the same
// children.
#include <array>
#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ninelives/spec/check.hpp>

#include "tests/supervisor/core/random.hpp"
#include "tests/supervisor/core/twins.hpp"

using namespace std::chrono_literals;

namespace ninelives::supervisor::test {

namespace {

constexpr std::array restarts{Restart::permanent, Restart::permanent, Restart::transient, Restart::temporary};
constexpr std::array endings{Ending::normal,   Ending::shutdown, Ending::shutdown_with_text,
                             Ending::abnormal, Ending::abnormal, Ending::killed};
constexpr std::array groups{Strategy::one_for_one, Strategy::rest_for_one, Strategy::one_for_all};
constexpr std::array modes{AutoShutdown::never, AutoShutdown::never, AutoShutdown::any_significant,
                           AutoShutdown::all_significant};
constexpr std::array outcomes{Otp::Start::fails, Otp::Start::fails, Otp::Start::ignores,
                              Otp::Start::succeeds};

class History {
 public:
  explicit History(std::uint64_t seed) : random_(seed), spec_(some_spec()), twins_(spec_) {
    tell(words(spec_));
  }

  // Empty if the two never differ.
  std::string difference() {
    if (is_dynamic(spec_)) start_child();
    for (int operation = 0; operation < 40 && twins_.is_alive(); ++operation) {
      something_happens();
      const std::string difference = twins_.difference();
      if (!difference.empty()) return told_ + difference;
    }
    return "";
  }

 private:
  static std::string words(const SupervisorSpec& spec) {
    std::string text = (spec.dynamic ? "dynamic" : to_string(spec.strategy)) + ", auto_shutdown " +
                       to_string(spec.auto_shutdown) + ", intensity " + std::to_string(spec.intensity) +
                       " in " + ninelives::to_string(spec.period) + ":";
    for (const ChildSpec& child : spec.children) text += " " + words(child);
    return text;
  }
  static std::string words(const ChildSpec& child) {
    return child.id + " " + to_string(child.restart) + (child.significant ? " significant" : "");
  }

  SupervisorSpec some_spec() {
    SupervisorSpec spec;
    const auto kind = random_.below(8);
    if (kind < 6) spec.strategy = groups[kind / 2];
    if (kind == 6) spec.strategy = Strategy::simple_one_for_one;
    spec.dynamic = kind == 7;
    give_flags(spec);
    if (kind < 6) give_children(spec);
    if (kind == 6) spec.children = {some_child("template", spec.auto_shutdown)};
    return spec;
  }

  void give_flags(SupervisorSpec& spec) {
    spec.intensity = static_cast<unsigned>(random_.below(random_.chance(50) ? 5 : 30));
    spec.period = 1s + random_.up_to(4s);
    if (!spec.dynamic) spec.auto_shutdown = random_.one_of(modes);
    if (spec.dynamic && random_.chance(50)) spec.max_children = static_cast<std::uint32_t>(random_.below(5));
  }

  void give_children(SupervisorSpec& spec) {
    for (const char* id : {"a", "b", "c", "d", "e", "f"}) {
      if (random_.chance(50)) continue;
      const auto place = random_.below(spec.children.size() + 1);
      spec.children.insert(spec.children.begin() + static_cast<std::ptrdiff_t>(place),
                           some_child(id, spec.auto_shutdown));
    }
  }

  ChildSpec some_child(const std::string& id, AutoShutdown mode) {
    ChildSpec child = worker(id, random_.one_of(restarts));
    child.significant =
        mode != AutoShutdown::never && child.restart != Restart::permanent && random_.chance(50);
    return child;
  }

  void something_happens() {
    switch (random_.below(10)) {
      case 0:
      case 1:
      case 2:
        return a_child_exits();
      case 3:
        return a_start_has_troubles();
      case 4:
        return random_.chance(is_dynamic(spec_) ? 80 : 30) ? start_child() : spec_changes();
      case 5:
        tell("try again");
        return twins_.tries_again();
      case 6: {
        const auto time = random_.up_to(3s);
        tell("pass " + ninelives::to_string(time));
        return twins_.passes(time);
      }
      default:
        return somebody_asks();
    }
  }

  void a_child_exits() {
    std::vector<std::string> running;
    for (const std::string& id : ids_) {
      if (twins_.runs(id)) running.push_back(id);
    }
    if (running.empty()) return;
    const std::string& id = random_.one_of(running);
    const Ending ending = random_.one_of(endings);
    tell(id + " exits " + std::string(to_string(ending)));
    twins_.exits(id, ending);
  }

  void a_start_has_troubles() {
    const std::string& id = random_.one_of(ids_);
    std::deque<Otp::Start> starts;
    for (auto count = 1 + random_.below(3); count > 0; --count) starts.push_back(random_.one_of(outcomes));
    tell(id + "'s next starts have troubles");
    twins_.next_starts(id, starts);
  }

  void start_child() {
    if (is_dynamic(spec_)) ids_.push_back("n" + std::to_string(ids_.size()));
    ChildSpec child = some_child(is_dynamic(spec_) ? ids_.back() : random_.one_of(ids_), spec_.auto_shutdown);
    if (spec_.strategy == Strategy::simple_one_for_one) {
      child.restart = spec_.children.front().restart;
      child.significant = spec_.children.front().significant;
    }
    tell("start_child " + words(child));
    twins_.start_child(child);
  }

  // The children of a dynamic supervisor are known by their processes: one that is not there has none.
  void somebody_asks() {
    const std::string& id = random_.one_of(ids_);
    if (is_dynamic(spec_) && !twins_.has(id)) return;
    switch (random_.below(3)) {
      case 0:
        tell("terminate_child " + id);
        return twins_.terminate_child(id);
      case 1:
        tell("restart_child " + id);
        return twins_.restart_child(id);
      default:
        tell("delete_child " + id);
        return twins_.delete_child(id);
    }
  }

  void spec_changes() {
    SupervisorSpec changed{.strategy = spec_.strategy, .dynamic = spec_.dynamic, .children = {}};
    if (!is_dynamic(spec_)) changed.strategy = random_.one_of(groups);
    give_flags(changed);
    if (changed.strategy == Strategy::simple_one_for_one) {
      changed.children = {some_child("template", changed.auto_shutdown)};
    } else if (!changed.dynamic) {
      give_children(changed);
    }
    tell("change_spec to " + words(changed));
    twins_.change_spec(changed);
    spec_ = changed;
  }

  void tell(const std::string& what) { told_ += what + "\n"; }

  Random random_;
  std::vector<std::string> ids_{"a", "b", "c", "d", "e", "f"};
  SupervisorSpec spec_;
  Twins twins_;
  std::string told_;
};

}  // namespace

TEST_CASE("No random history ends differently under OTP", "[core]") {
  for (const std::uint64_t seed : seeds(6000)) {
    const std::string difference = History(seed).difference();
    if (!difference.empty()) FAIL("NINELIVES_SEED=" << seed << "\n" << difference);
  }
}

}  // namespace ninelives::supervisor::test
