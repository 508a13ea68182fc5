#include "supervisor/cli/json_bridge.hpp"

#include <algorithm>
#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <ninelives/ipc/msgpack.hpp>

namespace ninelives::supervisor {
namespace {

namespace json = boost::json;

constexpr std::string_view bytes_key = "$bytes";

// Base64 as in RFC 4648 section 4, with padding.
constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64_encode(std::string_view bytes) {
  std::string text;
  for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()))) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text += i <= bytes.size() ? base64_digits[group >> (18 - 6 * i) & 63] : '=';
    }
  }
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  text.remove_suffix(padding);
  std::string bytes;
  std::uint32_t bits = 0;
  int bit_count = 0;
  for (char c : text) {
    const std::size_t digit = base64_digits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    bit_count += 6;
    if (bit_count < 8) continue;
    bit_count -= 8;
    bytes += static_cast<char>(bits >> bit_count);
    bits &= (1u << bit_count) - 1;
  }
  if (bits != 0) return std::nullopt;  // RFC 4648 section 3.5: one text for one value
  return bytes;
}

// How a UTF-8 sequence with a given first byte goes on: The Unicode Standard, table 3-7.
struct Utf8Sequence {
  std::size_t size;  // 0: no sequence begins with such a byte
  unsigned char second_from = 0x80;
  unsigned char second_to = 0xbf;
};

Utf8Sequence utf8_sequence(unsigned char first) {
  if (first < 0x80) return {1};
  if (first < 0xc2) return {0};  // inside of a sequence, or a longer form of ASCII
  if (first < 0xe0) return {2};
  if (first == 0xe0) return {3, 0xa0};
  if (first == 0xed) return {3, 0x80, 0x9f};  // no surrogates
  if (first < 0xf0) return {3};
  if (first == 0xf0) return {4, 0x90};
  if (first < 0xf4) return {4};
  if (first == 0xf4) return {4, 0x80, 0x8f};  // nothing above U+10FFFF
  return {0};
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

bool begins_with(std::string_view text, const Utf8Sequence& sequence) {
  if (sequence.size == 0 || sequence.size > text.size()) return false;
  if (sequence.size == 1) return true;
  const auto second = static_cast<unsigned char>(text[1]);
  return second >= sequence.second_from && second <= sequence.second_to &&
         std::ranges::all_of(text.substr(2, sequence.size - 2), is_continuation);
}

// How many bytes of `text` are UTF-8 before the first that is not.
std::size_t utf8_prefix(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size()) {
    const Utf8Sequence sequence = utf8_sequence(static_cast<unsigned char>(text[size]));
    if (!begins_with(text.substr(size), sequence)) break;
    size += sequence.size;
  }
  return size;
}

bool is_utf8(std::string_view text) { return utf8_prefix(text) == text.size(); }

// Receives what Boost.JSON's parser finds and writes it as msgpack at once. The parser and not the ready-made
// json::value, because that one rounds integers above 64 bits silently and decimals in their last digit.
class MsgpackHandler {
 public:
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  bool on_array_begin(json::error_code&) { return open(); }
  bool on_object_begin(json::error_code&) { return open(); }

  bool on_array_end(std::size_t size, json::error_code&) {
    std::string header;
    Writer(header).array(size);
    out_.insert(close(), header);
    return true;
  }

  bool on_object_end(std::size_t size, json::error_code& error) {
    const std::size_t begin = close();
    if (size == 1 && is_bytes(begin)) return replace_by_bytes(begin, error);
    std::string header;
    Writer(header).map(size);
    out_.insert(begin, header);
    return true;
  }

