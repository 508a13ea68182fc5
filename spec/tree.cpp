#include <array>
#include <string_view>
#include <utility>

#include <ninelives/spec/tree.hpp>

namespace ninelives {

namespace {

struct Unit {
  std::chrono::nanoseconds length;
  std::string_view name;
};

constexpr std::array<Unit, 6> units{{{std::chrono::hours(1), "h"},
                                     {std::chrono::minutes(1), "min"},
                                     {std::chrono::seconds(1), "s"},
                                     {std::chrono::milliseconds(1), "ms"},
                                     {std::chrono::microseconds(1), "us"},
                                     {std::chrono::nanoseconds(1), "ns"}}};

}  // namespace

Shutdown shutdown_of(const ChildSpec& child) {
  if (child.shutdown) return *child.shutdown;
  if (child.type == ChildType::supervisor) return {.kind = Shutdown::Kind::infinity};
  return {};
}

std::vector<ChildSpec> children_at_boot(const SupervisorSpec& spec) {
  if (is_dynamic(spec)) return {};
  if (!spec.partitions) return spec.children;
  std::vector<ChildSpec> children(*spec.partitions, spec.children.front());
  for (std::size_t index = 0; index < children.size(); ++index) children[index].id = std::to_string(index);
  return children;
}

std::string to_string(ChildType type) {
  switch (type) {
    case ChildType::worker:
      return "worker";
    case ChildType::program:
      return "program";
    case ChildType::supervisor:
      return "supervisor";
  }
  std::unreachable();
}

std::string to_string(Restart restart) {
  switch (restart) {
    case Restart::permanent:
      return "permanent";
    case Restart::transient:
      return "transient";
    case Restart::temporary:
      return "temporary";
  }
  std::unreachable();
}

std::string to_string(Strategy strategy) {
  switch (strategy) {
    case Strategy::one_for_one:
      return "one_for_one";
    case Strategy::rest_for_one:
      return "rest_for_one";
    case Strategy::one_for_all:
      return "one_for_all";
    case Strategy::simple_one_for_one:
      return "simple_one_for_one";
  }
  std::unreachable();
}

std::string to_string(AutoShutdown auto_shutdown) {
  switch (auto_shutdown) {
    case AutoShutdown::never:
      return "never";
    case AutoShutdown::any_significant:
      return "any_significant";
    case AutoShutdown::all_significant:
      return "all_significant";
  }
  std::unreachable();
}

std::string to_string(Mailbox mailbox) { return mailbox == Mailbox::keep ? "keep" : "drop"; }

std::string to_string(const Shutdown& shutdown) {
  switch (shutdown.kind) {
    case Shutdown::Kind::brutal_kill:
      return "brutal_kill";
    case Shutdown::Kind::infinity:
      return "infinity";
    case Shutdown::Kind::timeout:
      return to_string(shutdown.timeout);
  }
  std::unreachable();
}

std::string to_string(std::chrono::nanoseconds time) {
  if (time == time.zero()) return "0s";
  for (const Unit& unit : units) {
    if (time % unit.length == time.zero()) {
      return std::to_string(time / unit.length) + std::string(unit.name);
    }
  }
  std::unreachable();
}

}  // namespace ninelives
