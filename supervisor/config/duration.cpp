#include "supervisor/config/duration.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include <ninelives/spec/check.hpp>

#include "supervisor/config/wording.hpp"

namespace ninelives::supervisor {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

constexpr std::array units{Unit{"ns", 1},
                           Unit{"us", 1'000},
                           Unit{"ms", 1'000'000},
                           Unit{"s", 1'000'000'000},
                           Unit{"min", 60'000'000'000},
                           Unit{"h", 3'600'000'000'000}};
constexpr std::string_view unit_names = R"("ns", "us", "ms", "s", "min" and "h")";

struct Parts {
  std::string_view whole;     // one digit or more
  std::string_view fraction;  // what stands behind the point; empty without a point
  std::string_view unit;      // all the rest
};

std::string_view take_digits(std::string_view& text) {
  const auto digits = text.substr(0, text.find_first_not_of("0123456789"));
  text.remove_prefix(digits.size());
  return digits;
}

std::optional<Parts> split(std::string_view text) {
  Parts parts;
  parts.whole = take_digits(text);
  if (parts.whole.empty()) return std::nullopt;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    parts.fraction = take_digits(text);
    if (parts.fraction.empty()) return std::nullopt;
  }
  parts.unit = text;
  return parts;
}

std::optional<std::int64_t> whole_units(std::string_view digits, const Unit& unit) {
  const auto most = longest_time.count() / unit.nanoseconds;
  std::int64_t number = 0;
  for (const char c : digits) {
    const std::int64_t digit = c - '0';
    if (number > (most - digit) / 10) return std::nullopt;
    number = number * 10 + digit;
  }
  return number * unit.nanoseconds;
}

// From the last digit to the first, so that every step divides by ten and any number of digits fits.
std::int64_t part_of_unit(std::string_view digits, const Unit& unit) {
  std::int64_t nanoseconds = 0;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    nanoseconds = (nanoseconds + (*digit - '0') * unit.nanoseconds) / 10;
  }
  return nanoseconds;
}

std::string what_is_wrong_with_unit(std::string_view text, std::string_view unit) {
  if (unit.empty()) return " has no unit; write " + in_quotes(std::string(text) + "s");
  if (unit.contains(' ')) {
    std::string together(text);
    std::erase(together, ' ');
    return " has a space in it; write " + in_quotes(together);
  }
  return " has the unknown unit " + in_quotes(unit) + "; the units are " + std::string(unit_names);
}

}  // namespace

std::expected<std::chrono::nanoseconds, std::string> parse_duration(std::string_view text) {
  const auto fault = [&](const std::string& what) { return std::unexpected(in_quotes(text) + what); };
  if (text.starts_with('-')) return fault(R"( is negative; a duration is "0s" or longer)");
  const auto parts = split(text);
  if (!parts) return fault(R"( is not a duration; write one such as "5s" or "200ms")");
  const auto unit = std::ranges::find(units, parts->unit, &Unit::name);
  if (unit == units.end()) return fault(what_is_wrong_with_unit(text, parts->unit));

  const auto whole = whole_units(parts->whole, *unit);
  const auto nanoseconds = whole.value_or(longest_time.count()) + part_of_unit(parts->fraction, *unit);
  if (!whole || nanoseconds > longest_time.count())
    return fault(" is too long; the longest is " + in_quotes(ninelives::to_string(longest_time)));
  return std::chrono::nanoseconds(nanoseconds);
}

}  // namespace ninelives::supervisor
