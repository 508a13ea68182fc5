#include "worker/state_in_words.hpp"

#include <array>
#include <charconv>

#include <ninelives/ipc/msgpack.hpp>

namespace ninelives::detail {
namespace {

class Words {
 public:
  explicit Words(std::string_view msgpack) : reader_(msgpack) {}

  std::string all() {
    value();
    if (!reader_.ok()) return "(" + reader_.error() + ")";
    if (text_.size() > state_in_words_max) text_.replace(state_in_words_max, std::string::npos, "...");
    return std::move(text_);
  }

 private:
  void value() {
    switch (reader_.kind()) {
      case Reader::Kind::nil:
        reader_.nil();
        return say("null");
      case Reader::Kind::boolean:
        return say(reader_.boolean() ? "true" : "false");
      case Reader::Kind::integer:
        return integer(reader_.integer());
      case Reader::Kind::float32:
        return number(reader_.float32());
      case Reader::Kind::float64:
        return number(reader_.floating());
      case Reader::Kind::string:
        return quoted(reader_.str());
      case Reader::Kind::bytes:
        return quoted(reader_.bin());
      case Reader::Kind::array:
        return array();
      case Reader::Kind::map:
        return map();
      default:
        reader_.skip();
        return say("?");
    }
  }

  void array() {
    const Reader::Nesting nesting(reader_);
    say("[");
    for (std::size_t left = reader_.array(), first = left; goes_on(left); --left) {
      if (left != first) say(", ");
      value();
    }
    say("]");
  }

  void map() {
    const Reader::Nesting nesting(reader_);
    say("{");
    for (std::size_t left = reader_.map(), first = left; goes_on(left); --left) {
      if (left != first) say(", ");
      value();
      say(": ");
      value();
    }
    say("}");
  }

  // A state of megabytes is not read to its end for a line of a log.
  bool goes_on(std::size_t left) const {
    return left > 0 && reader_.ok() && text_.size() <= state_in_words_max;
  }

  void integer(Reader::Integer integer) {
    if (integer.negative) return number(static_cast<std::int64_t>(integer.bits));
    number(integer.bits);
  }

  template <class Number>
  void number(Number number) {
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    say({digits.data(), end});
  }

  void quoted(std::string_view bytes) {
    constexpr std::string_view hex = "0123456789abcdef";
    say("\"");
    for (const char byte : bytes.substr(0, state_in_words_max)) {
      const auto code = static_cast<unsigned char>(byte);
      if (byte == '"' || byte == '\\') say("\\");
      if (code >= 0x20 && code != 0x7f) {
        text_ += byte;
      } else {
        say("\\x");
        text_ += hex[code >> 4];
        text_ += hex[code & 0xf];
      }
    }
    say("\"");
  }

  void say(std::string_view words) { text_ += words; }

  Reader reader_;
  std::string text_;
};

}  // namespace

std::string state_in_words(std::string_view msgpack) { return Words(msgpack).all(); }

}  // namespace ninelives::detail