  bool on_key_part(json::string_view part, std::size_t, json::error_code&) { return append(part); }
  bool on_key(json::string_view rest, std::size_t, json::error_code&) { return end_text(rest); }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) { return append(part); }
  bool on_string(json::string_view rest, std::size_t, json::error_code&) { return end_text(rest); }

  bool on_number_part(json::string_view part, json::error_code&) { return append(part); }

  bool on_int64(std::int64_t value, json::string_view, json::error_code&) {
    writer_.signed_integer(value);
    text_.clear();
    return true;
  }

  bool on_uint64(std::uint64_t value, json::string_view, json::error_code&) {
    writer_.unsigned_integer(value);
    text_.clear();
    return true;
  }

  // The parser's own double is not always the nearest to the text, hence from_chars.
  bool on_double(double approximate, json::string_view rest, json::error_code& error) {
    append(rest);
    const std::string text = std::exchange(text_, {});
    if (text.find_first_of(".eE") == std::string::npos)
      return fail("this integer needs more than 64 bits", error);
    double value = approximate;
    const auto [end, range] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool too_small = range == std::errc::result_out_of_range && std::abs(approximate) < 1;
    if (range != std::errc{} && !too_small) return fail("this number is too large for a double", error);
    writer_.float64(value);
    return true;
  }

  bool on_bool(bool value, json::error_code&) {
    writer_.boolean(value);
    return true;
  }

  bool on_null(json::error_code&) {
    writer_.nil();
    return true;
  }

  std::string take() { return std::move(out_); }
  const std::string& fault() const { return fault_; }

 private:
  // The header of a container stands before its elements but depends on their number: it is inserted at the
  // end.
  bool open() {
    begins_.push_back(out_.size());
    return true;
  }

  std::size_t close() {
    const std::size_t begin = begins_.back();
    begins_.pop_back();
    return begin;
  }

  bool append(json::string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }

  bool end_text(json::string_view rest) {
    append(rest);
    writer_.str(text_);
    text_.clear();
    return true;
  }

  bool is_bytes(std::size_t begin) const {
    std::string key;
    Writer(key).str(bytes_key);
    return std::string_view(out_).substr(begin).starts_with(key);
  }

  bool replace_by_bytes(std::size_t begin, json::error_code& error) {
    Reader entry(std::string_view(out_).substr(begin));
    entry.skip();
    const auto text = entry.str();
    const auto bytes = entry.ok() ? base64_decode(text) : std::nullopt;
    if (!bytes) return fail("the value of \"$bytes\" is not a string of base64", error);
    out_.resize(begin);
    writer_.bin(*bytes);
    return true;
  }

  bool fail(std::string why, json::error_code& error) {
    fault_ = std::move(why);
    error = json::error::exception;  // any error stops the parser
    return false;
  }

  std::string out_;
  Writer writer_{out_};
  std::string text_;                 // of the string or number that is being read
  std::vector<std::size_t> begins_;  // of the containers that are open
  std::string fault_;
};

std::unexpected<std::string> at_character(std::string_view text, std::size_t offset, const std::string& why) {
  const auto before = text.substr(0, offset);
  const auto characters =
      before.size() - static_cast<std::size_t>(std::ranges::count_if(before, is_continuation));
  return std::unexpected("at character " + std::to_string(characters + 1) + ": " + why);
}

// `rest` begins with what the parser did not like.
std::string syntax_error(std::string_view rest) {
  if (rest.empty()) return "the JSON ends too early";
  const auto first = static_cast<unsigned char>(rest.front());
  if (first < ' ' || first == 0x7f) return "unexpected control character";
  return "unexpected '" + std::string(rest.substr(0, utf8_sequence(first).size)) + "'";
}

