#include "tests/supervisor/core/random_tree.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace ninelives::supervisor::test {

namespace {

using namespace std::chrono_literals;

constexpr std::array groups{Strategy::one_for_one, Strategy::rest_for_one, Strategy::one_for_all};
constexpr std::array modes{AutoShutdown::never, AutoShutdown::never, AutoShutdown::any_significant,
                           AutoShutdown::all_significant};
constexpr std::array restarts{Restart::permanent, Restart::permanent, Restart::transient, Restart::temporary};
constexpr std::array ids{"a", "b", "c", "d", "e", "f", "g"};

void give_flags(Random& random, SupervisorSpec& spec) {
  // Half of the supervisors give up soon, the others see many restarts.
  spec.intensity = static_cast<unsigned>(random.below(random.chance(50) ? 5 : 60));
  spec.period = random.chance(40) ? std::chrono::nanoseconds(1h) : 1ms + random.up_to(200ms);
  if (!spec.dynamic) spec.auto_shutdown = random.one_of(modes);
  if (spec.dynamic && random.chance(30)) spec.max_children = static_cast<std::uint32_t>(random.below(6));
}

Shutdown some_shutdown(Random& random) {
  const auto kind = random.below(10);
  if (kind == 0) return {.kind = Shutdown::Kind::infinity};
  if (kind < 3) return {.kind = Shutdown::Kind::brutal_kill};
  return {.kind = Shutdown::Kind::timeout, .timeout = random.up_to(30ms)};
}

Backoff some_backoff(Random& random) {
  Backoff backoff{.first = 1ms + random.up_to(10ms)};
  backoff.max = backoff.first + random.up_to(40ms);
  backoff.jitter = static_cast<double>(random.below(101)) / 100;
  backoff.reset = random.up_to(50ms);
  return backoff;
}

// Whether its siblings have any: restarts that wait are counted in another way by the invariants.
bool has_backoff(Random& random) { return random.chance(15); }

ChildSpec some_child(Random& random, const char* id, const SupervisorSpec& under, int levels) {
  ChildSpec child{.id = id, .restart = random.one_of(restarts)};
  if (under.auto_shutdown != AutoShutdown::never && child.restart != Restart::permanent) {
    child.significant = random.chance(50);
  }
  if (random.chance(15)) child.start_timeout = 1ms + random.up_to(15ms);
  if (levels > 1 && random.chance(30)) {
    child.type = ChildType::supervisor;
    if (random.chance(50)) child.shutdown = some_shutdown(random);
    child.supervisor = random_supervisor(random, levels - 1);
  } else {
    child.command = {"./program"};
    child.shutdown = some_shutdown(random);
  }
  return child;
}

void give_children(Random& random, SupervisorSpec& spec, int levels) {
  const bool have_backoff = has_backoff(random);
  const std::uint64_t share = 20 + random.below(60);
  for (const char* id : ids) {
    if (!random.chance(share)) continue;
    ChildSpec child = some_child(random, id, spec, levels);
    if (have_backoff && random.chance(60)) child.backoff = some_backoff(random);
    const auto place = static_cast<std::ptrdiff_t>(random.below(spec.children.size() + 1));
    spec.children.insert(spec.children.begin() + place, std::move(child));
  }
}

void give_template(Random& random, SupervisorSpec& spec, int levels) {
  spec.children = {some_child(random, "template", spec, levels)};
  if (has_backoff(random)) spec.children.front().backoff = some_backoff(random);
}

}  // namespace

SupervisorSpec random_supervisor(Random& random, int levels) {
  SupervisorSpec spec;
  const auto kind = random.below(8);
  if (kind < 6) spec.strategy = groups[kind / 2];
  if (kind == 6) spec.strategy = Strategy::simple_one_for_one;
  spec.dynamic = kind == 7;
  give_flags(random, spec);
  if (kind < 6) give_children(random, spec, levels);
  if (kind == 6) give_template(random, spec, levels);
  return spec;
}

ChildSpec random_child(Random& random, const SupervisorSpec& under) {
  if (under.strategy == Strategy::simple_one_for_one) {
    ChildSpec child = under.children.front();
    child.command.emplace_back("argument");
    return child;
  }
  return some_child(random, random.one_of(ids), under, random.chance(20) ? 2 : 1);
}

SupervisorSpec random_change(Random& random, const SupervisorSpec& present) {
  SupervisorSpec spec{.strategy = present.strategy, .dynamic = present.dynamic, .children = {}};
  if (!is_dynamic(present)) spec.strategy = random.one_of(groups);
  give_flags(random, spec);
  if (!is_dynamic(present)) give_children(random, spec, 1);
  if (present.strategy == Strategy::simple_one_for_one) give_template(random, spec, 1);
  return spec;
}

std::string random_id(Random& random) { return random.one_of(ids); }

}  // namespace ninelives::supervisor::test
