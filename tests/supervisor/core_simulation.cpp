#include "tests/supervisor/core_simulation.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <tuple>
#include <utility>
#include <variant>

#include "supervisor/core/supervisor.hpp"
#include "tests/supervisor/core_invariants.hpp"

namespace ninelives::supervisor::test {

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  // The remainder instead of a distribution of the library, and never two draws in the arguments of one call:
  // a seed means the same run with every compiler.
  std::uint64_t below(std::uint64_t limit) { return engine_() % limit; }
  bool chance(unsigned percent) { return below(100) < percent; }
  // Whole milliseconds, so that many things happen at one and the same moment.
  nanoseconds up_to(std::chrono::milliseconds limit) {
    return std::chrono::milliseconds(below(static_cast<std::uint64_t>(limit.count()) + 1));
  }
  Ending ending() { return static_cast<Ending>(below(3)); }

 private:
  std::mt19937_64 engine_;
};

ChildSpec random_child(Random& random, std::size_t number) {
  return {.id = "child" + std::to_string(number),
          .restart = static_cast<Restart>(random.below(3)),
          .shutdown = {static_cast<Shutdown::Kind>(random.below(3)), random.up_to(30ms)}};
}

SupervisorSpec random_spec(Random& random) {
  // Half of the supervisors give up soon, the others see many restarts.
  const std::uint64_t intensity = random.chance(50) ? random.below(5) : random.below(100);
  SupervisorSpec spec{.intensity = static_cast<unsigned>(intensity), .period = 1ms + random.up_to(200ms)};
  const std::size_t count = random.chance(3) ? 0 : 1 + random.below(8);
  while (spec.children.size() < count) spec.children.push_back(random_child(random, spec.children.size()));
  return spec;
}

/// How badly the processes of one run behave, in percent.
struct Manners {
  unsigned fails_to_launch;
  unsigned exits_before_ready;
  unsigned never_ready;
  unsigned crashes;
  unsigned deaf;
  unsigned stale_news;

  explicit Manners(Random& random)
      : fails_to_launch(some(random, 40)),
        exits_before_ready(some(random, 40)),
        never_ready(some(random, 10)),
        crashes(random.chance(80) ? 100 : 50),
        deaf(some(random, 60)),
        stale_news(some(random, 30)) {}

 private:
  // Half of the runs do without each fault, so that the others can be seen undisturbed.
  static unsigned some(Random& random, unsigned limit) {
    return random.chance(50) ? 0 : static_cast<unsigned>(random.below(limit));
  }
};

/// Events to come, by time. Those of one moment come in random order, as news from different processes does.
class Agenda {
 public:
  explicit Agenda(Random& random) : random_(random) {}

  void add(TimePoint when, const Event& event) {
    events_.emplace(std::tuple{when, random_.below(1000), next_++}, event);
  }
  std::optional<TimePoint> first() const {
    if (events_.empty()) return std::nullopt;
    return std::get<0>(events_.begin()->first);
  }
  Event take() { return std::move(events_.extract(events_.begin()).mapped()); }

 private:
  Random& random_;
  std::uint64_t next_ = 0;
  std::map<std::tuple<TimePoint, std::uint64_t, std::uint64_t>, Event> events_;
};

/// Answers actions with events, as the operating system and the processes would.
class Host {
 public:
  Host(Random& random, Agenda& agenda) : random_(random), agenda_(agenda), manners_(random) {}

  void perform(TimePoint now, const Action& action) {
    now_ = now;
    std::visit([this](const auto& what) { on(what); }, action);
  }

  /// Whether the event can happen at all: a process ends only once, and is not ready after its end. What
  /// cannot happen comes all the same now and then, when the supervisor must know that it is stale.
  bool happens(const Event& event) {
    if (const auto* ready = std::get_if<Ready>(&event)) {
      return ended_.contains({ready->child, ready->life}) ? random_.chance(manners_.stale_news) : true;
    }
    if (const auto* failed = std::get_if<LaunchFailed>(&event)) return end(failed->child, failed->life);
    if (const auto* exited = std::get_if<Exited>(&event)) return end(exited->child, exited->life);
    return true;
  }

 private:
  using Process = std::pair<ChildIndex, Life>;

  bool end(ChildIndex child, Life life) {
    return ended_.insert({child, life}).second || random_.chance(manners_.stale_news);
  }

  void on(const Became&) {}
  void on(const Finished&) {}

  void on(const Launch& launch) {
    const auto [child, life] = launch;
    const TimePoint answer = now_ + random_.up_to(10ms);
    if (start_meets(manners_.fails_to_launch, life)) {
      unborn_.insert({child, life});
      agenda_.add(answer, LaunchFailed{child, life});
    } else if (start_meets(manners_.exits_before_ready, life)) {
      exit(answer, child, life);
    } else if (!start_meets(manners_.never_ready, life)) {
      agenda_.add(answer, Ready{child, life});
      if (random_.chance(manners_.crashes)) exit(answer + 1ms + random_.up_to(60ms), child, life);
    }
  }

