#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include <ninelives/ipc/msgpack.hpp>

namespace ninelives {

namespace tag = detail::tag;

namespace {

template <std::unsigned_integral Narrow, std::unsigned_integral Wide>
bool fits(Wide value) {
  return value <= std::numeric_limits<Narrow>::max();
}

template <std::signed_integral Narrow>
bool fits(std::int64_t value) {
  return value >= std::numeric_limits<Narrow>::min();
}

Reader::Integer from_signed(std::int64_t value) { return {value < 0, static_cast<std::uint64_t>(value)}; }

// A key comes from outside, and its place in an error message is one short, printable piece of a line.
std::string printable(std::string_view text) {
  constexpr std::size_t longest = 32;
  std::string shown(text.substr(0, longest));
  std::ranges::replace_if(shown, [](char c) { return c < ' ' || c > '~' || c == '"'; }, '?');
  if (text.size() > longest) shown += "...";
  return shown;
}

}  // namespace

void Writer::long_unsigned(std::uint64_t value) {
  if (fits<std::uint8_t>(value)) return tagged(tag::uint8, static_cast<std::uint8_t>(value));
  if (fits<std::uint16_t>(value)) return tagged(tag::uint16, static_cast<std::uint16_t>(value));
  if (fits<std::uint32_t>(value)) return tagged(tag::uint32, static_cast<std::uint32_t>(value));
  tagged(tag::uint64, value);
}

void Writer::long_negative(std::int64_t value) {
  if (fits<std::int8_t>(value)) return tagged(tag::int8, static_cast<std::uint8_t>(value));
  if (fits<std::int16_t>(value)) return tagged(tag::int16, static_cast<std::uint16_t>(value));
  if (fits<std::int32_t>(value)) return tagged(tag::int32, static_cast<std::uint32_t>(value));
  tagged(tag::int64, static_cast<std::uint64_t>(value));
}

void Writer::bin(std::string_view bytes) {
  long_length(bytes.size(), tag::bin8, tag::bin16, tag::bin32);
  raw(bytes);
}

void Writer::long_length(std::size_t length, unsigned tag8, unsigned tag16, unsigned tag32) {
  if (fits<std::uint8_t>(length)) return tagged(tag8, static_cast<std::uint8_t>(length));
  length16_or_32(length, tag16, tag32);
}

void Writer::length16_or_32(std::size_t length, unsigned tag16, unsigned tag32) {
  if (fits<std::uint16_t>(length)) return tagged(tag16, static_cast<std::uint16_t>(length));
  if (!fits<std::uint32_t>(length)) throw std::length_error("msgpack has no room for 2^32 bytes or elements");
  tagged(tag32, static_cast<std::uint32_t>(length));
}

Reader::Kind Reader::kind() {
  const unsigned first = peek();
  if (first < tag::fixmap || first >= tag::negative_fixint) return Kind::integer;
  if (first < tag::fixarray) return Kind::map;
  if (first < tag::fixstr) return Kind::array;
  if (first < tag::nil) return Kind::string;
  if (first >= tag::map16) return Kind::map;
  if (first >= tag::array16) return Kind::array;
  if (first >= tag::str8) return Kind::string;
  if (first >= tag::fixext1) return Kind::extension;
  if (first >= tag::uint8) return Kind::integer;
  if (first == tag::float64) return Kind::float64;
  if (first == tag::float32) return Kind::float32;
  if (first >= tag::ext8) return Kind::extension;
  if (first >= tag::bin8) return Kind::bytes;
  if (first >= tag::no) return Kind::boolean;
  return first == tag::nil ? Kind::nil : Kind::invalid;
}

template <std::unsigned_integral U>
U Reader::number() {
  const std::string_view bytes = take(sizeof(U));
  U value{};
  if (bytes.size() == sizeof(U)) std::memcpy(&value, bytes.data(), sizeof(U));
  return detail::big_endian(value);
}

void Reader::nil() {
  if (byte() != tag::nil) fail("is not nil");
}

bool Reader::boolean() {
  const unsigned first = byte();
  if (first != tag::yes && first != tag::no) fail("is not true or false");
  return first == tag::yes;
}

Reader::Integer Reader::long_integer(unsigned first) {
  if (first >= tag::negative_fixint) return from_signed(static_cast<std::int8_t>(first));
  switch (first) {
    case tag::uint8:
      return {false, number<std::uint8_t>()};
    case tag::uint16:
      return {false, number<std::uint16_t>()};
    case tag::uint32:
      return {false, number<std::uint32_t>()};
    case tag::uint64:
      return {false, number<std::uint64_t>()};
    case tag::int8:
      return from_signed(static_cast<std::int8_t>(number<std::uint8_t>()));
    case tag::int16:
      return from_signed(static_cast<std::int16_t>(number<std::uint16_t>()));
    case tag::int32:
      return from_signed(static_cast<std::int32_t>(number<std::uint32_t>()));
    case tag::int64:
      return from_signed(static_cast<std::int64_t>(number<std::uint64_t>()));
    default:
      fail("is not an integer");
      return {};
  }
}

double Reader::floating() {
  switch (kind()) {
    case Kind::float32:
      return static_cast<double>(float32());
    case Kind::float64:
      take(1);
      return std::bit_cast<double>(number<std::uint64_t>());
    case Kind::integer: {
      const Integer value = integer();
      return value.negative ? static_cast<double>(static_cast<std::int64_t>(value.bits))
                            : static_cast<double>(value.bits);
    }
    default:
      fail("is not a number");
      return 0;
  }
}

float Reader::float32() {
  if (byte() != tag::float32) fail("is not a 32-bit float");
  return std::bit_cast<float>(number<std::uint32_t>());
}

std::string_view Reader::long_str(unsigned first, const char* otherwise) {
  switch (first) {
    case tag::str8:
      return take(number<std::uint8_t>());
    case tag::str16:
      return take(number<std::uint16_t>());
    case tag::str32:
      return take(number<std::uint32_t>());
    default:
      fail(otherwise);
      return {};
  }
}

std::string_view Reader::bin() {
  switch (byte()) {
    case tag::bin8:
      return take(number<std::uint8_t>());
    case tag::bin16:
      return take(number<std::uint16_t>());
    case tag::bin32:
      return take(number<std::uint32_t>());
    default:
      fail("is not bytes");
      return {};
  }
}

std::size_t Reader::long_size(unsigned first, unsigned tag16, unsigned tag32, const char* otherwise) {
  if (first == tag16) return number<std::uint16_t>();
  if (first == tag32) return number<std::uint32_t>();
  fail(otherwise);
  return 0;
}

void Reader::skip() {
  switch (kind()) {
    case Kind::nil:
    case Kind::boolean:
      take(1);
      return;
    case Kind::integer:
      integer();
      return;
    case Kind::float32:
    case Kind::float64:
      floating();
      return;
    case Kind::string:
      str();
      return;
    case Kind::bytes:
      bin();
      return;
    case Kind::array:
      skip_values(array());
      return;
    case Kind::map:
      skip_values(2 * map());
      return;
    case Kind::extension:
      skip_extension();
      return;
    case Kind::invalid:
      fail("is not msgpack");
      return;
  }
}

void Reader::skip_values(std::size_t count) {
  const Nesting nesting(*this);
  for (; count > 0 && ok(); --count) skip();
}

// The data of an extension stand behind one byte for its type.
void Reader::skip_extension() {
  constexpr std::size_t type = 1;
  const unsigned first = byte();
  switch (first) {
    case tag::ext8:
      take(type + number<std::uint8_t>());
      return;
    case tag::ext16:
      take(type + number<std::uint16_t>());
      return;
    case tag::ext32:
      take(type + number<std::uint32_t>());
      return;
    default:
      take(type + (std::size_t{1} << (first - tag::fixext1)));
      return;
  }
}

void Reader::fail(std::string_view why) {
  if (fault_) return;
  const auto offset = static_cast<std::size_t>(next_ - begin_);
  fault_ = std::make_unique<Fault>(Fault{std::string(why), {}, offset});
  next_ = end_;
}

void Reader::in_field(std::string_view name) { prepend(std::string(name)); }
void Reader::in_element(std::size_t index) { in_brackets(std::to_string(index)); }
void Reader::in_entry(std::string_view key) { in_brackets('"' + printable(key) + '"'); }
void Reader::in_brackets(std::string_view text) { prepend('[' + std::string(text) + ']'); }

void Reader::prepend(std::string part) {
  std::string& path = fault_->path;
  if (!path.empty() && path.front() != '[') part += '.';
  path.insert(0, part);
}

std::string Reader::error() const {
  return (fault_->path.empty() ? "the message" : fault_->path) + " " + fault_->why;
}

}  // namespace ninelives
