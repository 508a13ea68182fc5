#include "tests/conformance/shrink.hpp"

#include <algorithm>

#include <ninelives/spec/check.hpp>

#include "tests/conformance/shrinking.hpp"

namespace ninelives::conformance {

namespace {

bool is_sound(const Scenario& scenario) {
  return check(child_spec(scenario, scenario.definitions.front()).supervisor).empty();
}

// Every scenario with one thing less. Those with the most left out come first.
class Smaller {
 public:
  explicit Smaller(const Scenario& scenario) : scenario_(scenario) {
    for (std::size_t at = 1; at < scenario.definitions.size(); ++at) leave_out_definition(at);
    for (std::size_t at = 0; at < scenario.steps.size(); ++at) leave_out_step(at);
    for (std::size_t at = 0; at < scenario.definitions.size(); ++at) simplify(at);
  }
  std::vector<Scenario> take() { return std::move(found_); }

 private:
  template <typename Change>
  void propose(Change change) {
    Scenario smaller = scenario_;
    change(smaller);
    if (smaller != scenario_ && is_sound(smaller)) found_.push_back(std::move(smaller));
  }

  void leave_out_definition(std::size_t at) {
    const std::string name = scenario_.definitions[at].name;
    propose([&](Scenario& smaller) { erase_with_all_below(smaller, name); });
  }

  static void erase_with_all_below(Scenario& scenario, const std::string& name) {
    std::erase_if(scenario.definitions,
                  [&](const Definition& definition) { return definition.name == name; });
    for (Step& step : scenario.steps) {
      std::erase_if(step.events, [&](const Event& event) { return is_about(event.child, name); });
    }
    std::erase_if(scenario.steps,
                  [&](const Step& step) { return step.events.empty() || is_about(step.supervisor, name); });
    std::vector<std::string> below;
    for (const Definition& definition : scenario.definitions) {
      if (definition.under == name) below.push_back(definition.name);
    }
    for (const std::string& child : below) erase_with_all_below(scenario, child);
  }
  static bool is_about(std::string_view child, std::string_view name) {
    return child.substr(0, child.find('#')) == name;
  }

  void leave_out_step(std::size_t at) {
    propose([&](Scenario& smaller) {
      smaller.steps.erase(smaller.steps.begin() + static_cast<std::ptrdiff_t>(at));
    });
    const std::size_t events = scenario_.steps[at].events.size();
    for (std::size_t event = 0; event < events && events > 1; ++event) {
      propose([&](Scenario& smaller) {
        auto& some = smaller.steps[at].events;
        some.erase(some.begin() + static_cast<std::ptrdiff_t>(event));
      });
    }
  }

  void simplify(std::size_t at) {
    const auto with = [&](auto change) {
      propose([&](Scenario& smaller) { change(smaller.definitions[at]); });
    };
    with([](Definition& d) { d.starts.clear(); });
    with([](Definition& d) {
      if (!d.starts.empty()) d.starts.pop_back();
    });
    with([](Definition& d) {
      if (!d.starts.empty()) d.starts.erase(d.starts.begin());
    });
    // Who is no longer deaf needs time.
    with([](Definition& d) {
      d.stops = Reason::shutdown;
      d.spec.shutdown = Shutdown{Shutdown::Kind::infinity};
    });
    with([](Definition& d) {
      if (d.stops != Reason::deaf) d.spec.shutdown = Shutdown{Shutdown::Kind::infinity};
    });
    with([](Definition& d) {
      d.spec.restart = Restart::permanent;
      d.spec.significant = false;
    });
    with([](Definition& d) { d.spec.significant = false; });
    with([](Definition& d) { d.spec.supervisor.auto_shutdown = AutoShutdown::never; });
    with([](Definition& d) {
      Strategy& strategy = d.spec.supervisor.strategy;
      if (strategy != Strategy::simple_one_for_one) strategy = Strategy::one_for_one;
    });
    with([](Definition& d) { d.is_spare = false; });
    with([](Definition& d) { d.id.clear(); });
  }

  const Scenario& scenario_;
  std::vector<Scenario> found_;
};

}  // namespace

Scenario shrink(Scenario scenario, const StillShows& still_shows) {
  return smallest(
      std::move(scenario), [](const Scenario& larger) { return Smaller(larger).take(); }, still_shows);
}

}  // namespace ninelives::conformance