  void exit(TimePoint when, ChildIndex child, Life life) {
    agenda_.add(when, Exited{child, life, random_.ending()});
  }

  // First lives are luckier, or hardly any boot would succeed.
  bool start_meets(unsigned fault, Life life) {
    return random_.chance(fault) && (life > 1 || random_.chance(10));
  }

  void on(const AskToStop& ask) {
    if (unborn_.contains({ask.child, ask.life}) || random_.chance(manners_.deaf)) return;
    exit(now_ + random_.up_to(40ms), ask.child, ask.life);
  }

  void on(const Kill& kill) {
    if (unborn_.contains({kill.child, kill.life})) return;
    agenda_.add(now_ + random_.up_to(3ms), Exited{kill.child, kill.life, Ending::abnormal});
  }

  Random& random_;
  Agenda& agenda_;
  Manners manners_;
  TimePoint now_{};
  std::set<Process> unborn_;  // their launch fails
  std::set<Process> ended_;
};

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed)
      : random_(seed),
        spec_(random_spec(random_)),
        supervisor_(spec_),
        invariants_(spec_),
        host_(random_, agenda_) {}

  Run run() {
    plan();
    try {
      while (next_event()) {
        if (run_.steps.size() > 100'000) throw Violation("the run does not end");
      }
      if (!supervisor_.finished()) throw Violation("the supervisor does not finish");
    } catch (const Violation& violation) {
      run_.violation = violation.what();
    }
    return std::move(run_);
  }

 private:
  // Requests at random moments, then a stop, and in the end a kill that even the deaf obey.
  void plan() {
    const nanoseconds life = random_.up_to(600ms);
    agenda_.add(random_.chance(95) ? 0ms : random_.up_to(300ms), Boot{});
    for (auto requests = random_.below(30); requests > 0; --requests) {
      const TimePoint when = random_.up_to(700ms);
      agenda_.add(when, random_request());
    }
    if (random_.chance(80)) agenda_.add(life, StopAll{});
    if (random_.chance(30)) agenda_.add(life + random_.up_to(100ms), KillAll{});
    agenda_.add(2s, KillAll{});
  }

  Event random_request() {
    const ChildIndex child = random_.below(spec_.children.size() + 1);  // one of them is nobody's
    const Life life = random_.below(4);
    switch (random_.below(8)) {
      case 0:
        return Boot{};
      case 1:
        return Tick{};
      case 2:
        return Ready{child + 100, life};
      case 3:
        return Exited{child + 100, life, random_.ending()};
      case 4:
        return StopChild{child};
      default:
        return random_.chance(60) ? Event{StartChild{child}} : Event{StopChild{child}};
    }
  }

  bool next_event() {
    const auto first = agenda_.first();
    const auto tick = tick_time();
    if (!first && !tick) return false;
    if (tick && (!first || *tick < *first || (*tick == *first && random_.chance(50)))) {
      now_ = *tick;
      step(Tick{});
    } else {
      now_ = *first;
      const Event event = agenda_.take();
      if (host_.happens(event)) step(event);
    }
    return true;
  }

  // A loop that is busy sends its ticks late.
  std::optional<TimePoint> tick_time() {
    const auto deadline = supervisor_.next_deadline();
    if (deadline != lagging_deadline_) {
      lagging_deadline_ = deadline;
      lag_ = random_.chance(60) ? 0ns : random_.up_to(5ms);
    }
    if (!deadline) return std::nullopt;
    return std::max(now_, *deadline + lag_);
  }

  void step(const Event& event) {
    Actions actions = supervisor_.step(now_, event);
    run_.steps.push_back({now_, event, actions});
    invariants_.follow(now_, event, actions, supervisor_);
    for (const Action& action : actions) host_.perform(now_, action);
  }

  Random random_;
  SupervisorSpec spec_;
  Supervisor supervisor_;
  Invariants invariants_;
  Agenda agenda_{random_};
  Host host_;
  TimePoint now_{};
  std::optional<TimePoint> lagging_deadline_;
  nanoseconds lag_{};
  Run run_;
};

}  // namespace

Run simulate(std::uint64_t seed) { return Simulation(seed).run(); }

std::string to_string(const Run& run) {
  std::string text;
  for (const Step& step : run.steps) {
    text += std::to_string(step.now / 1ms) + " ms  " + to_string(step.event) + "\n";
    for (const Action& action : step.actions) text += "          -> " + to_string(action) + "\n";
  }
  return text + run.violation + "\n";
}

}  // namespace ninelives::supervisor::test
