#include "supervisor/core/intensity.hpp"

#include <catch2/catch.hpp>
#include <chrono>

using namespace std::chrono_literals;
using ninelives::supervisor::Intensity;

TEST_CASE("An intensity of 3 permits three restarts in a period and refuses the fourth", "[supervisor]") {
  Intensity intensity(3, 5s);
  CHECK(intensity.charge(0s));
  CHECK(intensity.charge(1s));
  CHECK(intensity.charge(1s));
  CHECK_FALSE(intensity.charge(2s));
}

TEST_CASE("An intensity of 0 refuses the first restart", "[supervisor]") {
  Intensity intensity(0, 5s);
  CHECK_FALSE(intensity.charge(0s));
}

TEST_CASE("A restart that is exactly one period old still counts", "[supervisor]") {
  Intensity intensity(1, 5s);
  REQUIRE(intensity.charge(1s));
  CHECK_FALSE(intensity.charge(6s));
}

TEST_CASE("A restart that is one nanosecond older than the period counts no more", "[supervisor]") {
  Intensity intensity(1, 5s);
  REQUIRE(intensity.charge(1s));
  CHECK(intensity.charge(6s + 1ns));
}

TEST_CASE("The period slides with each restart instead of starting anew", "[supervisor]") {
  Intensity intensity(2, 10s);
  REQUIRE(intensity.charge(0s));
  REQUIRE(intensity.charge(9s));
  CHECK(intensity.charge(11s));        // 9 and 11 are in the period
  CHECK_FALSE(intensity.charge(19s));  // 9, 11 and 19 are
}

TEST_CASE("Restarts that are further apart than the period are permitted for ever", "[supervisor]") {
  Intensity intensity(1, 1s);
  for (auto now = 0ns; now < 10'000s; now += 1s + 1ns) REQUIRE(intensity.charge(now));
}

TEST_CASE("Restarts of one and the same moment all count", "[supervisor]") {
  Intensity intensity(500, 5s);
  for (int restart = 0; restart < 500; ++restart) REQUIRE(intensity.charge(7s));
  CHECK_FALSE(intensity.charge(7s));
}
