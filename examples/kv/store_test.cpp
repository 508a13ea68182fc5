#include "store.hpp"

#include <catch2/catch.hpp>

TEST_CASE("kv: what was put last is what is got") {
  Store store;
  CHECK_FALSE(store.get("cat"));
  store.put("cat", "one life");
  store.put("cat", "nine lives");
  CHECK(store.get("cat") == "nine lives");
  CHECK(store.size() == 1);
}
