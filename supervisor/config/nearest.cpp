#include "supervisor/config/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "supervisor/config/wording.hpp"

namespace ninelives::supervisor {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_letter(char a, char b) { return lower(a) == lower(b); }

std::size_t forgiven_slips(std::string_view candidate) {
  return std::max<std::size_t>(1, candidate.size() / 3);
}

bool lengths_too_different(std::string_view a, std::string_view b, std::size_t slips) {
  return a.size() > b.size() + slips || b.size() > a.size() + slips;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Rows of the usual table: row i has the distances from the first i letters of a to each beginning of b.
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (same_letter(a[i - 1], b[j - 1]) ? 0 : 1);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      const bool swapped =
          i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) && same_letter(a[i - 2], b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates) {
  std::optional<std::string_view> best;
  std::size_t fewest = 0;
  for (const auto candidate : candidates) {
    const auto forgiven = forgiven_slips(candidate);
    // The table is never filled for a word of a megabyte.
    if (lengths_too_different(word, candidate, forgiven)) continue;
    const auto slips = edit_distance(word, candidate);
    if (slips > forgiven || (best && slips >= fewest)) continue;
    best = candidate;
    fewest = slips;
  }
  return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
  const auto candidate = nearest(word, candidates);
  return candidate ? "; did you mean " + in_quotes(*candidate) + '?' : "";
}

}  // namespace ninelives::supervisor
