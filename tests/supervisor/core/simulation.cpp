#include "tests/supervisor/core/simulation.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <variant>

#include "tests/supervisor/core/host.hpp"
#include "tests/supervisor/core/invariants.hpp"
#include "tests/supervisor/core/random.hpp"
#include "tests/supervisor/core/random_tree.hpp"

namespace ninelives::supervisor::test {

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr auto forever = 2s;  // longer than anybody waits for anything
constexpr std::size_t too_many_steps = 200'000;

// How badly the processes of one run behave, in percent.
struct Faults {
  std::uint64_t fails_to_launch;
  std::uint64_t exits_before_ready;
  std::uint64_t ignores;
  std::uint64_t hangs;
  std::uint64_t crashes;
  std::uint64_t deaf;
  std::uint64_t slow;  // starts and stops

  explicit Faults(Random& random)
      : fails_to_launch(some(random, 30)),
        exits_before_ready(some(random, 30)),
        ignores(some(random, 15)),
        hangs(some(random, 15)),
        crashes(some(random, 90)),
        deaf(some(random, 50)),
        slow(some(random, 80)) {}

 private:
  // Half of the runs do without each fault, so that the others can be seen undisturbed.
  static std::uint64_t some(Random& random, std::uint64_t limit) {
    return random.chance(50) ? 0 : random.below(limit);
  }
};

class Simulation : private Director {
 public:
  Simulation(std::uint64_t seed, bool traces, Seen* seen)
      : random_(seed),
        faults_(random_),
        traces_(traces),
        seen_(seen),
        host_(random_supervisor(random_, 1 + static_cast<int>(random_.below(3))), *this,
              static_cast<std::uint32_t>(seed)) {}

  Run run() {
    try {
      plan();
      if (random_.chance(60)) come_to_rest();
      end();
    } catch (const Violation& violation) {
      run_.violation = violation.what();
    }
    return std::move(run_);
  }

 private:
  // ---- what is done to the tree

  void plan() {
    host_.post(host_.now() + (random_.chance(95) ? 0ms : random_.up_to(50ms)), 0, Boot{});
    for (auto disturbances = random_.below(random_.chance(50) ? 20 : 120); disturbances > 0; --disturbances) {
      run_until(host_.now() + (random_.chance(30) ? 0ms : random_.up_to(15ms)));
      disturb();
    }
  }

  void disturb() {
    const auto supervisors = host_.supervisors();
    if (supervisors.empty()) return;
    const NodeId node = random_.one_of(supervisors);
    const TimePoint when = host_.now() + (random_.chance(50) ? 0ms : random_.up_to(20ms));
    if (random_.chance(10)) return stale_news(node, when);
    host_.post(when, node, some_request(*host_.supervisor(node)));
  }

  Event some_request(const Supervisor& supervisor) {
    const RequestId request = ++last_request_;
    switch (random_.below(12)) {
      case 0:
        return Boot{};
      case 1:
        return Tick{};
      case 2:
        return ChangeSpec{request, random_change(random_, supervisor.spec())};
      case 3:
      case 4:
        return RestartChild{request, some_name(supervisor)};
      case 5:
      case 6:
        return DeleteChild{request, some_name(supervisor)};
      case 7:
      case 8:
      case 9:
        return TerminateChild{request, some_name(supervisor)};
      default:
        return StartChild{request, random_child(random_, supervisor.spec())};
    }
  }

  ChildName some_name(const Supervisor& supervisor) {
    const auto children = supervisor.children();
    if (random_.chance(5)) return Stranger{.is_alive = random_.chance(50)};
    if (children.empty() || random_.chance(is_dynamic(supervisor.spec()) ? 5 : 90)) return random_id(random_);
    const ChildNumber child = random_.one_of(children);
    const Life life = supervisor.life(child);
    return ProcessRef{child, life > 0 && random_.chance(20) ? life - 1 : life};
  }

  // Of a life that is over, or of a child that nobody knows.
  void stale_news(NodeId node, TimePoint when) {
    const auto children = host_.supervisor(node)->children();
    ProcessRef process{.child = 1000, .life = 1};
    if (!children.empty() && random_.chance(80)) {
      process.child = random_.one_of(children);
      const Life life = host_.supervisor(node)->life(process.child);
      if (life == 0) return;
      process.life = random_.below(life);
    }
    switch (random_.below(3)) {
      case 0:
        return host_.post(when, node, Ready{process.child, process.life}, true), void();
      case 1:
        return host_.post(when, node, LaunchFailed{process.child, process.life}, true), void();
      default:
        return host_.post(when, node, Exited{process.child, process.life, Ending::abnormal}, true), void();
    }
  }

  // From now on all goes well. What is under way comes to an end, and what is to be there is there.
  void come_to_rest() {
    is_calm_ = true;
    run_until(TimePoint::max());
    if (host_.supervisor(0)->phase() == Phase::idle) throw Violation("the tree has not booted");
    for (const NodeId node : host_.supervisors()) invariants_.at(node).rests(*host_.supervisor(node));
  }

