// A value of any type, as its msgpack: sent as the value itself, and told from others by its bytes. For
// whoever passes values on without knowing their types.
#pragma once
#include <string>
#include <string_view>
#include <type_traits>

#include <ninelives/ipc/codec.hpp>

namespace ninelives {

struct Encoded {
  std::string bytes = "\xc0";  // nil

  // Text of any kind is a string, and every integer of the same value is the same.
  template <class T>
  static Encoded from(const T& value) {
    if constexpr (std::is_same_v<T, Encoded>) {
      return value;
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
      return {to_bytes(std::string_view(value))};
    } else {
      return {to_bytes(value)};
    }
  }
  // The error is a sentence: it is no T.
  template <class T>
  std::expected<T, std::string> as() const {
    if constexpr (std::is_same_v<T, Encoded>) {
      return *this;
    } else {
      return from_bytes<T>(bytes);
    }
  }

  friend bool operator==(const Encoded&, const Encoded&) = default;
};

template <>
struct Wire<Encoded> {
  static void encode(Writer& writer, const Encoded& value) { writer.raw(value.bytes); }
  static void decode(Reader& reader, Encoded& value) { value.bytes.assign(reader.raw()); }
};

}  // namespace ninelives
