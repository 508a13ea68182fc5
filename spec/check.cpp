#include <algorithm>
#include <string_view>
#include <unordered_map>

#include <ninelives/spec/check.hpp>

#include "spec/checker.hpp"
#include "spec/name.hpp"
#include "spec/quote.hpp"

namespace ninelives {

namespace {

// People count children from 1.
std::string nth(std::size_t index) { return "child " + std::to_string(index + 1); }

std::string below(const std::string& above, const std::string& name) {
  return above.empty() ? name : above + '/' + name;
}

// As far as a faulty spec lets one say.
bool has_partitions(const SupervisorSpec& spec) {
  return spec.partitions && *spec.partitions > 0 && !is_dynamic(spec) && spec.children.size() == 1;
}

}  // namespace

void Checker::node(const std::string& name) {
  if (name.empty()) return add(Kind::missing_id, "node", "the node has no name");
  if (const auto wrong = what_is_wrong_with_name(name)) {
    add(Kind::invalid_id, "node", "the node's name " + in_quotes(name) + ' ' + *wrong);
  }
}

// A template has no process of its own.
void Checker::reserve_ids(const SupervisorSpec& root) {
  if (is_dynamic(root)) return;
  if (has_partitions(root)) {
    for (std::uint32_t index = 0; index < std::min(*root.partitions, most_partitions); ++index) {
      const std::string id = std::to_string(index);
      findings_.names.try_emplace(id, Findings::Holder{field("partitions"), id});
    }
    return;
  }
  for (std::size_t index = 0; index < root.children.size(); ++index) {
    const std::string& id = root.children[index].id;
    findings_.names.try_emplace(id, Findings::Holder{id_of(index), id});
  }
}

void Checker::supervisor(const SupervisorSpec& spec) {
  if (spec.intensity > highest_intensity) {
    add(Kind::invalid_intensity, "intensity",
        "the intensity is " + std::to_string(spec.intensity) + ": the highest is " +
            std::to_string(highest_intensity));
  }
  positive_time(Kind::invalid_period, "period", "the period", spec.period);
  shape(spec);
  words("extra_arguments", "an extra argument", spec.extra_arguments);
  if (has_partitions(spec)) return partition(spec);
  if (spec.strategy == Strategy::simple_one_for_one) spot_.is_in_template = true;
  children(spec.children, spec.auto_shutdown);
}

// The last one has the longest path.
void Checker::partition(const SupervisorSpec& spec) {
  Spot spot = spot_of("", 0);
  spot.is_in_template = true;
  spot.is_partition = true;
  if (spot_.name)
    spot.name = below(*spot_.name, std::to_string(std::min(*spec.partitions, most_partitions) - 1));
  Checker(std::move(spot), findings_).child(spec.children.front(), spec.auto_shutdown);
}

void Checker::shape(const SupervisorSpec& spec) {
  if (spec.partitions) partitions(spec);
  if (spec.strategy == Strategy::simple_one_for_one && spec.children.size() != 1) {
    add(Kind::bad_start_spec, {field("child"), field("strategy")},
        "simple_one_for_one has exactly one child, the template; here are " +
            std::to_string(spec.children.size()));
  }
  if (spec.dynamic) {
    dynamic(spec);
  } else {
    not_dynamic(spec);
  }
}

void Checker::partitions(const SupervisorSpec& spec) {
  const auto number = std::to_string(*spec.partitions);
  if (*spec.partitions == 0 || *spec.partitions > most_partitions) {
    add(Kind::invalid_partitions, "partitions",
        "there are " + number + " partitions: it must be from 1 to " + std::to_string(most_partitions));
  }
  if (spec.dynamic || spec.strategy == Strategy::simple_one_for_one) {
    return add(Kind::bad_combination, {field("partitions"), field(spec.dynamic ? "dynamic" : "strategy")},
               "partitions are there from the boot on, and no other children are: such a supervisor is not "
               "dynamic");
  }
  if (spec.children.size() != 1) {
    add(Kind::bad_start_spec, {field("child"), field("partitions")},
        "partitions are made from exactly one child; here are " + std::to_string(spec.children.size()));
  }
}

void Checker::dynamic(const SupervisorSpec& spec) {
  if (spec.strategy != Strategy::one_for_one) {
    add(Kind::invalid_strategy, {field("strategy"), field("dynamic")},
        "a dynamic supervisor's strategy is one_for_one, not " + to_string(spec.strategy));
  }
  if (!spec.children.empty()) {
    add(Kind::bad_start_spec, {field("child"), field("dynamic")},
        "a dynamic supervisor has no children at boot: they come by start_child");
  }
  if (spec.auto_shutdown != AutoShutdown::never) {
    add(Kind::bad_combination, {field("auto_shutdown"), field("dynamic")},
        "a dynamic supervisor has no auto_shutdown");
  }
}

void Checker::not_dynamic(const SupervisorSpec& spec) {
  if (spec.max_children) {
    add(Kind::bad_combination, {field("max_children"), field("dynamic")},
        "max_children is for dynamic supervisors");
  }
  if (!spec.extra_arguments.empty()) {
    add(Kind::bad_combination, {field("extra_arguments"), field("dynamic")},
        "extra_arguments are for dynamic supervisors");
  }
}

void Checker::children(std::span<const ChildSpec> specs, AutoShutdown auto_shutdown) {
  ids(specs);
  for (std::size_t index = 0; index < specs.size(); ++index) {
    Checker(spot_of(specs[index].id, index), findings_).child(specs[index], auto_shutdown);
  }
}

void Checker::ids(std::span<const ChildSpec> specs) {
  std::unordered_map<std::string_view, std::size_t> first_with;
  for (std::size_t index = 0; index < specs.size(); ++index) {
    const std::string& id = specs[index].id;
    if (id.empty()) continue;
    const auto [earlier, is_new] = first_with.try_emplace(id, index);
    if (is_new) continue;
    add(Kind::duplicate_child_name, {id_of(index), id_of(earlier->second)},
        nth(index) + " has the id " + in_quotes(id) + ", which " + nth(earlier->second) +
            " has already: every child needs one of its own");
  }
}

// An id that is no name is called by its number: it may be anything, and of any length.
Spot Checker::spot_of(const std::string& id, std::size_t index) const {
  const bool is_good = !what_is_wrong_with_name(id);
  Spot spot{below(spot_.where, is_good ? id : nth(index)), spot_.child, {}, spot_.is_in_template};
  spot.child.push_back(index);
  if (is_good && spot_.name) spot.name = below(*spot_.name, id);
  return spot;
}

SpecField Checker::id_of(std::size_t index) const {
  SpecField id = field("id");
  id.child.push_back(index);
  return id;
}

std::vector<SpecFault> check(const SupervisorSpec& spec) {
  Findings findings;
  Checker({}, findings).supervisor(spec);
  return findings.faults;
}

std::vector<SpecFault> check(const TreeSpec& tree) {
  Findings findings;
  Checker top({}, findings);
  top.node(tree.node);
  top.reserve_ids(tree.supervisor);
  top.supervisor(tree.supervisor);
  return findings.faults;
}

std::vector<SpecFault> check_childspecs(std::span<const ChildSpec> children, AutoShutdown auto_shutdown) {
  Findings findings;
  Checker({}, findings).children(children, auto_shutdown);
  return findings.faults;
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