  void end() {
    host_.post(host_.now(), 0, StopAll{});
    if (random_.chance(30)) host_.post(host_.now() + random_.up_to(50ms), 0, KillAll{});
    if (random_.chance(10)) host_.post(host_.now() + random_.up_to(50ms), 0, StopAll{});
    run_until(TimePoint::max());
    if (!host_.supervisor(0)->finished()) throw Violation("the tree does not end");
    if (host_.processes() != 0) throw Violation("the tree has ended, and there are processes");
    if (host_.supervisors().size() != 1) throw Violation("the tree has ended, and there are supervisors");
  }

  void run_until(TimePoint limit) {
    while (host_.run_one(limit)) {
      if (run_.steps > too_many_steps) throw Violation("the run does not end");
    }
    if (limit != TimePoint::max()) host_.sleep_until(std::max(host_.now(), limit));
  }

  // ---- the director

  Manner manner(NodeId, const ChildSpec& child, Life life) override {
    Manner manner{.starts_after = random_.chance(faults_.slow) ? random_.up_to(20ms) : random_.up_to(1ms)};
    decide_stop(child, manner);
    if (is_calm_) return manner;
    if (start_meets(faults_.fails_to_launch, life)) {
      manner.start = Manner::Start::launch_fails;
    } else if (start_meets(faults_.exits_before_ready, life)) {
      manner.start = Manner::Start::exits;
      manner.start_ending = some_ending();
    } else if (start_meets(faults_.ignores, life)) {
      manner.start = Manner::Start::exits;
      manner.start_ending = Ending::ignored;
    } else if (start_meets(faults_.hangs, life)) {
      manner.starts_after = forever;
    }
    if (random_.chance(faults_.crashes)) {
      manner.lives_for = random_.chance(20) ? nanoseconds(0) : random_.up_to(80ms);
      manner.ending = some_ending();
    }
    return manner;
  }

  // First lives are luckier, or hardly any boot would succeed.
  bool start_meets(std::uint64_t fault, Life life) {
    return random_.chance(fault) && (life > 1 || random_.chance(15));
  }

  Ending some_ending() { return static_cast<Ending>(random_.below(6)); }

  void decide_stop(const ChildSpec&, Manner& manner) {
    manner.stops_after = random_.chance(faults_.slow) ? random_.up_to(40ms) : nanoseconds(0);
    if (random_.chance(faults_.deaf)) manner.stops_after = forever;
    manner.stop_ending = random_.chance(80) ? Ending::shutdown : some_ending();
    manner.dies_after = random_.up_to(3ms);
  }

  std::uint64_t precedence() override { return random_.below(1000); }
  // A loop that is busy sends its Ticks late.
  std::optional<nanoseconds> lag() override {
    return random_.chance(60) ? nanoseconds(0) : random_.up_to(5ms);
  }

  void begins(NodeId node, const Supervisor& supervisor) override { invariants_.emplace(node, supervisor); }
  void is_lost(NodeId node) override { invariants_.erase(node); }

  void follows(const Step& step) override {
    ++run_.steps;
    if (traces_) trace(step);
    invariants_.at(step.node).follow(step);
  }

  void trace(const Step& step) {
    const std::string event = to_string(step.event);
    run_.trace +=
        std::to_string(step.now / 1ms) + " ms  supervisor " + std::to_string(step.node) + ": " + event + "\n";
    for (const Action& action : step.actions) run_.trace += "            -> " + to_string(action) + "\n";
    if (seen_ == nullptr) return;
    seen_->events.insert(kind(event));
    for (const Action& action : step.actions) seen_->actions.insert(kind(to_string(action)));
  }

  // A line without its numbers and ids: `reply started`, `running`, `finished: gave_up`.
  static std::string kind(const std::string& line) {
    std::string kept;
    std::string word;
    for (const char letter : line + " ") {
      if (letter != ' ') {
        word += letter;
        continue;
      }
      const bool is_name = word.size() == 1 || word.find_first_of("0123456789") != std::string::npos;
      if (!is_name) kept += (kept.empty() ? "" : " ") + word;
      word.clear();
    }
    return kept;
  }

  Random random_;
  Faults faults_;
  bool traces_;
  Seen* seen_;
  bool is_calm_ = false;
  RequestId last_request_ = 0;
  Run run_;
  std::map<NodeId, Invariants> invariants_;
  Host host_;  // the last one: it speaks with us from the beginning
};

}  // namespace

Run simulate(std::uint64_t seed) { return Simulation(seed, false, nullptr).run(); }

Run simulate_and_trace(std::uint64_t seed, Seen* seen) { return Simulation(seed, true, seen).run(); }

}  // namespace ninelives::supervisor::test
