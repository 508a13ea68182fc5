#include "supervisor/config/fault.hpp"

#include <algorithm>
#include <ranges>

namespace ninelives::supervisor {

std::string to_string(const Fault& fault) {
  return fault.file.string() + ':' + std::to_string(fault.line) + ':' + std::to_string(fault.column) + ": " +
         fault.text;
}

void Faults::add(Place place, std::string text) {
  const auto [first, last] = texts_.equal_range(place);
  const auto here = std::ranges::subrange(first, last) | std::views::values;
  if (std::ranges::find(here, text) == here.end()) texts_.emplace(place, std::move(text));
}

void Faults::append_in_order(const std::filesystem::path& file, std::vector<Fault>& out) const {
  for (const auto& [place, text] : texts_) out.push_back({file, place.line, place.column, text});
}

}  // namespace ninelives::supervisor
