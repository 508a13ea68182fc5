#include "tests/conformance/generator.hpp"

#include <algorithm>

#include "tests/conformance/dice.hpp"

namespace ninelives::conformance {

namespace {

constexpr unsigned levels = 3;
constexpr unsigned most_children = 8;
constexpr unsigned most_steps = 8;
constexpr unsigned most_lives = 6;  // that anybody speaks of

class Generator {
 public:
  Generator(std::uint64_t seed, std::uint64_t number) : dice_(seed, number) {
    scenario_.title = std::to_string(number);
  }

  Scenario make() {
    Definition top{.name = "top"};
    supervisor(top, 1);
    const unsigned steps = 1 + dice_.below(most_steps);
    for (unsigned left = steps; left > 0; --left) step(left == 1);
    return std::move(scenario_);
  }

 private:
  // ---- the tree

  void supervisor(Definition definition, unsigned level) {
    definition.spec.type = ChildType::supervisor;
    SupervisorSpec& spec = definition.spec.supervisor;
    spec.strategy =
        dice_.one_of<Strategy>({{Strategy::one_for_one, 30},
                                {Strategy::rest_for_one, 25},
                                {Strategy::one_for_all, 25},
                                {Strategy::simple_one_for_one, children_ < most_children ? 20 : 0}});
    spec.intensity = dice_.one_of<unsigned>({{0, 4}, {1, 20}, {2, 30}, {3, 26}, {4, 10}, {6, 10}});
    spec.auto_shutdown = dice_.one_of<AutoShutdown>({{AutoShutdown::never, 60},
                                                     {AutoShutdown::any_significant, 20},
                                                     {AutoShutdown::all_significant, 20}});
    scenario_.definitions.push_back(definition);
    const bool is_simple = spec.strategy == Strategy::simple_one_for_one;
    for (unsigned count = is_simple ? 1 : number_of_children(); count > 0 && children_ < most_children;
         --count) {
      child(definition, level);
    }
    if (is_simple) return;
    for (unsigned count = dice_.below(3); count > 0 && children_ < most_children; --count) spare(definition);
  }

  unsigned number_of_children() {
    return dice_.one_of<unsigned>({{0, 3}, {1, 12}, {2, 25}, {3, 30}, {4, 20}, {5, 10}});
  }

  void child(const Definition& above, unsigned level) {
    ++children_;
    Definition definition;
    definition.under = above.name;
    definition.spec.restart =
        dice_.one_of<Restart>({{Restart::permanent, 50}, {Restart::transient, 30}, {Restart::temporary, 20}});
    definition.spec.significant = above.spec.supervisor.auto_shutdown != AutoShutdown::never &&
                                  definition.spec.restart != Restart::permanent && dice_.percent(70);
    if (level < levels && dice_.percent(25)) {
      definition.name = next_name(next_supervisor_);
      definition.spec.shutdown =
          dice_.one_of<Shutdown>({{{Shutdown::Kind::infinity}, 70},
                                  {{Shutdown::Kind::timeout, std::chrono::seconds(10)}, 15},
                                  {{Shutdown::Kind::brutal_kill}, 15}});
      return supervisor(std::move(definition), level + 1);
    }
    definition.name = next_name(next_worker_);
    worker(definition, above);
    scenario_.definitions.push_back(std::move(definition));
  }

  void worker(Definition& definition, const Definition& above) {
    definition.stops = dice_.one_of<Reason>({{Reason::shutdown, 50},
                                             {Reason::normal, 12},
                                             {Reason::shutdown_x, 12},
                                             {Reason::error, 12},
                                             {Reason::deaf, 14}});
    definition.spec.shutdown = shutdown(definition.stops == Reason::deaf);
    if (dice_.percent(is_troubled_ ? 15 : 60)) return;
    const bool may_ignore = !is_simple(above) || definition.spec.restart == Restart::temporary;
    for (unsigned count = 1 + dice_.below(5); count > 0; --count) {
      const bool is_first = definition.starts.empty() && dice_.percent(85);
      definition.starts.push_back(is_first ? Start::ok
                                           : dice_.one_of<Start>({{Start::ok, is_troubled_ ? 25 : 60},
                                                                  {Start::error, 40},
                                                                  {Start::ignore, may_ignore ? 10 : 0}}));
    }
  }

  Shutdown shutdown(bool is_deaf) {
    if (dice_.percent(20)) return {Shutdown::Kind::brutal_kill};
    if (is_deaf) return {Shutdown::Kind::timeout, std::chrono::milliseconds(dice_.below(4))};
    if (dice_.percent(50)) return {Shutdown::Kind::infinity};
    return {Shutdown::Kind::timeout, std::chrono::seconds(10)};
  }

