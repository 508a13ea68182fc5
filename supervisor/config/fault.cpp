#include "supervisor/config/fault.hpp"

namespace ninelives::supervisor {

std::string to_string(const std::filesystem::path& file, const Fault& fault) {
  return file.string() + ':' + std::to_string(fault.line) + ':' + std::to_string(fault.column) + ": " +
         fault.text;
}

std::vector<Fault> Faults::in_file_order() const {
  std::vector<Fault> faults;
  faults.reserve(texts_.size());
  for (const auto& [place, text] : texts_) faults.push_back({place.line, place.column, text});
  return faults;
}

}  // namespace ninelives::supervisor
