#include "supervisor/config/supervisor_section.hpp"

#include <limits>

#include <ninelives/spec/check.hpp>

namespace ninelives::supervisor {
namespace {

constexpr Choices<Strategy, 4> strategies{
    {"one_for_one", "rest_for_one", "one_for_all", "simple_one_for_one"},
    {Strategy::one_for_one, Strategy::rest_for_one, Strategy::one_for_all, Strategy::simple_one_for_one}};
constexpr Choices<AutoShutdown, 3> auto_shutdowns{
    {"never", "any_significant", "all_significant"},
    {AutoShutdown::never, AutoShutdown::any_significant, AutoShutdown::all_significant}};

}  // namespace

bool read_flags(SectionReader& reader, ninelives::SupervisorSpec& spec) {
  const bool strategy_is_clear = reader.read_choice("strategy", strategies, spec.strategy);
  reader.read_count("intensity", highest_intensity, spec.intensity);
  reader.read_duration("period", spec.period);
  reader.read_choice("auto_shutdown", auto_shutdowns, spec.auto_shutdown);
  const bool dynamic_is_clear = reader.read_flag("dynamic", spec.dynamic);
  reader.read_count("max_children", std::numeric_limits<std::uint32_t>::max(), spec.max_children);
  reader.read_texts("extra_arguments", spec.extra_arguments);
  if (reader.find("partitions")) spec.partitions = 1;  // a guess, in case that it cannot be read
  reader.read_count("partitions", std::numeric_limits<std::uint32_t>::max(), spec.partitions);
  return strategy_is_clear && dynamic_is_clear;
}

}  // namespace ninelives::supervisor
