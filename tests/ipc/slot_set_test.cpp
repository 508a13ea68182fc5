#include "ipc/slot_set.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace ninelives;
using ninelives::ipc::SlotSet;

TEST_CASE("a slot set takes turns: each member comes once before the first comes again") {
  const std::set<Slot> members{0, 1, 63, 64, 4095, 4096, 8191, 12288, ipc::slots_max - 1};
  SlotSet set;
  for (Slot slot : members) set.insert(slot);
  Slot from = 4096;
  std::set<Slot> met;
  for (std::size_t i = 0; i < members.size(); ++i) {
    auto slot = set.next(from);
    REQUIRE(slot);
    CHECK(met.insert(*slot).second);
    from = *slot + 1;
  }
  CHECK(met == members);
}

TEST_CASE("a slot set is empty when its last member is erased") {
  SlotSet set;
  CHECK(set.empty());
  CHECK_FALSE(set.next(0));
  set.insert(70);
  set.insert(71);
  set.erase(70);
  CHECK(set.contains(71));
  CHECK_FALSE(set.contains(70));
  set.erase(71);
  CHECK(set.empty());
}

TEST_CASE("a word of bits enters a slot set as its slots") {
  SlotSet set;
  set.insert_word(3, 0b101);
  set.insert_word(4, 0);
  CHECK(set.next(0) == Slot{192});
  CHECK(set.next(193) == Slot{194});
  CHECK(set.next(195) == Slot{192});
}