  // A child that comes later, perhaps with another spec for an id that is there.
  void spare(const Definition& above) {
    child(above, levels);
    Definition& added = scenario_.definitions.back();
    added.is_spare = true;
    if (!dice_.percent(30)) return;
    const auto sibling = std::ranges::find_if(scenario_.definitions, [&](const Definition& other) {
      return other.under == above.name && other.spec.type == ChildType::worker && other.name != added.name;
    });
    if (sibling != scenario_.definitions.end()) added.id = id_of(*sibling);
  }

  static std::string next_name(char& letter) { return std::string(1, letter++); }

  // ---- the steps

  void step(bool is_last) {
    const Definition& supervisor = any_supervisor();
    Step step{.supervisor = address(supervisor), .events = {}};
    const unsigned count =
        is_troubled_ ? 1 + dice_.below(5) : dice_.one_of<unsigned>({{1, 65}, {2, 25}, {3, 10}});
    while (step.events.size() < count) step.events.push_back(event(supervisor));
    if (is_last && supervisor.under.empty() && dice_.percent(30)) step.events.push_back({.what = "stop"});
    put_counts_last(step);
    scenario_.steps.push_back(std::move(step));
  }

  static void put_counts_last(Step& step) {
    std::ranges::stable_partition(step.events,
                                  [](const Event& event) { return event.what != "count_children"; });
  }

  const Definition& any_supervisor() {
    std::vector<const Definition*> supervisors;
    for (const Definition& definition : scenario_.definitions) {
      if (definition.spec.type == ChildType::supervisor) supervisors.push_back(&definition);
      // Those with many children are the more interesting ones.
      if (!definition.under.empty()) supervisors.push_back(&definition_of(scenario_, definition.under));
    }
    return *supervisors[dice_.below(supervisors.size())];
  }

  bool is_one_of_many(const Definition& definition) const {
    return !definition.under.empty() && is_simple(definition_of(scenario_, definition.under));
  }
  static bool is_simple(const Definition& definition) {
    return definition.spec.supervisor.strategy == Strategy::simple_one_for_one;
  }

  std::string address(const Definition& definition) {
    const std::string& id = id_of(definition);
    return is_one_of_many(definition) && dice_.percent(60) ? any_life(id) : id;
  }
  std::string any_life(const std::string& id) {
    return id + "#" + std::to_string(1 + dice_.below(most_lives));
  }

  Event event(const Definition& supervisor) {
    const unsigned starts = is_simple(supervisor) ? 60 : 10;
    const auto what = dice_.one_of<const char*>({{"exit", 55},
                                                 {"start_child", starts},
                                                 {"terminate_child", 11},
                                                 {"restart_child", 8},
                                                 {"delete_child", 8},
                                                 {"which_children", 3},
                                                 {"count_children", 3},
                                                 {"get_childspec", 2}});
    Event event{.what = what};
    if (event.what == "which_children" || event.what == "count_children") return event;
    const Definition* child = any_child(supervisor);
    if (event.what == "start_child") {
      if (is_simple(supervisor)) return event;
      if (child == nullptr) return {.what = "which_children"};
      event.child = child->name;
      return event;
    }
    event.child = name(supervisor, child);
    if (event.what == "exit") event.reason = reason(child);
    return event;
  }

  const Definition* any_child(const Definition& supervisor) {
    std::vector<const Definition*> children;
    for (const Definition& definition : scenario_.definitions) {
      if (definition.under == supervisor.name) children.push_back(&definition);
    }
    return children.empty() ? nullptr : children[dice_.below(children.size())];
  }

  std::string name(const Definition& supervisor, const Definition* child) {
    if (child == nullptr || dice_.percent(4)) return "nobody";
    if (!is_simple(supervisor)) return dice_.percent(97) ? id_of(*child) : any_life(id_of(*child));
    if (dice_.percent(3)) return "stranger";
    return dice_.percent(97) ? any_life(id_of(*child)) : id_of(*child);
  }

  Reason reason(const Definition* child) {
    if (child != nullptr && child->spec.type == ChildType::supervisor) return Reason::killed;
    return dice_.one_of<Reason>({{Reason::killed, 30},
                                 {Reason::error, 25},
                                 {Reason::normal, 15},
                                 {Reason::shutdown, 15},
                                 {Reason::shutdown_x, 15}});
  }

  Dice dice_;
  Scenario scenario_;
  // Restarts fail, and much comes meanwhile.
  bool is_troubled_ = dice_.percent(30);
  unsigned children_ = 0;
  char next_worker_ = 'a';
  char next_supervisor_ = 's';
};

}  // namespace

Scenario make_scenario(std::uint64_t seed, std::uint64_t number) { return Generator(seed, number).make(); }

}  // namespace ninelives::conformance
