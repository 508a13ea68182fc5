#include <catch2/catch.hpp>
#include <string>

#include <ninelives/ipc/name.hpp>

namespace {

struct Get {};
struct PutIfAbsent {};
struct HTTPGet {};
struct GetURL {};
struct Http2Push {};
struct X {};
struct already_snake {};
struct Mixed_Name {};
enum class Color { red };

template <class T>
struct Cache {
  struct Put {};
};

template <class T>
struct Page {};

struct Renamed {};

namespace elsewhere {
struct Get {};
}  // namespace elsewhere

template <class T>
auto local_of_a_template(T) {
  struct Local {};
  return Local{};
}

}  // namespace

template <>
inline constexpr std::string_view ninelives::wire_name<Page<int>> = "page_of_int";
template <>
inline constexpr std::string_view ninelives::wire_name<Renamed> = "old_name";

namespace {

using ninelives::name_hash;
using ninelives::wire_id;
using ninelives::wire_name;

static_assert(wire_name<Get> == "get");
static_assert(wire_name<PutIfAbsent> == "put_if_absent");
static_assert(wire_name<HTTPGet> == "http_get");
static_assert(wire_name<GetURL> == "get_url");
static_assert(wire_name<Http2Push> == "http2_push");
static_assert(wire_name<X> == "x");
static_assert(wire_name<already_snake> == "already_snake");
static_assert(wire_name<Mixed_Name> == "mixed_name");
static_assert(wire_name<Color> == "color");

static_assert(wire_name<Cache<int>::Put> == "put");
static_assert(wire_name<Cache<Cache<int>::Put>::Put> == "put");
static_assert(wire_name<Page<int>> == "page_of_int");
static_assert(wire_name<Renamed> == "old_name");

static_assert(!ninelives::detail::is_identifier("Page<int>"));
static_assert(!ninelives::detail::is_identifier("(unnamed struct at a.cpp:1:1)"));
static_assert(!ninelives::detail::is_identifier(""));

// Test vectors of the FNV authors.
static_assert(name_hash("") == 0x811c9dc5);
static_assert(name_hash("a") == 0xe40c292c);
static_assert(name_hash("foobar") == 0xbf9cf968);

TEST_CASE("a type has the same name in every scope") {
  struct OfAFunction {};
  CHECK(wire_name<elsewhere::Get> == wire_name<Get>);
  CHECK(wire_name<OfAFunction> == "of_a_function");
  CHECK(wire_name<decltype(local_of_a_template(1))> == "local");
  CHECK(wire_name<decltype(local_of_a_template(Page<int>{}))> == "local");
}

TEST_CASE("the id of a message is the hash of its name") {
  CHECK(wire_id<Get> == name_hash("get"));
  CHECK(wire_id<Renamed> == name_hash("old_name"));
  CHECK(wire_id<Get> != wire_id<PutIfAbsent>);
}

}  // namespace
