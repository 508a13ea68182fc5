// What a number of measured times comes to.
#pragma once
#include <algorithm>
#include <cstddef>
#include <vector>

// So many of a hundred are not larger. There is at least one.
template <class T>
T percentile(std::vector<T> values, std::size_t percent) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>((values.size() * percent - 1) / 100);
  std::ranges::nth_element(values, at);
  return *at;
}
