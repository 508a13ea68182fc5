#include "worker/state_in_words.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <vector>

#include <ninelives/ipc/codec.hpp>

namespace ninelives::detail {

TEST_CASE("a state in words is JSON, as far as it goes") {
  CHECK(state_in_words(to_bytes(std::vector<std::int64_t>{-1, 0, 1'000'000})) == "[-1, 0, 1000000]");
  CHECK(state_in_words(to_bytes(std::map<std::string, bool>{{"dead", false}, {"on", true}})) ==
        R"({"dead": false, "on": true})");
  CHECK(state_in_words(to_bytes(std::optional<int>())) == "null");
  CHECK(state_in_words(to_bytes(1.5)) == "1.5");
  CHECK(state_in_words(to_bytes(std::vector<std::string>{})) == "[]");
}

TEST_CASE("a state in words is one line, whatever is in it") {
  CHECK(state_in_words(to_bytes(std::string("a\n\x01\"\\\x7f"))) == R"("a\x0a\x01\"\\\x7f")");
}

TEST_CASE("of a state that is long there is the beginning") {
  const std::string words = state_in_words(to_bytes(std::vector<std::string>(100'000, "word")));
  CHECK(words.size() == state_in_words_max + 3);
  CHECK(words.starts_with(R"(["word", "word")"));
  CHECK(words.ends_with("..."));
  CHECK(state_in_words(to_bytes(std::string(1 << 20, 'x'))).size() == state_in_words_max + 3);
}

TEST_CASE("what is no state is said to be none") {
  CHECK(state_in_words("\xc1").starts_with("("));
  CHECK(state_in_words("").starts_with("("));
  CHECK(state_in_words(std::string(1000, '\x91')).starts_with("("));  // nested without an end
}

}  // namespace ninelives::detail
