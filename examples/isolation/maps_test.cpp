#include "maps.hpp"

#include <catch2/catch.hpp>

#include "figures.hpp"

TEST_CASE("isolation: what can be written is found, and whether it is shared") {
  std::istringstream maps(
      "55d0c0000000-55d0c0001000 r-xp 00000000 fe:00 77   /bin/vandal\n"
      "55d0c1000000-55d0c1021000 rw-p 00000000 00:00 0    [heap]\n"
      "7f0000000000-7f0000004000 rw-s 00001000 00:19 8    /dev/shm/node/in.1.1/0\n"
      "7f0000004000-7f0000005000 r--s 00001000 00:19 9    /dev/shm/node/table\n"
      "7f0000005000-7f0000006000 rw-p 00000000 00:00 0 \n");
  const auto found = writable(maps);
  REQUIRE(found.size() == 3);
  CHECK(found[0].path == "[heap]");
  CHECK_FALSE(found[0].shared);
  CHECK(found[1].shared);
  CHECK(found[1].end - found[1].begin == 0x4000);
  CHECK(found[2].path.empty());
}

TEST_CASE("isolation: so many of a hundred took no longer") {
  std::vector<int> times;
  for (int time = 100; time > 0; --time) times.push_back(time);
  CHECK(percentile(times, 50) == 50);
  CHECK(percentile(times, 99) == 99);
  CHECK(percentile(std::vector{7}, 99) == 7);
}
