// Wire of values that are one thing or another: optional, variant, expected. Part of
// <ninelives/ipc/codec.hpp>.
#pragma once
#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <ninelives/ipc/codec_base.hpp>
#include <ninelives/ipc/codec_containers.hpp>
#include <ninelives/ipc/codec_scalars.hpp>
#include <ninelives/ipc/msgpack.hpp>
#include <ninelives/ipc/name.hpp>

namespace ninelives {
namespace detail {

template <class>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;
template <class T, std::size_t length>
inline constexpr bool is_list<std::array<T, length>> = true;

template <class>
inline constexpr bool is_duration = false;
template <class Rep, class Period>
inline constexpr bool is_duration<std::chrono::duration<Rep, Period>> = true;

// What names an alternative of a variant; empty for those that must be wrapped in a struct to get a name.
template <class T>
constexpr std::string_view alternative_tag() {
  if constexpr (Message<T> || Enum<T> || std::same_as<T, std::monostate>) {
    return wire_name<T>;
  } else if constexpr (std::same_as<T, bool>) {
    return "bool";
  } else if constexpr (std::integral<T>) {
    return "int";
  } else if constexpr (std::floating_point<T>) {
    return "float";
  } else if constexpr (std::same_as<T, std::string>) {
    return "string";
  } else if constexpr (std::same_as<T, Bytes>) {
    return "bytes";
  } else if constexpr (is_duration<T>) {
    return "duration";
  } else if constexpr (is_map<T>) {
    return "map";
  } else if constexpr (is_list<T>) {
    return "list";
  } else {
    return "";
  }
}

template <class... Ts>
constexpr bool tags_differ() {
  const std::array<std::string_view, sizeof...(Ts)> tags{alternative_tag<Ts>()...};
  for (std::size_t i = 0; i < tags.size(); ++i) {
    if (tags[i].empty()) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (tags[i] == tags[j]) return false;
    }
  }
  return true;
}

}  // namespace detail

template <>
struct Wire<std::monostate> {
  static void encode(Writer& writer, std::monostate) { writer.nil(); }
  static void decode(Reader& reader, std::monostate&) { reader.nil(); }
};

// A T that is nil itself could not be told from "no T".
template <Encodable T>
  requires(!detail::is_optional<T> && !std::same_as<T, std::monostate>)
struct Wire<std::optional<T>> {
  static void encode(Writer& writer, const std::optional<T>& value) {
    if (!value) return writer.nil();
    Wire<T>::encode(writer, *value);
  }

  static void decode(Reader& reader, std::optional<T>& value) {
    if (!reader.next_is_nil()) return Wire<T>::decode(reader, value.emplace());
    reader.nil();
    value.reset();
  }
};

// The tag, not the index, names the alternative: readable, and stable when alternatives are added or moved.
template <Encodable... Ts>
struct Wire<std::variant<Ts...>> {
  static_assert(
      detail::tags_differ<Ts...>(),
      "two alternatives of this variant look alike on the wire, or one has no name: wrap it in a struct");
  using Variant = std::variant<Ts...>;

  static void encode(Writer& writer, const Variant& value) {
    std::visit(
        [&]<class T>(const T& alternative) {
          writer.map(1);
          writer.str(detail::alternative_tag<T>());
          Wire<T>::encode(writer, alternative);
        },
        value);
  }

  static void decode(Reader& reader, Variant& value) {
    const Reader::Nesting nesting(reader);
    if (reader.map(not_a_choice) != 1) reader.fail(not_a_choice);
    const std::string_view tag = reader.str(not_a_choice);
    if (!reader.ok()) return;
    const bool known = (decode_if<Ts>(tag, reader, value) || ...);
    if (!known) reader.fail(is_none_of());
  }

 private:
  static constexpr const char* not_a_choice = "is not a map of one entry that names the choice";

  template <class T>
  static bool decode_if(std::string_view tag, Reader& reader, Variant& value) {
    if (tag != detail::alternative_tag<T>()) return false;
    Wire<T>::decode(reader, value.template emplace<T>());
    if (!reader.ok()) reader.in_field(tag);
    return true;
  }

  static std::string is_none_of() {
    std::string tags;
    ((tags.append(tags.empty() ? "" : ", ").append(detail::alternative_tag<Ts>())), ...);
    return "is none of " + tags;
  }
};

template <class T, Encodable E>
  requires(std::is_void_v<T> || Encodable<T>)
struct Wire<std::expected<T, E>> {
  using Expected = std::expected<T, E>;

  static void encode(Writer& writer, const Expected& value) {
    writer.map(1);
    writer.str(value ? "ok" : "error");
    if (!value) {
      Wire<E>::encode(writer, value.error());
    } else if constexpr (std::is_void_v<T>) {
      writer.nil();
    } else {
      Wire<T>::encode(writer, *value);
    }
  }

  static void decode(Reader& reader, Expected& value) {
    const Reader::Nesting nesting(reader);
    if (reader.map(neither) != 1) reader.fail(neither);
    const std::string_view tag = reader.str(neither);
    if (tag == "ok") {
      decode_ok(reader, value);
    } else if (tag == "error") {
      decode_error(reader, value);
    } else {
      return reader.fail(neither);
    }
    if (!reader.ok()) reader.in_field(tag);
  }

 private:
  static constexpr const char* neither = "is neither {\"ok\": value} nor {\"error\": error}";

  static void decode_ok(Reader& reader, Expected& value) {
    if constexpr (std::is_void_v<T>) {
      reader.nil();
      value = {};
    } else {
      T ok{};
      Wire<T>::decode(reader, ok);
      value = std::move(ok);
    }
  }

  static void decode_error(Reader& reader, Expected& value) {
    E error{};
    Wire<E>::decode(reader, error);
    value = std::unexpected(std::move(error));
  }
};

}  // namespace ninelives
