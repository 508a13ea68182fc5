// The bytes here are written by hand from the msgpack specification, so that other languages can be relied
// on.
#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <ninelives/ipc/msgpack.hpp>

namespace {

using namespace std::string_literals;
using ninelives::Reader;
using ninelives::Writer;

template <class Write>
std::string written(Write write) {
  std::string out;
  Writer writer(out);
  write(writer);
  return out;
}

std::string unsigned_bytes(std::uint64_t value) {
  return written([&](Writer& writer) { writer.unsigned_integer(value); });
}

std::string signed_bytes(std::int64_t value) {
  return written([&](Writer& writer) { writer.signed_integer(value); });
}

std::string fault_of_skipping(const std::string& bytes) {
  Reader reader(bytes);
  reader.skip();
  return reader.ok() ? "" : reader.error();
}

bool skips_exactly(const std::string& bytes) {
  Reader reader(bytes);
  reader.skip();
  return reader.ok() && reader.at_end();
}

struct SignedExample {
  std::int64_t value;
  std::string bytes;
};

const std::vector<SignedExample> signed_examples = {
    {0, "\x00"s},
    {127, "\x7f"},
    {128, "\xcc\x80"},
    {255, "\xcc\xff"},
    {256, "\xcd\x01\x00"s},
    {65535, "\xcd\xff\xff"},
    {65536, "\xce\x00\x01\x00\x00"s},
    {4294967295, "\xce\xff\xff\xff\xff"},
    {4294967296, "\xcf\x00\x00\x00\x01\x00\x00\x00\x00"s},
    {std::numeric_limits<std::int64_t>::max(), "\xcf\x7f\xff\xff\xff\xff\xff\xff\xff"},
    {-1, "\xff"},
    {-32, "\xe0"},
    {-33, "\xd0\xdf"},
    {-128, "\xd0\x80"},
    {-129, "\xd1\xff\x7f"},
    {-32768, "\xd1\x80\x00"s},
    {-32769, "\xd2\xff\xff\x7f\xff"},
    {-2147483648, "\xd2\x80\x00\x00\x00"s},
    {-2147483649, "\xd3\xff\xff\xff\xff\x7f\xff\xff\xff"},
    {std::numeric_limits<std::int64_t>::min(), "\xd3\x80\x00\x00\x00\x00\x00\x00\x00"s},
};

TEST_CASE("an integer takes the shortest form") {
  for (const auto& [value, bytes] : signed_examples) {
    CAPTURE(value);
    CHECK(signed_bytes(value) == bytes);
    if (value >= 0) CHECK(unsigned_bytes(static_cast<std::uint64_t>(value)) == bytes);
  }
  CHECK(unsigned_bytes(std::numeric_limits<std::uint64_t>::max()) == "\xcf\xff\xff\xff\xff\xff\xff\xff\xff");
}

TEST_CASE("an integer of every form is read") {
  for (const auto& [value, bytes] : signed_examples) {
    CAPTURE(value);
    Reader reader(bytes);
    const Reader::Integer read = reader.integer();
    CHECK(reader.ok());
    CHECK(reader.at_end());
    CHECK(read.negative == (value < 0));
    CHECK(read.bits == static_cast<std::uint64_t>(value));
  }
}

TEST_CASE("an integer in a longer form than needed is read, as other writers may choose it") {
  for (const std::string& five : {"\xcc\x05"s, "\xcd\x00\x05"s, "\xd0\x05"s, "\xd1\x00\x05"s,
                                  "\xd3\x00\x00\x00\x00\x00\x00\x00\x05"s}) {
    Reader reader(five);
    const Reader::Integer read = reader.integer();
    CHECK(reader.ok());
    CHECK_FALSE(read.negative);
    CHECK(read.bits == 5);
  }
}

TEST_CASE("nil, booleans and floats have their bytes") {
  CHECK(written([](Writer& writer) { writer.nil(); }) == "\xc0");
  CHECK(written([](Writer& writer) { writer.boolean(false); }) == "\xc2");
  CHECK(written([](Writer& writer) { writer.boolean(true); }) == "\xc3");
  CHECK(written([](Writer& writer) { writer.float32(1.5f); }) == "\xca\x3f\xc0\x00\x00"s);
  CHECK(written([](Writer& writer) { writer.float64(-2.0); }) == "\xcb\xc0\x00\x00\x00\x00\x00\x00\x00"s);
}

TEST_CASE("a floating number is read from a float of either width and from an integer") {
  CHECK(Reader("\xca\x3f\xc0\x00\x00"s).floating() == 1.5);
  CHECK(Reader("\xcb\xc0\x00\x00\x00\x00\x00\x00\x00"s).floating() == -2.0);
  CHECK(Reader("\x07").floating() == 7.0);
  CHECK(Reader("\xf9").floating() == -7.0);
}

TEST_CASE("the header of a string, bytes, list or map grows with its length") {
  struct Example {
    std::size_t length;
    std::string str, bin, array, map;
  };
  const std::vector<Example> examples = {
      {0, "\xa0", "\xc4\x00"s, "\x90", "\x80"},
      {15, "\xaf", "\xc4\x0f", "\x9f", "\x8f"},
      {16, "\xb0", "\xc4\x10", "\xdc\x00\x10"s, "\xde\x00\x10"s},
      {31, "\xbf", "\xc4\x1f", "\xdc\x00\x1f"s, "\xde\x00\x1f"s},
      {32, "\xd9\x20", "\xc4\x20", "\xdc\x00\x20"s, "\xde\x00\x20"s},
      {255, "\xd9\xff", "\xc4\xff", "\xdc\x00\xff"s, "\xde\x00\xff"s},
      {256, "\xda\x01\x00"s, "\xc5\x01\x00"s, "\xdc\x01\x00"s, "\xde\x01\x00"s},
      {65535, "\xda\xff\xff", "\xc5\xff\xff", "\xdc\xff\xff", "\xde\xff\xff"},
      {65536, "\xdb\x00\x01\x00\x00"s, "\xc6\x00\x01\x00\x00"s, "\xdd\x00\x01\x00\x00"s,
       "\xdf\x00\x01\x00\x00"s},
  };
  for (const Example& example : examples) {
    CAPTURE(example.length);
    const std::string text(example.length, 'x');
    const std::string nils(2 * example.length, '\xc0');
    CHECK((written([&](Writer& writer) { writer.str(text); }) == example.str + text));
    CHECK((written([&](Writer& writer) { writer.bin(text); }) == example.bin + text));
    CHECK(written([&](Writer& writer) { writer.array(example.length); }) == example.array);
    CHECK(written([&](Writer& writer) { writer.map(example.length); }) == example.map);

    CHECK((Reader(example.str + text).str() == text));
    CHECK((Reader(example.bin + text).bin() == text));
    CHECK(Reader(example.array + nils).array() == example.length);
    CHECK(Reader(example.map + nils).map() == example.length);
    CHECK(skips_exactly(example.str + text));
    CHECK(skips_exactly(example.bin + text));
    CHECK(skips_exactly(example.array + nils.substr(example.length)));
    CHECK(skips_exactly(example.map + nils));
  }
}

TEST_CASE("the kind of a value follows from its first byte") {
  using Kind = Reader::Kind;
  struct Range {
    unsigned from, to;
    Kind kind;
  };
  for (const auto& [from, to, kind] : std::vector<Range>{{0x00, 0x7f, Kind::integer},
                                                         {0x80, 0x8f, Kind::map},
                                                         {0x90, 0x9f, Kind::array},
                                                         {0xa0, 0xbf, Kind::string},
                                                         {0xc0, 0xc0, Kind::nil},
                                                         {0xc1, 0xc1, Kind::invalid},
                                                         {0xc2, 0xc3, Kind::boolean},
                                                         {0xc4, 0xc6, Kind::bytes},
                                                         {0xc7, 0xc9, Kind::extension},
                                                         {0xca, 0xca, Kind::float32},
                                                         {0xcb, 0xcb, Kind::float64},
                                                         {0xcc, 0xd3, Kind::integer},
                                                         {0xd4, 0xd8, Kind::extension},
                                                         {0xd9, 0xdb, Kind::string},
                                                         {0xdc, 0xdd, Kind::array},
                                                         {0xde, 0xdf, Kind::map},
                                                         {0xe0, 0xff, Kind::integer}}) {
    for (unsigned first = from; first <= to; ++first) {
      CAPTURE(first);
      const std::string bytes(1, static_cast<char>(first));
      Reader reader(bytes);
      CHECK(reader.kind() == kind);
      CHECK(reader.left() == 1);
    }
  }
}

TEST_CASE("extensions are skipped whole") {
  CHECK(skips_exactly("\xd4\x05" + std::string(1, 'x')));
  CHECK(skips_exactly("\xd5\x05" + std::string(2, 'x')));
  CHECK(skips_exactly("\xd6\x05" + std::string(4, 'x')));
  CHECK(skips_exactly("\xd7\x05" + std::string(8, 'x')));
  CHECK(skips_exactly("\xd8\x05" + std::string(16, 'x')));
  CHECK(skips_exactly("\xc7\x03\x05xxx"));
  CHECK(skips_exactly("\xc8\x00\x03\x05xxx"s));
  CHECK(skips_exactly("\xc9\x00\x00\x00\x03\x05xxx"s));
  CHECK(skips_exactly("\xc7\x00\x05"s));
}

TEST_CASE("every truncation of every kind of value is a fault") {
  for (const std::string& whole : {"\xcc\x80"s,
                                   "\xcd\x01\x00"s,
                                   "\xce\x00\x01\x00\x00"s,
                                   "\xcf\x00\x00\x00\x01\x00\x00\x00\x00"s,
                                   "\xd0\x80"s,
                                   "\xd1\x80\x00"s,
                                   "\xd2\x80\x00\x00\x00"s,
                                   "\xd3\x80\x00\x00\x00\x00\x00\x00\x00"s,
                                   "\xca\x3f\xc0\x00\x00"s,
                                   "\xcb\xc0\x00\x00\x00\x00\x00\x00\x00"s,
                                   "\xa3xyz"s,
                                   "\xd9\x03xyz"s,
                                   "\xda\x00\x03xyz"s,
                                   "\xdb\x00\x00\x00\x03xyz"s,
                                   "\xc4\x03xyz"s,
                                   "\xc5\x00\x03xyz"s,
                                   "\xc6\x00\x00\x00\x03xyz"s,
                                   "\x92\x01\x02"s,
                                   "\xdc\x00\x02\x01\x02"s,
                                   "\xdd\x00\x00\x00\x02\x01\x02"s,
                                   "\x81\x01\x02"s,
                                   "\xde\x00\x01\x01\x02"s,
                                   "\xdf\x00\x00\x00\x01\x01\x02"s,
                                   "\xd4\x05x"s,
                                   "\xc7\x03\x05xxx"s,
                                   "\xc8\x00\x03\x05xxx"s,
                                   "\xc9\x00\x00\x00\x03\x05xxx"s}) {
    REQUIRE(skips_exactly(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CAPTURE(whole, size);
      CHECK_FALSE(fault_of_skipping(whole.substr(0, size)).empty());
    }
  }
}

TEST_CASE("a container that claims more elements than there are bytes is refused before anything is read") {
  const std::string list_error = "the message claims more elements than there are bytes";
  CHECK(fault_of_skipping("\xdd\xff\xff\xff\xff") == list_error);
  CHECK(fault_of_skipping("\xdf\x00\x00\x00\x02\x01\x01\x01"s) == list_error);
  CHECK(fault_of_skipping("\x92\x01") == list_error);
}

TEST_CASE("128 containers inside each other are read and 129 are not") {
  const auto lists = [](std::size_t depth) { return std::string(depth - 1, '\x91') + '\x90'; };
  CHECK(skips_exactly(lists(128)));
  CHECK(fault_of_skipping(lists(129)) == "the message is nested too deep");
  CHECK(fault_of_skipping(lists(1'000'000)) == "the message is nested too deep");
}

TEST_CASE("the wrong kind of value is named") {
  const auto fault = [](const std::string& bytes, auto read) {
    Reader reader(bytes);
    (void)read(reader);
    return reader.ok() ? "" : reader.error();
  };
  CHECK(fault("\x01", [](Reader& reader) { return reader.boolean(); }) == "the message is not true or false");
  CHECK(fault("\xc0", [](Reader& reader) { return reader.integer().bits; }) ==
        "the message is not an integer");
  CHECK(fault("\xc0", [](Reader& reader) { return reader.floating(); }) == "the message is not a number");
  CHECK(fault("\x01", [](Reader& reader) { return reader.str(); }) == "the message is not a string");
  CHECK(fault("\xa0", [](Reader& reader) { return reader.bin(); }) == "the message is not bytes");
  CHECK(fault("\x80", [](Reader& reader) { return reader.array(); }) == "the message is not a list");
  CHECK(fault("\x90", [](Reader& reader) { return reader.map(); }) == "the message is not a map");
  CHECK(fault_of_skipping("\xc1") == "the message is not msgpack");
}

TEST_CASE("the first fault sticks, and every later read is empty") {
  const std::string bytes = "\x01\x02\x03";
  Reader reader(bytes);
  reader.str();
  reader.nil();
  CHECK(reader.integer().bits == 0);
  CHECK(reader.str().empty());
  CHECK(reader.left() == 0);
  CHECK(reader.error() == "the message is not a string");
  CHECK(reader.fault_offset() == 1);
}

TEST_CASE("the place of a fault is put together from the inside out") {
  Reader reader("");
  reader.fail("is wrong");
  reader.in_field("x");
  reader.in_element(3);
  reader.in_field("points");
  reader.in_entry("a\"\n" + std::string(40, 'k'));
  reader.in_field("shapes");
  CHECK(reader.error() == "shapes[\"a??" + std::string(29, 'k') + "...\"].points[3].x is wrong");
}

TEST_CASE("the memory that is charged is limited, also against overflow") {
  Reader reader("", 100);
  reader.charge(10, 10);
  CHECK(reader.ok());
  reader.charge(1, 1);
  CHECK(reader.error() == "the message takes more memory than a message may");

  Reader other("", 100);
  other.charge(std::numeric_limits<std::size_t>::max() / 2, 4);
  CHECK_FALSE(other.ok());
}

}  // namespace
