#include "supervisor/cli/json_bridge.hpp"

#include <bit>
#include <catch2/catch.hpp>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ninelives/ipc/msgpack.hpp>

namespace {

using namespace std::string_literals;
using ninelives::supervisor::json_from_msgpack;
using ninelives::supervisor::msgpack_from_json;

std::string to_msgpack(std::string_view json) {
  const auto bytes = msgpack_from_json(json);
  return bytes ? *bytes : "error: " + bytes.error();
}

std::string to_json(std::string_view bytes) {
  const auto json = json_from_msgpack(bytes);
  return json ? *json : "error: " + json.error();
}

std::string there_and_back(std::string_view json) { return to_json(to_msgpack(json)); }

std::string error_in_json(std::string_view json) {
  const auto bytes = msgpack_from_json(json);
  return bytes ? "" : bytes.error();
}

std::string error_in_msgpack(std::string_view bytes) {
  const auto json = json_from_msgpack(bytes);
  return json ? "" : json.error();
}

TEST_CASE("each kind of JSON value becomes its msgpack") {
  CHECK(to_msgpack("null") == "\xc0");
  CHECK(to_msgpack("true") == "\xc3");
  CHECK(to_msgpack("false") == "\xc2");
  CHECK(to_msgpack("5") == "\x05");
  CHECK(to_msgpack("-5") == "\xfb");
  CHECK(to_msgpack("1.5") == "\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00"s);
  CHECK(to_msgpack("\"ab\"") ==
        "\xa2"
        "ab");
  CHECK(to_msgpack("[1, []]") == "\x92\x01\x90");
  CHECK(to_msgpack(" {\"a\": {\"b\": 1}, \"c\": 2} ") ==
        "\x82\xa1"
        "a\x81\xa1"
        "b\x01\xa1"
        "c\x02");
}

TEST_CASE("each kind of msgpack value becomes its JSON") {
  CHECK(to_json("\xc0") == "null");
  CHECK(to_json("\xc3") == "true");
  CHECK(to_json("\xc2") == "false");
  CHECK(to_json("\xd0\x80") == "-128");
  CHECK(to_json("\x92\x01\xa1x") == "[1,\"x\"]");
  CHECK(to_json("\x82\xa1"
                "a\x01\xa1"
                "b\x80") == "{\"a\":1,\"b\":{}}");
  CHECK(to_json("\xca\x3d\xcc\xcc\xcd") == "0.1");  // a float's own shortest text
}

TEST_CASE("an empty text is a message without fields") {
  CHECK(to_msgpack("") == "\x80");
  CHECK(to_msgpack(" \t\n") == "\x80");
}

TEST_CASE("integers are exact up to 64 bits and refused above") {
  for (const char* integer : {"0", "-1", "9007199254740993", "9223372036854775807", "-9223372036854775808",
                              "9223372036854775808", "18446744073709551615"}) {
    CHECK(there_and_back(integer) == integer);
  }
  const std::string too_long = "at character 21: this integer needs more than 64 bits";
  CHECK(error_in_json("18446744073709551616") == too_long);
  CHECK(error_in_json("-9223372036854775809") == too_long);
}

TEST_CASE("a float keeps its point and its value") {
  CHECK(there_and_back("3.0") == "3.0");
  CHECK(there_and_back("-0.0") == "-0.0");
  CHECK(there_and_back("1E2") == "100.0");
  CHECK(there_and_back("1e22") == "1e+22");
  CHECK(there_and_back("0.1") == "0.1");
  CHECK(there_and_back("0.30000000000000004") == "0.30000000000000004");
  CHECK(there_and_back("2.225073858507201e-308") == "2.225073858507201e-308");
  CHECK(there_and_back("1e-999") == "0.0");
}

// The seed of a failed run goes here to repeat it.
constexpr std::optional<unsigned> replayed_seed;

// The parser's own doubles are off in the last digit for some of these.
TEST_CASE("a random double survives as text") {
  const unsigned seed = replayed_seed.value_or(std::random_device()());
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 10'000; ++round) {
    const auto value = std::bit_cast<double>(random());
    std::string bytes;
    ninelives::Writer(bytes).float64(value);
    const std::string json = to_json(bytes);
    if (json == "null") continue;  // NaN or infinity
    if (to_msgpack(json) != bytes) FAIL(json << " came back as another number");
  }
}

