#include <array>
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <ninelives/ipc/codec.hpp>

namespace {

using namespace std::string_literals;
using namespace std::chrono_literals;
using ninelives::Bytes;
using ninelives::Encodable;
using ninelives::from_bytes;
using ninelives::Message;
using ninelives::to_bytes;

enum class Color { red, green, blue };
BOOST_DESCRIBE_ENUM(Color, red, green, blue)

enum class Plain : std::uint8_t { low = 1, high = 200 };

enum Loose { loose_a, loose_b };  // a value other than its enumerators' may be undefined

enum DescribedLoose { tight, wide };
BOOST_DESCRIBE_ENUM(DescribedLoose, tight, wide)

struct Point {
  std::int32_t x, y;
  friend bool operator==(const Point&, const Point&) = default;
};
BOOST_DESCRIBE_STRUCT(Point, (), (x, y))

struct Circle {
  Point at;
  double radius;
  friend bool operator==(const Circle&, const Circle&) = default;
};
BOOST_DESCRIBE_STRUCT(Circle, (), (at, radius))

struct Empty {
  friend bool operator==(const Empty&, const Empty&) = default;
};

struct DescribedEmpty {
  friend bool operator==(const DescribedEmpty&, const DescribedEmpty&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribedEmpty, (), ())

struct Tree {
  std::string name;
  std::vector<Tree> children;
  friend bool operator==(const Tree&, const Tree&) = default;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (name, children))

struct Base {
  int id = 0;
  friend bool operator==(const Base&, const Base&) = default;
};
BOOST_DESCRIBE_STRUCT(Base, (), (id))

struct Derived : Base {
  std::string name;
  friend bool operator==(const Derived&, const Derived&) = default;
};
BOOST_DESCRIBE_STRUCT(Derived, (Base), (name))

class Account {
 public:
  Account() = default;
  Account(std::string owner, int balance) : owner_(std::move(owner)), balance_(balance) {}
  friend bool operator==(const Account&, const Account&) = default;

