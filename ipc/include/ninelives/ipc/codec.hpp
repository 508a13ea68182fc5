// Messages <-> msgpack: to_bytes(message) and from_bytes<Message>(bytes).
//
//   struct Put { std::string key; std::optional<int> ttl; };
//   BOOST_DESCRIBE_STRUCT(Put, (), (key, ttl))            // {"key": "a", "ttl": 5}
//
// The macro stands in the type's own namespace; a class with private fields has BOOST_DESCRIBE_CLASS inside
// it; a struct without fields needs none. What each type is on the wire:
//
//   bool, integers, float, double          themselves; a float is read from an integer too
//   std::string; Bytes                     str; bin
//   std::string_view; BytesView            the same, and read without a copy: see codec_scalars.hpp
//   enums                                  by name if described, else by number
//   vector, array; map, unordered_map      lists; maps
//   std::chrono::duration                  its count, in its own unit
//   std::optional                          the value or nil
//   std::variant                           {"circle": {...}}: one entry, the wire name of the alternative
//   std::expected                          {"ok": value} or {"error": error}
//   described structs, empty structs       {"field": value}, bases first
//
// Two versions of a struct understand each other: fields may come in any order, unknown ones are skipped, and
// only std::optional ones may be missing (those keep what T{} gives them). Another type is taught by
// specialising Wire.
//
// Everything here is pure and may be called from any thread.
#pragma once
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include <ninelives/ipc/codec_base.hpp>
#include <ninelives/ipc/codec_choices.hpp>
#include <ninelives/ipc/codec_containers.hpp>
#include <ninelives/ipc/codec_scalars.hpp>
#include <ninelives/ipc/codec_structs.hpp>
#include <ninelives/ipc/msgpack.hpp>

namespace ninelives {

namespace detail {

template <class T>
constexpr bool require_encodable() {
  constexpr bool can_be_sent = Encodable<T>;
  static_assert(can_be_sent, "T cannot be sent: <ninelives/ipc/codec.hpp> lists the types that can");
  return can_be_sent;
}

template <class T>
std::expected<T, std::string> read_whole(Reader reader) {
  std::expected<T, std::string> value;
  Wire<T>::decode(reader, *value);
  if (!reader.at_end()) [[unlikely]]
    reader.fail("is followed by more than there should be");
  if (!reader.ok()) [[unlikely]]
    value = std::unexpected(reader.error());
  return value;
}

}  // namespace detail

// Appends to `out`: whoever clears the string before keeps its memory and encodes without an allocation.
template <class T>
void encode_into(std::string& out, const T& value) {
  if constexpr (detail::require_encodable<T>()) {
    Writer writer(out);
    Wire<T>::encode(writer, value);
  }
}

template <class T>
std::string to_bytes(const T& value) {
  std::string bytes;
  encode_into(bytes, value);
  return bytes;
}

// The bytes must hold one T and nothing else. They need not be trusted: depth is limited by Reader::max_depth
// and the memory of container elements by `memory_limit` (bytes). An error is a sentence: "points[3].x is not
// an integer".
template <class T>
std::expected<T, std::string> from_bytes(std::string_view bytes,
                                         std::size_t memory_limit = Reader::default_memory_limit) {
  if constexpr (detail::require_encodable<T>()) return detail::read_whole<T>(Reader(bytes, memory_limit));
}

}  // namespace ninelives
