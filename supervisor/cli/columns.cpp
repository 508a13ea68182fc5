#include "supervisor/cli/columns.hpp"

#include <algorithm>
#include <iomanip>

namespace ninelives::supervisor {

std::ostream& operator<<(std::ostream& out, const Columns& columns) {
  constexpr std::size_t gap = 2;
  std::vector<std::size_t> widths(columns.rows_.front().size());
  for (const auto& row : columns.rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size() + gap);
  }
  for (const auto& row : columns.rows_) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      out << std::left << std::setw(static_cast<int>(widths[i])) << row[i];
    }
    out << row.back() << '\n';
  }
  return out;
}

}  // namespace ninelives::supervisor
