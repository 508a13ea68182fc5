#include "supervisor/core/child_spec.hpp"

#include <cstddef>
#include <string_view>
#include <unordered_map>

namespace ninelives::supervisor {

namespace {

using namespace std::chrono_literals;
using Faults = std::vector<std::string>;

// People count children from 1.
std::string place(std::size_t index) { return "child " + std::to_string(index + 1); }

std::string quoted(std::string_view id) { return "\"" + std::string(id) + "\""; }

std::string in_nanoseconds(std::chrono::nanoseconds time) { return std::to_string(time.count()) + " ns"; }

void check_period(const SupervisorSpec& spec, Faults& faults) {
  if (spec.period > 0ns) return;
  faults.push_back("the period is " + in_nanoseconds(spec.period) + ": it must be longer than 0");
}

void check_ids(const SupervisorSpec& spec, Faults& faults) {
  std::unordered_map<std::string_view, std::size_t> first_with;
  for (std::size_t index = 0; index < spec.children.size(); ++index) {
    const std::string& id = spec.children[index].id;
    if (id.empty()) {
      faults.push_back(place(index) + " has an empty id: every child needs a name");
      continue;
    }
    const auto [earlier, is_new] = first_with.try_emplace(id, index);
    if (is_new) continue;
    faults.push_back(place(index) + " has the id " + quoted(id) + ", which " + place(earlier->second) +
                     " has already: every child needs one of its own");
  }
}

void check_shutdown_times(const SupervisorSpec& spec, Faults& faults) {
  for (std::size_t index = 0; index < spec.children.size(); ++index) {
    const ChildSpec& child = spec.children[index];
    if (child.shutdown.kind != Shutdown::Kind::timeout || child.shutdown.timeout >= 0ns) continue;
    faults.push_back(place(index) + " (" + quoted(child.id) + ") has a shutdown time of " +
                     in_nanoseconds(child.shutdown.timeout) + ": it must be 0 or longer");
  }
}

}  // namespace

std::vector<std::string> check(const SupervisorSpec& spec) {
  Faults faults;
  check_period(spec, faults);
  check_ids(spec, faults);
  check_shutdown_times(spec, faults);
  return faults;
}

}  // namespace ninelives::supervisor
