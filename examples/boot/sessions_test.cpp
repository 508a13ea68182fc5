#include "sessions.hpp"

#include <catch2/catch.hpp>
#include <set>

#include <ninelives/spec/check.hpp>

TEST_CASE("boot: sessions are children that a supervisor takes") {
  for (const bool named : {false, true})
    CHECK(ninelives::check_childspecs(sessions("a/pool", named)).empty());
}

TEST_CASE("boot: named sessions of two pools have different names, and others have none") {
  std::set<std::string> names;
  for (const char* pool : {"a/pool", "b/pool"}) {
    for (const auto& spec : sessions(pool, true)) names.insert(spec.name.value());
    for (const auto& spec : sessions(pool, false)) CHECK_FALSE(spec.name);
  }
  CHECK(names.size() == 6);
}
