#include "supervisor/config/nearest.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <random>
#include <string>

namespace ninelives::supervisor {
namespace {

constexpr std::array<std::string_view, 6> keys{"id",       "command",   "restart",
                                               "shutdown", "directory", "environment"};

TEST_CASE("the edit distance counts slips of the hand") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("command", "command") == 0);
  CHECK(edit_distance("", "id") == 2);
  CHECK(edit_distance("comand", "command") == 1);    // one too few
  CHECK(edit_distance("commannd", "command") == 1);  // one too many
  CHECK(edit_distance("conmand", "command") == 1);   // a wrong one
  CHECK(edit_distance("cmomand", "command") == 1);   // two swapped
  CHECK(edit_distance("shutdwon", "shutdown") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("Restart", "restart") == 0);
}

TEST_CASE("the edit distance is the same in both directions and obeys its bounds") {
  std::mt19937 random(1);  // always the same words
  const auto word = [&] {
    std::string letters(random() % 9, 'a');
    for (auto& letter : letters) letter = static_cast<char>('a' + random() % 3);
    return letters;
  };
  for (int i = 0; i < 2000; ++i) {
    const auto a = word();
    const auto b = word();
    CAPTURE(a, b);
    const auto distance = edit_distance(a, b);
    REQUIRE(distance == edit_distance(b, a));
    REQUIRE(distance <= std::max(a.size(), b.size()));
    REQUIRE(distance >= std::max(a.size(), b.size()) - std::min(a.size(), b.size()));
    REQUIRE((distance == 0) == (a == b));
  }
}

TEST_CASE("a misspelt word finds the word that it was meant to be") {
  CHECK(nearest("comand", keys) == "command");
  CHECK(nearest("shutdwon", keys) == "shutdown");
  CHECK(nearest("RESTART", keys) == "restart");
  CHECK(nearest("enviroment", keys) == "environment");
  CHECK(nearest("ID", keys) == "id");
  CHECK(nearest("it", keys) == "id");
}

TEST_CASE("a word that resembles nothing finds nothing") {
  CHECK(nearest("colour", keys) == std::nullopt);
  CHECK(nearest("xy", keys) == std::nullopt);
  CHECK(nearest("", keys) == std::nullopt);
  CHECK(nearest(std::string(1'000'000, 'x'), keys) == std::nullopt);
  CHECK(nearest("command", {}) == std::nullopt);
}

TEST_CASE("of two equally near words the first is proposed") {
  constexpr std::array<std::string_view, 2> words{"stop", "step"};
  CHECK(nearest("stap", words) == "stop");
}

TEST_CASE("did_you_mean is empty without a near word") {
  CHECK(did_you_mean("comand", keys) == R"(; did you mean "command"?)");
  CHECK(did_you_mean("colour", keys).empty());
}

}  // namespace
}  // namespace ninelives::supervisor
