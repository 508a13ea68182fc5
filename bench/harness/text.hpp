// Figures as people read them.
#pragma once
#include <string>
#include <string_view>

namespace ninelives::bench {

// Three significant digits: "0.123", "1.23", "12.3", "123", "1230".
std::string three_digits(double value);
// Of a value in `unit`: "312 ns", "41.9 µs", "1.2 ms"; other units as they are.
std::string with_unit(double value, std::string_view unit);

// Filled up to a width in characters, not bytes.
std::string left(std::string_view text, std::size_t width);
std::string right(std::string_view text, std::size_t width);

}  // namespace ninelives::bench
