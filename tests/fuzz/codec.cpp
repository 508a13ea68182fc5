// Any bytes as a message of each kind, as msgpack that is stepped over, and as JSON: they are refused or
// understood, and what was understood survives being written and read again.
#include <array>
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include <ninelives/ipc/codec.hpp>

#include "ipc/control.hpp"
#include "supervisor/cli/json_bridge.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using ninelives::Bytes;
using ninelives::Reader;
using ninelives::fuzz::require;
using ninelives::supervisor::json_from_msgpack;
using ninelives::supervisor::msgpack_from_json;

enum class Color { red, green, blue };
BOOST_DESCRIBE_ENUM(Color, red, green, blue)

enum class Plain : std::uint8_t { low = 1, high = 200 };

enum Loose { tight, wide };  // a value other than its enumerators' may be undefined
BOOST_DESCRIBE_ENUM(Loose, tight, wide)

struct Point {
  std::int32_t x, y;
};
BOOST_DESCRIBE_STRUCT(Point, (), (x, y))

struct Circle : Point {
  double radius;
};
BOOST_DESCRIBE_STRUCT(Circle, (Point), (radius))

struct Empty {};

struct Tree {
  std::string name;
  std::vector<Tree> children;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (name, children))

struct Numbers {
  bool flag;
  std::int8_t i8;
  std::uint16_t u16;
  std::int64_t i64;
  std::uint64_t u64;
  float single;
  double twice;
};
BOOST_DESCRIBE_STRUCT(Numbers, (), (flag, i8, u16, i64, u64, single, twice))

struct Words {
  std::string text;
  Bytes blob;
  Color color;
  Plain plain;
  Loose loose;
  std::chrono::milliseconds timeout;
  std::chrono::duration<double> share;
};
BOOST_DESCRIBE_STRUCT(Words, (), (text, blob, color, plain, loose, timeout, share))

struct Lists {
  std::optional<std::string> note;
  std::vector<Point> points;
  std::vector<bool> bits;
  std::array<int, 3> triple;
  std::map<std::string, std::vector<std::int64_t>> index;
  std::map<Color, std::optional<Circle>> circles;
};
BOOST_DESCRIBE_STRUCT(Lists, (), (note, points, bits, triple, index, circles))

using Choice = std::variant<std::monostate, bool, std::int64_t, double, std::string, Bytes, Color, Circle,
                            Empty, std::vector<int>, std::map<std::string, int>, std::chrono::seconds>;

struct Choices {
  Choice choice;
  std::optional<std::variant<bool, double>> maybe;
  std::expected<Point, Color> outcome;
  std::expected<void, std::string> done;
};
BOOST_DESCRIBE_STRUCT(Choices, (), (choice, maybe, outcome, done))

bool is_one_value(std::string_view bytes) {
  Reader reader(bytes);
  reader.skip();
  return reader.ok() && reader.at_end();
}

void require_sentence(const std::string& error) {
  require(!error.empty() && error.find('\n') == std::string::npos, "an error is one line");
}

template <class T>
void read_as(std::string_view bytes) {
  const auto value = ninelives::from_bytes<T>(bytes);
  if (!value) return require_sentence(value.error());
  require(is_one_value(bytes), "what can be read can be stepped over");
  const std::string written = ninelives::to_bytes(*value);
  const auto again = ninelives::from_bytes<T>(written);
  require(again.has_value(), "what was read can be written and read again");
  require(ninelives::to_bytes(*again) == written, "a value survives being written and read");
}

// Of equal maps, each has an order of its own.
void read_as_unordered(std::string_view bytes) {
  using Map = std::unordered_map<std::string, int>;
  const auto value = ninelives::from_bytes<Map>(bytes);
  if (value) require(ninelives::from_bytes<Map>(ninelives::to_bytes(*value)) == *value, "a map survives");
}

template <class... Ts>
void read_as_each(std::string_view bytes) {
  (read_as<Ts>(bytes), ...);
}

// A map {"$bytes": ...} that is no bytes is shown as it is, and refused when it is typed: what is meant by it
// on the command line is always bytes.
bool looks_like_bytes(const std::string& error) { return error.ends_with("is not a string of base64"); }

void show(std::string_view bytes) {
  const auto json = json_from_msgpack(bytes);
  if (!json) return require_sentence(json.error());
  require(is_one_value(bytes), "what can be shown can be stepped over");
  require(json->find('\n') == std::string::npos, "a message is shown in one line");
  const auto typed = msgpack_from_json(*json);
  if (!typed && looks_like_bytes(typed.error())) return;
  require(typed.has_value(), "what is shown can be typed");
  require(json_from_msgpack(*typed) == *json, "what is typed is shown as it was typed");
}

void type(std::string_view text) {
  const auto bytes = msgpack_from_json(text);
  if (!bytes) return require_sentence(bytes.error());
  const auto json = json_from_msgpack(*bytes);
  require(json.has_value(), "what was typed can be shown");
  require(msgpack_from_json(*json) == *bytes, "what was typed survives being shown");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_as_each<Numbers, Words, Lists, Choices, Tree, Choice, Empty, Circle>(bytes);
  read_as_each<bool, std::int8_t, std::uint64_t, float, double, std::string, Bytes, Color, Plain, Loose>(
      bytes);
  read_as_each<std::vector<std::optional<std::vector<double>>>, std::map<int, Color>, std::array<Empty, 2>>(
      bytes);
  read_as_each<ninelives::ipc::ControlRequest, ninelives::ipc::ControlReply>(bytes);
  read_as_unordered(bytes);
  show(bytes);
  type(bytes);
  return 0;
}
