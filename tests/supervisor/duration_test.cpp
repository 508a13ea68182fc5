#include "supervisor/config/duration.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>

#include <ninelives/spec/check.hpp>

namespace ninelives::supervisor {
namespace {

using namespace std::chrono_literals;

std::chrono::nanoseconds parsed(std::string_view text) {
  const auto duration = parse_duration(text);
  INFO(text);
  REQUIRE(duration);
  return *duration;
}

std::string fault(std::string_view text) {
  const auto duration = parse_duration(text);
  INFO(text);
  REQUIRE_FALSE(duration);
  return duration.error();
}

TEST_CASE("durations are a number and a unit") {
  CHECK(parsed("0s") == 0ns);
  CHECK(parsed("7ns") == 7ns);
  CHECK(parsed("12us") == 12us);
  CHECK(parsed("200ms") == 200ms);
  CHECK(parsed("5s") == 5s);
  CHECK(parsed("2min") == 2min);
  CHECK(parsed("1h") == 1h);
  CHECK(parsed("007s") == 7s);
}

TEST_CASE("fractions of a unit are exact") {
  CHECK(parsed("1.5s") == 1500ms);
  CHECK(parsed("0.1h") == 6min);
  CHECK(parsed("0.25min") == 15s);
  CHECK(parsed("0.1s") == 100ms);
  CHECK(parsed("1.000000001s") == 1s + 1ns);
}

TEST_CASE("what is finer than a nanosecond is cut off") {
  CHECK(parsed("1.9999999999s") == 1s + 999'999'999ns);
  CHECK(parsed("0.9ns") == 0ns);
  CHECK(parsed("0." + std::string(10'000, '9') + "h") == 1h - 1ns);
}

TEST_CASE("a hundred years is the longest duration") {
  CHECK(parsed("876000h") == longest_time);
  CHECK(parsed("876000.0h") == longest_time);
  CHECK(parsed("3153600000000000000ns") == longest_time);
  CHECK(fault("876000.1h") == R"("876000.1h" is too long; the longest is "876000h")");
  CHECK(fault("3153600000000000001ns") == R"("3153600000000000001ns" is too long; the longest is "876000h")");
  CHECK(fault("876001h") == R"("876001h" is too long; the longest is "876000h")");
  CHECK(fault("18446744073709551617ns") ==
        R"("18446744073709551617ns" is too long; the longest is "876000h")");
  CHECK(fault("99999999999999999999999999s") ==
        R"("99999999999999999999999999s" is too long; the longest is "876000h")");
}

TEST_CASE("a faulty duration says what to write instead") {
  CHECK(fault("5") == R"("5" has no unit; write "5s")");
  CHECK(fault("1.5") == R"("1.5" has no unit; write "1.5s")");
  CHECK(fault("-5s") == R"("-5s" is negative; a duration is "0s" or longer)");
  CHECK(fault("5 s") == R"("5 s" has a space in it; write "5s")");
  CHECK(fault("5m") ==
        R"("5m" has the unknown unit "m"; the units are "ns", "us", "ms", "s", "min" and "h")");
  CHECK(fault("1,5s") ==
        R"("1,5s" has the unknown unit ",5s"; the units are "ns", "us", "ms", "s", "min" and "h")");
  CHECK(fault("5S") ==
        R"("5S" has the unknown unit "S"; the units are "ns", "us", "ms", "s", "min" and "h")");
  CHECK(fault("1h30min") ==
        R"("1h30min" has the unknown unit "h30min"; the units are "ns", "us", "ms", "s", "min" and "h")");
  for (const std::string text : {"", "s", "soon", ".5s", "5.s", "+5s", " 5s", "infinity", "nan"}) {
    CHECK(fault(text) == '"' + text + R"(" is not a duration; write one such as "5s" or "200ms")");
  }
}

TEST_CASE("every whole number of every unit up to its limit is read back exactly") {
  for (const std::int64_t number : {std::int64_t{1}, std::int64_t{59}, std::int64_t{876'000}}) {
    const auto text = std::to_string(number);
    CHECK(parsed(text + "ns") == std::chrono::nanoseconds(number));
    CHECK(parsed(text + "us") == std::chrono::microseconds(number));
    CHECK(parsed(text + "ms") == std::chrono::milliseconds(number));
    CHECK(parsed(text + "s") == std::chrono::seconds(number));
    CHECK(parsed(text + "min") == std::chrono::minutes(number));
    CHECK(parsed(text + "h") == std::chrono::hours(number));
  }
}

}  // namespace
}  // namespace ninelives::supervisor
