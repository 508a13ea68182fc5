// msgpack, value by value: a Writer into a string or given memory, and a Reader that trusts nothing it reads.
// What a C++ type looks like in msgpack is decided in codec.hpp; this file knows only the format itself:
// https://github.com/msgpack/msgpack/blob/master/spec.md
//
// Neither owns the bytes: what the Writer writes into and the Reader's input must outlive them. Both belong
// to one thread.
#pragma once
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace ninelives {
namespace detail {

// The first byte of a value. The `fix` families keep a small number or length in their low bits.
namespace tag {
inline constexpr unsigned fixmap = 0x80, fixarray = 0x90, fixstr = 0xa0, negative_fixint = 0xe0;
inline constexpr unsigned nil = 0xc0, never_used = 0xc1, no = 0xc2, yes = 0xc3;
inline constexpr unsigned bin8 = 0xc4, bin16 = 0xc5, bin32 = 0xc6;
inline constexpr unsigned ext8 = 0xc7, ext16 = 0xc8, ext32 = 0xc9;
inline constexpr unsigned float32 = 0xca, float64 = 0xcb;
inline constexpr unsigned uint8 = 0xcc, uint16 = 0xcd, uint32 = 0xce, uint64 = 0xcf;
inline constexpr unsigned int8 = 0xd0, int16 = 0xd1, int32 = 0xd2, int64 = 0xd3;
inline constexpr unsigned fixext1 = 0xd4, fixext16 = 0xd8;
inline constexpr unsigned str8 = 0xd9, str16 = 0xda, str32 = 0xdb;
inline constexpr unsigned array16 = 0xdc, array32 = 0xdd, map16 = 0xde, map32 = 0xdf;
}  // namespace tag

inline constexpr std::size_t fixstr_lengths = 32;        // lengths 0 to 31 fit in the tag
inline constexpr std::size_t fixcontainer_lengths = 16;  // sizes 0 to 15 fit in the tag

// msgpack is big-endian; the same function turns both ways.
template <std::unsigned_integral U>
constexpr U big_endian(U value) {
  if constexpr (sizeof(U) > 1 && std::endian::native == std::endian::little) value = std::byteswap(value);
  return value;
}

}  // namespace detail

// Every value takes the shortest form that msgpack has for it.
// Throws std::length_error for a string or container of more than 2^32 - 1 bytes or elements.
class Writer {
 public:
  // Appends to `out`.
  explicit Writer(std::string& out) : out_(&out) {}
  // Fills `room`. What goes beyond it is counted and nothing else: size() says how much room there must be.
  explicit Writer(std::span<char> room) : next_(room.data()), left_(room.size()) {}

  std::size_t size() const { return size_; }  // of all that was written

  void nil() { byte(detail::tag::nil); }
  void boolean(bool value) { byte(value ? detail::tag::yes : detail::tag::no); }
  void unsigned_integer(std::uint64_t value);
  void signed_integer(std::int64_t value);
  void float32(float value) { tagged(detail::tag::float32, std::bit_cast<std::uint32_t>(value)); }
  void float64(double value) { tagged(detail::tag::float64, std::bit_cast<std::uint64_t>(value)); }
  void str(std::string_view text);
  void bin(std::string_view bytes);

  // The header alone: the elements follow; a map's are key, value, key, value ...
  void array(std::size_t size);
  void map(std::size_t size);

  // Bytes that are msgpack already.
  void raw(std::string_view bytes) { put(bytes.data(), bytes.size()); }

 private:
  void byte(std::size_t value) {
    const char as_char = static_cast<char>(value);
    put(&as_char, 1);
  }
  void put(const char* bytes, std::size_t count);
  template <std::unsigned_integral U>
  void tagged(unsigned tag, U value);
  void long_unsigned(std::uint64_t value);
  void long_negative(std::int64_t value);
  void long_length(std::size_t length, unsigned tag8, unsigned tag16, unsigned tag32);
  void length16_or_32(std::size_t length, unsigned tag16, unsigned tag32);

  std::string* out_ = nullptr;  // null: into the room
  char* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t size_ = 0;
};

// Every read is checked. The first fault sticks: after it nothing is left and each read gives an empty value,
// so that a caller may look at ok() when it suits him. Strings that it returns are views of the input.
class Reader {
 public:
  static constexpr int max_depth = 128;  // containers inside each other, the outermost counted

  // One byte on the wire can become a large object in memory, hence a limit of its own (bytes).
  static constexpr std::size_t default_memory_limit = std::size_t{64} << 20;

  enum class Kind { nil, boolean, integer, float32, float64, string, bytes, array, map, extension, invalid };

  struct Integer {
    bool negative = false;
    std::uint64_t bits = 0;  // two's complement of an int64 if negative
  };

  explicit Reader(std::string_view in, std::size_t memory_limit = default_memory_limit)
      : begin_(in.data()), next_(begin_), end_(begin_ + in.size()), memory_left_(memory_limit) {}

  bool ok() const { return fault_ == nullptr; }
  bool at_end() const { return next_ == end_; }
  std::size_t left() const { return static_cast<std::size_t>(end_ - next_); }

  Kind kind();  // of the next value, which stays unread; `invalid` also at the end
  bool next_is_nil() { return peek() == detail::tag::nil; }
  bool next_is_string();

  void nil();
  bool boolean();
  Integer integer();
  double floating();  // an integer will do: JSON does not tell 3 from 3.0
  float float32();    // only for Kind::float32
  std::string_view str(const char* otherwise = "is not a string");
  std::string_view bin();
  std::size_t array();                                      // number of elements
  std::size_t map(const char* otherwise = "is not a map");  // number of entries
  void skip();                                              // one value, whatever it is
  std::string_view raw();                                   // the same, and gives its bytes

  // Steps over exactly these bytes if they come next.
  bool skip_if(std::string_view expected);

  // To be called before memory for `count` elements is taken.
  void charge(std::size_t count, std::size_t bytes_each);

  // `why` continues a sentence that begins with the place of the fault: "is not an integer".
  [[gnu::cold]] void fail(std::string_view why);

  // Each level that a fault passes on its way out puts its own name in front: x, [3].x, points[3].x.
  [[gnu::cold]] void in_field(std::string_view name);
  [[gnu::cold]] void in_element(std::size_t index);
  [[gnu::cold]] void in_entry(std::string_view key);  // ["key"], made printable: a key may hold anything
  [[gnu::cold]] void in_brackets(std::string_view text);

  // Only after a fault.
  std::string error() const;  // "points[3].x is not an integer"
  const std::string& fault() const { return fault_->why; }
  std::size_t fault_offset() const { return fault_->offset; }  // bytes from the beginning

  // Held while the elements of a container are read.
  class Nesting {
   public:
    explicit Nesting(Reader& reader) : reader_(reader) {
      if (++reader_.depth_ > max_depth) reader_.fail("is nested too deep");
    }
    ~Nesting() { --reader_.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    Reader& reader_;
  };

 private:
  struct Fault {
    std::string why;
    std::string path;
    std::size_t offset;
  };

  unsigned peek();
  unsigned byte();
  std::string_view take(std::size_t size);
  template <std::unsigned_integral U>
  U number();
  Integer long_integer(unsigned tag);
  std::string_view long_str(unsigned tag, const char* otherwise);
  std::size_t long_size(unsigned tag, unsigned tag16, unsigned tag32, const char* otherwise);
  std::size_t checked_size(std::size_t size, std::size_t least_bytes_each);
  void skip_values(std::size_t count);
  void skip_extension();
  void prepend(std::string part);

  const char* begin_;
  const char* next_;
  const char* end_;
  std::size_t memory_left_;
  std::unique_ptr<Fault> fault_;  // on the heap, because messages without a fault should not pay for it
  int depth_ = 0;
};

inline void Writer::put(const char* bytes, std::size_t count) {
  size_ += count;
  if (out_) {
    out_->append(bytes, count);
  } else if (count <= left_) {
    if (count > 0) std::memcpy(next_, bytes, count);
    next_ += count;
    left_ -= count;
  } else {
    left_ = 0;
  }
}

template <std::unsigned_integral U>
void Writer::tagged(unsigned tag, U value) {
  value = detail::big_endian(value);
  char bytes[1 + sizeof(U)];
  bytes[0] = static_cast<char>(tag);
  std::memcpy(bytes + 1, &value, sizeof(U));
  put(bytes, sizeof bytes);
}

inline void Writer::unsigned_integer(std::uint64_t value) {
  if (value < 0x80) return byte(value);
  long_unsigned(value);
}

inline void Writer::signed_integer(std::int64_t value) {
  if (value >= 0) return unsigned_integer(static_cast<std::uint64_t>(value));
  if (value >= -32) return byte(static_cast<std::uint8_t>(value));
  long_negative(value);
}

inline void Writer::str(std::string_view text) {
  if (text.size() < detail::fixstr_lengths) {
    byte(detail::tag::fixstr | text.size());
  } else {
    long_length(text.size(), detail::tag::str8, detail::tag::str16, detail::tag::str32);
  }
  raw(text);
}

inline void Writer::array(std::size_t size) {
  if (size < detail::fixcontainer_lengths) return byte(detail::tag::fixarray | size);
  length16_or_32(size, detail::tag::array16, detail::tag::array32);
}

inline void Writer::map(std::size_t size) {
  if (size < detail::fixcontainer_lengths) return byte(detail::tag::fixmap | size);
  length16_or_32(size, detail::tag::map16, detail::tag::map32);
}

inline unsigned Reader::peek() {
  if (next_ == end_) [[unlikely]] {
    fail("ends too early");
    return detail::tag::never_used;
  }
  return static_cast<unsigned char>(*next_);
}

inline unsigned Reader::byte() {
  const unsigned value = peek();
  if (next_ != end_) ++next_;
  return value;
}

inline std::string_view Reader::take(std::size_t size) {
  if (size > left()) [[unlikely]] {
    fail("ends too early");
    return {};
  }
  const std::string_view taken(next_, size);
  next_ += size;
  return taken;
}

inline bool Reader::next_is_string() {
  const unsigned tag = peek();
  return (tag & 0xe0) == detail::tag::fixstr || (tag >= detail::tag::str8 && tag <= detail::tag::str32);
}

inline Reader::Integer Reader::integer() {
  const unsigned tag = byte();
  if (tag < 0x80) return {false, tag};
  return long_integer(tag);
}

inline std::string_view Reader::str(const char* otherwise) {
  const unsigned tag = byte();
  if ((tag & 0xe0) == detail::tag::fixstr) return take(tag & 0x1f);
  return long_str(tag, otherwise);
}

inline std::size_t Reader::checked_size(std::size_t size, std::size_t least_bytes_each) {
  if (size > left() / least_bytes_each) [[unlikely]] {
    fail("claims more elements than there are bytes");
    return 0;
  }
  return size;
}

inline std::size_t Reader::array() {
  const unsigned tag = byte();
  const bool short_form = (tag & 0xf0) == detail::tag::fixarray;
  return checked_size(
      short_form ? tag & 0x0f : long_size(tag, detail::tag::array16, detail::tag::array32, "is not a list"),
      1);
}

inline std::size_t Reader::map(const char* otherwise) {
  const unsigned tag = byte();
  const bool short_form = (tag & 0xf0) == detail::tag::fixmap;
  return checked_size(
      short_form ? tag & 0x0f : long_size(tag, detail::tag::map16, detail::tag::map32, otherwise), 2);
}

inline std::string_view Reader::raw() {
  const char* first = next_;
  skip();
  return ok() ? std::string_view(first, static_cast<std::size_t>(next_ - first)) : std::string_view();
}

inline bool Reader::skip_if(std::string_view expected) {
  if (left() < expected.size() || std::memcmp(next_, expected.data(), expected.size()) != 0) return false;
  next_ += expected.size();
  return true;
}

inline void Reader::charge(std::size_t count, std::size_t bytes_each) {
  if (count > memory_left_ / bytes_each) [[unlikely]] {
    fail("takes more memory than a message may");
    return;
  }
  memory_left_ -= count * bytes_each;
}

}  // namespace ninelives