 private:
  std::string owner_;
  int balance_ = 0;
  BOOST_DESCRIBE_CLASS(Account, (), (), (), (owner_, balance_))
};

using Choice = std::variant<std::monostate, bool, std::int64_t, double, std::string, Bytes, Color, Circle,
                            Empty, std::vector<int>, std::map<std::string, int>, std::chrono::seconds>;

struct Everything {
  bool flag;
  std::int8_t i8;
  std::int64_t i64;
  std::uint64_t u64;
  float single;
  double twice;
  std::string text;
  Bytes blob;
  Color color;
  Plain plain;
  std::optional<std::string> note;
  std::vector<Point> points;
  std::vector<bool> bits;
  std::array<int, 3> triple;
  std::map<std::string, std::vector<std::int64_t>> index;
  std::unordered_map<int, Color> colors;
  std::chrono::milliseconds timeout;
  Choice choice;
  std::optional<std::variant<bool, double>> maybe;
  friend bool operator==(const Everything&, const Everything&) = default;
};
BOOST_DESCRIBE_STRUCT(Everything, (),
                      (flag, i8, i64, u64, single, twice, text, blob, color, plain, note, points, bits,
                       triple, index, colors, timeout, choice, maybe))

Everything everything() {
  return {.flag = true,
          .i8 = -128,
          .i64 = std::numeric_limits<std::int64_t>::min(),
          .u64 = std::numeric_limits<std::uint64_t>::max(),
          .single = 1.5f,
          .twice = 0.1,
          .text = "text",
          .blob = {std::byte{0}, std::byte{255}},
          .color = Color::blue,
          .plain = Plain::high,
          .note = "note",
          .points = {{1, 2}, {-3, 70000}},
          .bits = {true, false, true},
          .triple = {1, 2, 3},
          .index = {{"a", {1, -1}}, {"b", {}}},
          .colors = {{-1, Color::red}, {1000, Color::green}},
          .timeout = 5000ms,
          .choice = Circle{{1, 2}, 2.5},
          .maybe = std::variant<bool, double>(2.5)};
}

struct Undescribed {
  int x;
};

struct NoDefault {
  explicit NoDefault(int);
  int x;
};
BOOST_DESCRIBE_STRUCT(NoDefault, (), (x))

static_assert(Message<Point> && Message<Tree> && Message<Derived> && Message<Account> && Message<Everything>);
static_assert(Message<Empty> && Message<DescribedEmpty>);
static_assert(!Message<Undescribed> && !Message<NoDefault> && !Message<int> && !Message<Color>);
static_assert(!Message<std::string> && !Message<std::monostate> && !Message<std::array<int, 0>>);

static_assert(Encodable<bool> && Encodable<char> && Encodable<float> && Encodable<std::byte> &&
              Encodable<Bytes>);
static_assert(Encodable<Color> && Encodable<Plain> && Encodable<DescribedLoose> && !Encodable<Loose>);
static_assert(Encodable<std::vector<Tree>> && Encodable<std::array<int, 0>> && Encodable<Choice>);
static_assert(Encodable<std::expected<int, Color>> && Encodable<std::expected<void, std::string>>);
static_assert(!Encodable<Undescribed> && !Encodable<NoDefault>);
static_assert(!Encodable<int*> && !Encodable<const char*> && Encodable<std::string_view> &&
              Encodable<ninelives::BytesView>);
static_assert(!Encodable<std::unique_ptr<int>> && !Encodable<long double> && !Encodable<std::pair<int, int>>);

// What holds a type that cannot be sent cannot be sent either.
static_assert(!Encodable<std::vector<Undescribed>> && !Encodable<std::optional<int*>>);
static_assert(!Encodable<std::map<int, Undescribed>> && !Encodable<std::map<const char*, int>>);
static_assert(!Encodable<std::variant<int, Undescribed>> && !Encodable<std::expected<int, Undescribed>>);

// Nil in nil: which of the two was meant?
static_assert(!Encodable<std::optional<std::optional<int>>> && !Encodable<std::optional<std::monostate>>);

using ninelives::detail::tags_differ;
static_assert(tags_differ<int, bool, double, std::string, Circle>());
static_assert(!tags_differ<int, long>() && !tags_differ<std::vector<int>, std::array<int, 2>>());
static_assert(!tags_differ<int, std::optional<bool>>());

template <class T>
std::string error_of(std::string_view bytes) {
  const auto value = from_bytes<T>(bytes);
  return value ? "" : value.error();
}

// The value survives, and every truncation of its bytes is an error.
template <class T>
void check_round_trip(const T& value) {
  const std::string bytes = to_bytes(value);
  const auto back = from_bytes<T>(bytes);
  CHECK(back.has_value());
  if (back) CHECK((*back == value));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(from_bytes<T>(std::string_view(bytes).substr(0, size)).has_value());
  }
}

template <class T>
void check_limits() {
  check_round_trip(std::numeric_limits<T>::min());
  check_round_trip(std::numeric_limits<T>::max());
}

TEST_CASE("an integer of every width survives at its limits") {
  check_limits<std::int8_t>();
  check_limits<std::uint8_t>();
  check_limits<std::int16_t>();
  check_limits<std::uint16_t>();
  check_limits<std::int32_t>();
  check_limits<std::uint32_t>();
  check_limits<std::int64_t>();
  check_limits<std::uint64_t>();
}

TEST_CASE("an integer that does not fit its type is out of range") {
  const std::string out_of_range = "the message is out of range";
  CHECK(error_of<std::int8_t>(to_bytes(128)) == out_of_range);
  CHECK(error_of<std::int8_t>(to_bytes(-129)) == out_of_range);
  CHECK(error_of<std::uint8_t>(to_bytes(256)) == out_of_range);
  CHECK(error_of<std::uint64_t>(to_bytes(-1)) == out_of_range);
  CHECK(error_of<std::int64_t>(to_bytes(std::numeric_limits<std::uint64_t>::max())) == out_of_range);
}

TEST_CASE("floats survive") {
  check_round_trip(0.1);
  check_round_trip(0.1f);
  check_round_trip(std::numeric_limits<double>::infinity());
  check_round_trip(-std::numeric_limits<float>::infinity());
}

TEST_CASE("an integer is read where a float is expected, but a float never where an integer is") {
  CHECK(from_bytes<double>(to_bytes(3)) == 3.0);
  CHECK(from_bytes<double>(to_bytes(-3)) == -3.0);
  CHECK(from_bytes<float>(to_bytes(2.5)) == 2.5f);
  CHECK(error_of<float>(to_bytes(1e300)) == "the message is out of range");
  CHECK(error_of<int>(to_bytes(3.0)) == "the message is not an integer");
}

TEST_CASE("text and bytes survive and are not taken for each other") {
  check_round_trip(""s);
  check_round_trip("\0\xff"s);
  check_round_trip(std::string(70'000, 'x').substr(69'900));
  check_round_trip(Bytes{});
  check_round_trip(Bytes{std::byte{0}, std::byte{255}});
  CHECK(error_of<std::string>(to_bytes(Bytes{})) == "the message is not a string");
  CHECK(error_of<Bytes>(to_bytes(""s)) == "the message is not bytes");
}

TEST_CASE("a view shows what lies in the message, and is on the wire what it is a view of") {
  const std::string bytes = to_bytes(std::string("text"));
  CHECK(to_bytes(std::string_view("text")) == bytes);
  const auto view = from_bytes<std::string_view>(bytes);
  REQUIRE(view);
  CHECK(*view == "text");
  CHECK(view->data() == bytes.data() + 1);
  const Bytes raw{std::byte{1}, std::byte{2}};
  const std::string raw_bytes = to_bytes(raw);
  CHECK(to_bytes(ninelives::BytesView(raw)) == raw_bytes);
  CHECK(std::ranges::equal(from_bytes<ninelives::BytesView>(raw_bytes).value(), raw));
  CHECK_FALSE(from_bytes<std::string_view>(raw_bytes));
}

TEST_CASE("a described enum travels by name, another by number") {
  CHECK(to_bytes(Color::green) == "\xa5green");
  CHECK(to_bytes(Plain::high) == "\xcc\xc8");
  check_round_trip(Color::green);
  check_round_trip(Plain::high);
  CHECK(error_of<Color>("\xa6purple") == "the message is none of red, green, blue");
}

TEST_CASE("a value without a name travels by number if its enum can hold it") {
  check_round_trip(static_cast<Color>(77));
  CHECK(from_bytes<DescribedLoose>("\x01") == wide);
  CHECK(error_of<DescribedLoose>("\x07") == "the message is none of tight, wide");
}

TEST_CASE("containers survive") {
  check_round_trip(std::vector<int>{});
  check_round_trip(std::vector<int>(20, 7));
  check_round_trip(std::vector<bool>{true, false});
  check_round_trip(std::array<std::string, 2>{"a", "b"});
  check_round_trip(std::map<int, std::vector<std::string>>{{1, {"a"}}, {-5, {}}});
  check_round_trip(std::unordered_map<std::string, Point>{{"a", {1, 2}}, {"b", {3, 4}}});
  check_round_trip(std::map<Color, int>{{Color::red, 1}});
}

TEST_CASE("an array of another length is an error") {
  CHECK(error_of<std::array<int, 2>>("\x91\x01") == "the message has not 2 elements");
  CHECK(error_of<std::array<int, 0>>("\x91\x01") == "the message has not 0 elements");
}

TEST_CASE("a map that holds a key twice is an error") {
  CHECK(error_of<std::map<std::string, int>>("\x82\xa1k\x01\xa1k\x02") == "[\"k\"] appears twice");
}

TEST_CASE("durations, optionals and monostate survive") {
  check_round_trip(1500ms);
  check_round_trip(std::chrono::duration<double>(1.5));
  check_round_trip(std::optional<int>());
  check_round_trip(std::optional<int>(5));
  check_round_trip(std::monostate());
  CHECK(to_bytes(std::optional<int>()) == "\xc0");
  CHECK(to_bytes(5s) == "\x05");
}

TEST_CASE("every alternative of a variant survives") {
  for (const Choice& choice :
       {Choice(), Choice(true), Choice(std::int64_t{-3}), Choice(2.5), Choice("s"s),
        Choice(Bytes{std::byte{1}}), Choice(Color::blue), Choice(Circle{{1, 2}, 3}), Choice(Empty{}),
        Choice(std::vector<int>{1}), Choice(std::map<std::string, int>{{"a", 1}}), Choice(5s)}) {
    CAPTURE(choice.index());
    check_round_trip(choice);
  }
}

TEST_CASE("a variant is a map of one entry whose key names the alternative") {
  CHECK(to_bytes(Choice(std::int64_t{5})) == "\x81\xa3int\x05");
  CHECK(to_bytes(Choice(Empty{})) ==
        "\x81\xa5"
        "empty\x80");
  const std::string not_a_choice = "the message is not a map of one entry that names the choice";
  CHECK(error_of<Choice>("\x80") == not_a_choice);
  CHECK(error_of<Choice>("\x05") == not_a_choice);
  CHECK(error_of<Choice>("\x81\x05\x05") == not_a_choice);
  CHECK(error_of<std::variant<int, Circle>>("\x81\xa1z\x05") == "the message is none of int, circle");
}

TEST_CASE("an expected is a map of ok or error") {
  using Result = std::expected<int, Color>;
  using Done = std::expected<void, Color>;
  check_round_trip(Result(3));
  check_round_trip(Result(std::unexpected(Color::red)));
  check_round_trip(Done());
  check_round_trip(Done(std::unexpected(Color::red)));
  CHECK(to_bytes(Result(3)) == "\x81\xa2ok\x03");
  CHECK(to_bytes(Result(std::unexpected(Color::red))) ==
        "\x81\xa5"
        "error\xa3red");
  CHECK(to_bytes(Done()) == "\x81\xa2ok\xc0");

  const std::string neither = "the message is neither {\"ok\": value} nor {\"error\": error}";
  CHECK(error_of<Result>("\x81\xa2no\x03") == neither);
  CHECK(error_of<Result>("\x80") == neither);
  CHECK(error_of<Result>("\x81\x01\x01") == neither);
  CHECK(error_of<Result>("\x81\xa2ok\xc0") == "ok is not an integer");
}

TEST_CASE("structs survive, with bases, private fields, recursion and no fields") {
  check_round_trip(Point{-1, 70000});
  check_round_trip(Circle{{1, 2}, 2.5});
  check_round_trip(Empty{});
  check_round_trip(DescribedEmpty{});
  check_round_trip(Tree{"a", {{"b", {}}, {"c", {{"d", {}}}}}});
  check_round_trip(Account("me", 42));
  Derived derived;
  derived.id = 7;
  derived.name = "x";
  check_round_trip(derived);
  check_round_trip(everything());
}

TEST_CASE("a struct is a map of its fields by name, those of its base first") {
  CHECK(to_bytes(Point{1, -1}) == "\x82\xa1x\x01\xa1y\xff");
  CHECK(to_bytes(Empty{}) == "\x80");
  Derived derived;
  derived.id = 7;
  CHECK(to_bytes(derived) == "\x82\xa2id\x07\xa4name\xa0");
}

TEST_CASE("encode_into appends, so that a buffer can be used again") {
  std::string buffer = "head";
  ninelives::encode_into(buffer, Point{1, 2});
  CHECK(buffer == "head" + to_bytes(Point{1, 2}));
}

struct Old {
  std::string key;
  std::optional<int> since;
  friend bool operator==(const Old&, const Old&) = default;
};
BOOST_DESCRIBE_STRUCT(Old, (), (key, since))

struct New {
  std::vector<Point> extra;
  std::optional<int> ttl = 60;
  std::string key;
  friend bool operator==(const New&, const New&) = default;
};
BOOST_DESCRIBE_STRUCT(New, (), (extra, ttl, key))

TEST_CASE(
    "an old version reads a new one: fields in another order, unknown ones skipped, optional ones absent") {
  CHECK(from_bytes<Old>(to_bytes(New{{{1, 2}}, 5, "k"})) == Old{"k", std::nullopt});
}

TEST_CASE(
    "a new version reads an old one if only optional fields are missing, and those keep their default") {
  CHECK(error_of<New>(to_bytes(Old{"k", 5})) == "extra is missing");
  CHECK(from_bytes<New>("\x82\xa3key\xa1k\xa5"
                        "extra\x90") == New{{}, 60, "k"});
  CHECK(from_bytes<New>("\x83\xa3key\xa1k\xa5"
                        "extra\x90\xa3ttl\xc0") == New{{}, std::nullopt, "k"});
}

TEST_CASE("a struct without fields reads one that has some") {
  CHECK(from_bytes<Empty>(to_bytes(Point{1, 2})).has_value());
  CHECK(from_bytes<DescribedEmpty>(to_bytes(Point{1, 2})).has_value());
}

TEST_CASE("a field's name may be in a longer form than ours") {
  CHECK(from_bytes<Point>("\xde\x00\x02\xd9\x01y\x02\xda\x00\x01x\x01"s) == Point{1, 2});
}

TEST_CASE("a field that appears twice is an error") {
  CHECK(error_of<Point>("\x83\xa1x\x01\xa1y\x01\xa1x\x02") == "x appears twice");
  CHECK(error_of<Point>("\x82\xa1x\x01\xa1x\x02") == "x appears twice");
}

struct Order {
  std::vector<Circle> circles;
  std::map<std::string, Point> named;
  std::map<int, Point> numbered;
  std::map<Color, Point> colored;
  std::optional<int> ttl;
  std::variant<int, Circle> choice;
};
BOOST_DESCRIBE_STRUCT(Order, (), (circles, named, numbered, colored, ttl, choice))

std::string field(const std::string& name, const std::string& value) {
  return "\x81" + to_bytes(name) + value;
}

TEST_CASE("an error names the whole path of the field") {
  const std::string circle = to_bytes(Circle{{1, 2}, 3});
  const std::string bad_point = field("x", "\xc0");
  CHECK(error_of<Order>("\x05") == "the message is not a map");
  CHECK(error_of<Order>("\x80") == "circles is missing");
  CHECK(error_of<Order>(field("circles", "\x92" + circle + field("at", bad_point))) ==
        "circles[1].at.x is not an integer");
  CHECK(error_of<Order>(field("circles", "\x91" + field("at", field("x", "\x01")))) ==
        "circles[0].at.y is missing");
  CHECK(error_of<Order>(field("circles", "\x91\x05")) == "circles[0] is not a map");
  CHECK(error_of<Order>(field("named", field("a", bad_point))) == "named[\"a\"].x is not an integer");
  CHECK(error_of<Order>(field("named", "\x81\x01\x01")) == "named[key 0] is not a string");
  CHECK(error_of<Order>(field("numbered", "\x81\xfb" + bad_point)) == "numbered[-5].x is not an integer");
  CHECK(error_of<Order>(field("colored", field("red", bad_point))) == "colored[entry 0].x is not an integer");
  CHECK(error_of<Order>(field("ttl", "\xcf\xff\xff\xff\xff\xff\xff\xff\xff")) == "ttl is out of range");
  CHECK(error_of<Order>(field("choice", field("circle", field("at", bad_point)))) ==
        "choice.circle.at.x is not an integer");
  CHECK(error_of<Order>(field("unknown", "\xc1")) == "[\"unknown\"] is not msgpack");
  CHECK(error_of<Order>("\x81\x01\x01") == "the message has a field whose name is not a string");
  CHECK(error_of<std::vector<Point>>("\x91" + bad_point) == "[0].x is not an integer");
  CHECK(error_of<std::expected<Point, Color>>(field("ok", bad_point)) == "ok.x is not an integer");
  CHECK(error_of<Point>(to_bytes(Point{1, 2}) + "\x01") ==
        "the message is followed by more than there should be");
}

Tree chain(int depth) {
  Tree tree{"leaf", {}};
  for (int i = 1; i < depth; ++i) {
    Tree parent{"node", {}};
    parent.children.push_back(std::move(tree));
    tree = std::move(parent);
  }
  return tree;
}

TEST_CASE("a struct in a list in a struct is read up to the depth limit and not beyond") {
  check_round_trip(chain(64));  // a map and a list each
  const std::string error = error_of<Tree>(to_bytes(chain(65)));
  CHECK(error.ends_with("children[0] is nested too deep"));
  CHECK(error.starts_with("children[0].children[0]."));
}

struct Sparse {
  std::optional<std::array<std::int64_t, 100>> numbers;
};
BOOST_DESCRIBE_STRUCT(Sparse, (), (numbers))

TEST_CASE("one byte on the wire cannot take more memory than the limit") {
  const std::string million_empty_maps = "\xdd\x00\x0f\x42\x40"s + std::string(1'000'000, '\x80');
  CHECK(error_of<std::vector<Sparse>>(million_empty_maps) ==
        "the message takes more memory than a message may");

  const std::string three = "\x93\x80\x80\x80";
  CHECK(from_bytes<std::vector<Sparse>>(three, 3 * sizeof(Sparse)).has_value());
  CHECK_FALSE(from_bytes<std::vector<Sparse>>(three, 3 * sizeof(Sparse) - 1).has_value());
  CHECK_FALSE((from_bytes<std::map<int, Sparse>>("\x82\x01\x80\x02\x80", 2 * sizeof(Sparse))).has_value());
}

TEST_CASE("the memory limit counts all containers of a message together") {
  using Lists = std::vector<std::vector<std::int64_t>>;
  const std::string two_lists = "\x92\x92\x01\x02\x92\x03\x04";
  const std::size_t memory = 2 * sizeof(std::vector<std::int64_t>) + 4 * sizeof(std::int64_t);
  CHECK(from_bytes<Lists>(two_lists, memory).has_value());
  CHECK_FALSE(from_bytes<Lists>(two_lists, memory - 1).has_value());
}

TEST_CASE("a list that claims more elements than there are bytes is an error") {
  CHECK(error_of<std::vector<Point>>("\xdd\xff\xff\xff\xff") ==
        "the message claims more elements than there are bytes");
  CHECK(error_of<std::map<int, int>>("\xdf\xff\xff\xff\xff") ==
        "the message claims more elements than there are bytes");
}

// The seed of a failed run goes here to repeat it.
constexpr std::optional<unsigned> replayed_seed;

bool is_same(const Everything& a, const Everything& b) { return a == b; }

TEST_CASE("whatever is decoded from corrupted bytes survives another round trip") {
  const unsigned seed = replayed_seed.value_or(std::random_device()());
  CAPTURE(seed);
  std::mt19937 random(seed);
  const std::string original = to_bytes(everything());
  std::size_t accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = original;
    for (int change = 0; change < 3; ++change) bytes[random() % bytes.size()] = static_cast<char>(random());
    const auto value = from_bytes<Everything>(bytes);
    if (!value) continue;
    ++accepted;
    const auto again = from_bytes<Everything>(to_bytes(*value));
    const bool holds_nan = !is_same(*value, *value);
    if (!again || !(holds_nan || is_same(*again, *value))) FAIL("a value that was read did not survive");
  }
  CHECK(accepted > 0);
}

TEST_CASE("random bytes are an error or a value, and never more") {
  const unsigned seed = replayed_seed.value_or(std::random_device()());
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(random() % 64, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    (void)from_bytes<Everything>(bytes);
    (void)from_bytes<Tree>(bytes);
    (void)from_bytes<Choice>(bytes);
  }
  SUCCEED();
}

}  // namespace
