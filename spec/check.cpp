#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <ninelives/spec/check.hpp>

namespace ninelives {

namespace {

using namespace std::chrono_literals;
using Kind = SpecFault::Kind;
using Faults = std::vector<SpecFault>;

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

// One supervisor's part of the tree, or one child list on its own.
class Checker {
 public:
  Checker(std::string where, Faults& faults) : where_(std::move(where)), faults_(faults) {}

  void supervisor(const SupervisorSpec& spec) {
    if (spec.period <= 0ns) {
      add(Kind::invalid_period, "the period is " + to_string(spec.period) + ": it must be longer than 0");
    }
    shape(spec);
    children(spec.children, spec.auto_shutdown);
  }

  void children(std::span<const ChildSpec> specs, AutoShutdown auto_shutdown) {
    ids(specs);
    for (std::size_t index = 0; index < specs.size(); ++index) {
      Checker(path_of(specs[index], index), faults_).child(specs[index], auto_shutdown);
    }
  }

 private:
  void child(const ChildSpec& spec, AutoShutdown auto_shutdown) {
    if (spec.id.empty()) add(Kind::missing_id, "the id is empty: every child needs a name");
    const bool is_supervisor = spec.type == ChildType::supervisor;
    if (!is_supervisor && spec.command.empty()) {
      add(Kind::missing_start, "there is no command to start it by");
    }
    if (spec.shutdown && spec.shutdown->kind == Shutdown::Kind::timeout && spec.shutdown->timeout < 0ns) {
      add(Kind::invalid_shutdown,
          "the shutdown time is " + to_string(spec.shutdown->timeout) + ": it must be 0 or longer");
    }
    if (spec.start_timeout && *spec.start_timeout <= 0ns) {
      add(Kind::invalid_start_timeout,
          "the start timeout is " + to_string(*spec.start_timeout) + ": it must be longer than 0");
    }
    if (spec.backoff) backoff(*spec.backoff);
    significance(spec, auto_shutdown);
    if (is_supervisor) supervisor(spec.supervisor);
  }

  void significance(const ChildSpec& spec, AutoShutdown auto_shutdown) {
    if (!spec.significant) return;
    if (spec.restart == Restart::permanent) {
      add(Kind::bad_combination, "a permanent child cannot be significant: it never ends by itself for good");
    }
    if (auto_shutdown == AutoShutdown::never) {
      add(Kind::bad_combination, "a child is significant only where auto_shutdown is not never");
    }
  }

  void backoff(const Backoff& backoff) {
    const bool in_order = 0ns < backoff.first && backoff.first <= backoff.max && backoff.reset >= 0ns;
    if (!in_order) {
      add(Kind::invalid_backoff, "backoff needs 0 < first <= max and a reset that is not negative");
    }
    if (!(backoff.jitter >= 0 && backoff.jitter <= 1)) {
      add(Kind::invalid_backoff, "the jitter of a backoff is from 0 to 1");
    }
  }

  void shape(const SupervisorSpec& spec) {
    const bool is_simple = spec.strategy == Strategy::simple_one_for_one;
    if (is_simple && spec.children.size() != 1) {
      add(Kind::bad_start_spec, "simple_one_for_one has exactly one child, the template; here are " +
                                    std::to_string(spec.children.size()));
    }
    if (spec.dynamic && spec.strategy != Strategy::one_for_one) {
      add(Kind::invalid_strategy,
          "a dynamic supervisor's strategy is one_for_one, not " + to_string(spec.strategy));
    }
    if (spec.dynamic && !spec.children.empty()) {
      add(Kind::bad_start_spec, "a dynamic supervisor has no children at boot: they come by start_child");
    }
    if (spec.dynamic && spec.auto_shutdown != AutoShutdown::never) {
      add(Kind::bad_combination, "a dynamic supervisor has no auto_shutdown");
    }
    if (!spec.dynamic && (spec.max_children || !spec.extra_arguments.empty())) {
      add(Kind::bad_combination, "max_children and extra_arguments are for dynamic supervisors");
    }
  }

  void ids(std::span<const ChildSpec> specs) {
    std::unordered_map<std::string_view, std::size_t> first_with;
    for (std::size_t index = 0; index < specs.size(); ++index) {
      const std::string& id = specs[index].id;
      if (id.empty()) continue;
      const auto [earlier, is_new] = first_with.try_emplace(id, index);
      if (is_new) continue;
      add(Kind::duplicate_child_name, "child " + std::to_string(index + 1) + " has the id " + quoted(id) +
                                          ", which child " + std::to_string(earlier->second + 1) +
                                          " has already: every child needs one of its own");
    }
  }

  // People count children from 1.
  std::string path_of(const ChildSpec& child, std::size_t index) const {
    const std::string name = child.id.empty() ? "child " + std::to_string(index + 1) : child.id;
    return where_.empty() ? name : where_ + "/" + name;
  }

  void add(Kind kind, std::string text) { faults_.push_back({kind, where_, std::move(text)}); }

  std::string where_;
  Faults& faults_;
};

}  // namespace

std::vector<SpecFault> check(const SupervisorSpec& spec) {
  Faults faults;
  Checker("", faults).supervisor(spec);
  return faults;
}

std::vector<SpecFault> check_childspecs(std::span<const ChildSpec> children, AutoShutdown auto_shutdown) {
  Faults faults;
  Checker("", faults).children(children, auto_shutdown);
  return faults;
}

std::string to_string(const SpecFault& fault) {
  return fault.where.empty() ? fault.text : fault.where + ": " + fault.text;
}

std::string to_string(std::span<const SpecFault> faults) {
  std::string text;
  for (const SpecFault& fault : faults) text += (text.empty() ? "" : "; ") + to_string(fault);
  return text;
}

}  // namespace ninelives