TEST_CASE("a float too large for a double is refused") {
  const std::string too_large = "this number is too large for a double";
  CHECK(error_in_json("1e999") == "at character 6: " + too_large);
  CHECK(error_in_json("[1e99999999999]").ends_with(too_large));
}

TEST_CASE("NaN and infinity, which JSON does not have, are shown as null") {
  CHECK(to_json("\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00"s) == "null");
  CHECK(to_json("\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00"s) == "null");
  CHECK(to_json("\xca\xff\x80\x00\x00"s) == "null");
}

TEST_CASE("strings survive with escapes and every length of UTF-8") {
  CHECK(there_and_back(R"("\u0000\u001b\"\\\n")") == R"("\u0000\u001b\"\\\n")");
  CHECK(there_and_back("\"\\u00e4\\ud83d\\ude00\"") == "\"\xc3\xa4\xf0\x9f\x98\x80\"");
  CHECK(there_and_back(
            "\"\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"") ==
        "\"\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"");
  const std::string long_text = '"' + std::string(100'000, 'x') + '"';
  CHECK((there_and_back(long_text) == long_text));
}

TEST_CASE("a msgpack string that is not UTF-8 is shown as bytes") {
  CHECK(to_json("\xa1\xff") == R"({"$bytes":"/w=="})");
  for (const char* bad :
       {"\x80", "\xc3", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xe2\x82x", "a\xf0\x9f\x98"}) {
    std::string bytes;
    ninelives::Writer(bytes).str(bad);
    CHECK(to_json(bytes).starts_with(R"({"$bytes":")"));
  }
}

TEST_CASE("bytes are base64 in both directions") {
  const std::vector<std::pair<std::string, std::string>> rfc4648_section_10 = {{"", ""},
                                                                               {"f", "Zg=="},
                                                                               {"fo", "Zm8="},
                                                                               {"foo", "Zm9v"},
                                                                               {"foob", "Zm9vYg=="},
                                                                               {"fooba", "Zm9vYmE="},
                                                                               {"foobar", "Zm9vYmFy"},
                                                                               {"\xfb\xff", "+/8="}};
  for (const auto& [text, base64] : rfc4648_section_10) {
    std::string bytes;
    ninelives::Writer(bytes).bin(text);
    const std::string json = R"({"$bytes":")" + base64 + R"("})";
    CHECK(to_json(bytes) == json);
    CHECK(to_msgpack(json) == bytes);
  }
}

TEST_CASE("bytes may be anywhere in a message") {
  CHECK(there_and_back(R"([{"k":{"$bytes":"AAE="}},{"$bytes":""}])") ==
        R"([{"k":{"$bytes":"AAE="}},{"$bytes":""}])");
}

TEST_CASE("only an object with nothing but $bytes is bytes") {
  CHECK(there_and_back(R"({"$bytes":"x","b":1})") == R"({"$bytes":"x","b":1})");
  CHECK(there_and_back(R"({"$bytesx":"x"})") == R"({"$bytesx":"x"})");
}

TEST_CASE("what is not base64 is refused") {
  for (const char* value : {"5", "null", "{}", R"("A")", R"("AA")", R"("AAA")", R"("====")", R"("A===")",
                            R"("AA=A")", R"("A A=")", R"("AAF=")", R"("AA-_")"}) {
    CAPTURE(value);
    const std::string error = error_in_json(R"({"$bytes":)" + std::string(value) + "}");
    CHECK(error.ends_with("the value of \"$bytes\" is not a string of base64"));
  }
}

TEST_CASE("a map key that is not a string is shown as its JSON in a string") {
  CHECK(to_json("\x81\x05\x01") == R"({"5":1})");
  CHECK(to_json("\x81\xc0\x01") == R"({"null":1})");
  CHECK(to_json("\x81\x91\xa1x\x01") == R"({"[\"x\"]":1})");
  CHECK(to_json("\x81\xa1\xff\x01") == R"({"{\"$bytes\":\"/w==\"}":1})");
}

TEST_CASE("keys inside keys cannot blow up the output") {
  const auto keys_in_keys = [](std::size_t depth) {
    return std::string(depth, '\x81') + std::string(depth + 1, '\x01');
  };
  CHECK(to_json(keys_in_keys(2)) == R"({"{\"1\":1}":1})");
  CHECK(error_in_msgpack(keys_in_keys(3)) == "at byte 4: a map key has a map key with a map key");
}

TEST_CASE("both directions take 128 containers inside each other and not 129") {
  const auto lists = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(there_and_back(lists(128)) == lists(128));
  CHECK(error_in_json(lists(129)) == "at character 129: nested deeper than 128");
  CHECK(error_in_msgpack(std::string(128, '\x91') + '\x90') == "at byte 129: is nested too deep");
}

TEST_CASE("an error in JSON says where and what") {
  CHECK(error_in_json(R"({"a": })") == "at character 7: unexpected '}'");
  CHECK(error_in_json("{a: 1}") == "at character 2: unexpected 'a'");
  CHECK(error_in_json(R"({"a": 'x'})") == "at character 7: unexpected '''");
  CHECK(error_in_json(R"({"a": 1,})") == "at character 9: unexpected '}'");
  CHECK(error_in_json("\"a\tb\"") == "at character 3: unexpected control character");
  CHECK(error_in_json(R"({"a": 1)") == "at character 8: the JSON ends too early");
  CHECK(error_in_json("{}}") == "at character 3: something follows after the end of the JSON");
  CHECK(error_in_json("[\"\xff\"]") == "at character 3: this is not UTF-8");
  CHECK(error_in_json(R"("\u12")") == "at character 6: expected hex digit");
  CHECK_FALSE(error_in_json(R"("\ud800")").empty());
}

TEST_CASE("the place of an error counts characters and not bytes") {
  CHECK(error_in_json("{\"\xc3\xa4\xe2\x82\xac\": x}") == "at character 8: unexpected 'x'");
  CHECK(error_in_json("[\xc3\xa4]") == "at character 2: unexpected '\xc3\xa4'");
}

TEST_CASE("an error in msgpack says where and what") {
  CHECK(error_in_msgpack("") == "at byte 1: ends too early");
  CHECK(error_in_msgpack("\x92\x01") == "at byte 2: claims more elements than there are bytes");
  CHECK(error_in_msgpack("\x91\xc1") == "at byte 2: this is not msgpack");
  CHECK(error_in_msgpack("\x01\x02") == "at byte 2: something follows after the end of the value");
  CHECK(error_in_msgpack("\xd4\x05x") == "at byte 1: a msgpack extension has no form in JSON");
}

TEST_CASE("any msgpack gives an error or JSON that can be read again") {
  const unsigned seed = replayed_seed.value_or(std::random_device()());
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(random() % 32, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    const auto json = json_from_msgpack(bytes);
    if (!json) continue;
    const auto error = error_in_json(*json);
    if (!error.empty()) FAIL(*json << " is not JSON: " << error);
  }
}

TEST_CASE("any text gives an error or msgpack that can be shown") {
  const unsigned seed = replayed_seed.value_or(std::random_device()());
  CAPTURE(seed);
  std::mt19937 random(seed);
  constexpr std::string_view alphabet = "{}[]\",:0123456789.eE-+ \\untrfalsb$y=\xc3\xa4";
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 16, '\0');
    for (char& c : text) c = alphabet[random() % alphabet.size()];
    const auto bytes = msgpack_from_json(text);
    if (!bytes) continue;
    const auto error = error_in_msgpack(*bytes);
    if (!error.empty()) FAIL(text << " became bad msgpack: " << error);
  }
}

}  // namespace