std::string sentence(const json::error_code& error, std::string_view rest) {
  if (error == json::error::syntax) return syntax_error(rest);
  if (error == json::error::incomplete) return "the JSON ends too early";
  if (error == json::error::too_deep) return "nested deeper than " + std::to_string(Reader::max_depth);
  if (error == json::error::exponent_overflow) return "this number is too large for a double";
  return error.message();
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

// Takes one value at a time from the Reader, which also limits depth and keeps the first fault.
class JsonPrinter {
 public:
  explicit JsonPrinter(Reader& reader) : reader_(reader) {}

  void print(std::string& out) {
    switch (reader_.kind()) {
      case Reader::Kind::nil:
        reader_.nil();
        out += "null";
        return;
      case Reader::Kind::boolean:
        out += reader_.boolean() ? "true" : "false";
        return;
      case Reader::Kind::integer:
        print_integer(out);
        return;
      case Reader::Kind::float32:
        print_float(reader_.float32(), out);
        return;
      case Reader::Kind::float64:
        print_float(reader_.floating(), out);
        return;
      case Reader::Kind::string:
        print_string(reader_.str(), out);
        return;
      case Reader::Kind::bytes:
        print_bytes(reader_.bin(), out);
        return;
      case Reader::Kind::array:
        print_array(out);
        return;
      case Reader::Kind::map:
        print_map(out);
        return;
      case Reader::Kind::extension:
        reader_.fail("a msgpack extension has no form in JSON");
        return;
      case Reader::Kind::invalid:
        reader_.fail("this is not msgpack");
        return;
    }
  }

 private:
  static void quote(std::string_view text, std::string& out) {
    out += json::serialize(json::string_view(text));
  }

  void print_integer(std::string& out) {
    const Reader::Integer value = reader_.integer();
    out +=
        value.negative ? std::to_string(static_cast<std::int64_t>(value.bits)) : std::to_string(value.bits);
  }

  // The shortest text that reads as the same number; Boost.JSON would print 3.0 as 3E0.
  template <std::floating_point T>
  static void print_float(T value, std::string& out) {
    if (!std::isfinite(value)) {
      out += "null";
      return;
    }
    std::array<char, 32> buffer;
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    const std::string_view text(buffer.data(), static_cast<std::size_t>(result.ptr - buffer.data()));
    out += text;
    if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
  }

  static void print_string(std::string_view text, std::string& out) {
    if (!is_utf8(text)) return print_bytes(text, out);
    quote(text, out);
  }

  static void print_bytes(std::string_view bytes, std::string& out) {
    out += "{\"";
    out += bytes_key;
    out += "\":\"";
    out += base64_encode(bytes);
    out += "\"}";
  }

  void print_array(std::string& out) {
    const Reader::Nesting nesting(reader_);
    const std::size_t size = reader_.array();
    out += '[';
    for (std::size_t i = 0; i < size && reader_.ok(); ++i) {
      if (i > 0) out += ',';
      print(out);
    }
    out += ']';
  }

  void print_map(std::string& out) {
    const Reader::Nesting nesting(reader_);
    const std::size_t size = reader_.map();
    out += '{';
    for (std::size_t i = 0; i < size && reader_.ok(); ++i) {
      if (i > 0) out += ',';
      print_key(out);
      out += ':';
      print(out);
    }
    out += '}';
  }

  // A key inside a key inside a key is quoted thrice. As each quoting can double the text, a few hostile
  // bytes would otherwise become gigabytes.
  void print_key(std::string& out) {
    constexpr int most_keys_in_keys = 2;
    if (++keys_ > most_keys_in_keys) reader_.fail("a map key has a map key with a map key");
    std::string key;
    print(key);
    --keys_;
    const bool is_quoted_already = key.starts_with('"');
    if (is_quoted_already) {
      out += key;
    } else {
      quote(key, out);
    }
  }

  Reader& reader_;
  int keys_ = 0;  // how many keys inside each other are being printed
};

}  // namespace

std::expected<std::string, std::string> msgpack_from_json(std::string_view text) {
  if (is_blank(text)) text = "{}";
  if (const std::size_t valid = utf8_prefix(text); valid < text.size()) {
    return at_character(text, valid, "this is not UTF-8");
  }
  json::parse_options options;
  options.max_depth = Reader::max_depth;
  json::basic_parser<MsgpackHandler> parser(options);
  json::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  const std::string_view rest = text.substr(read);
  const std::string& fault = parser.handler().fault();
  if (!fault.empty()) return at_character(text, read, fault);
  if (error) return at_character(text, read, sentence(error, rest));
  if (!rest.empty()) return at_character(text, read, "something follows after the end of the JSON");
  return parser.handler().take();
}

std::expected<std::string, std::string> json_from_msgpack(std::string_view bytes) {
  Reader reader(bytes);
  std::string json;
  JsonPrinter(reader).print(json);
  if (!reader.at_end()) reader.fail("something follows after the end of the value");
  if (reader.ok()) return json;
  return std::unexpected("at byte " + std::to_string(reader.fault_offset() + 1) + ": " + reader.fault());
}

}  // namespace ninelives::supervisor
