// Wire of values without parts: numbers, strings, bytes, enums, durations. Part of <ninelives/ipc/codec.hpp>.
#pragma once
#include <boost/describe/enum_to_string.hpp>
#include <boost/mp11/algorithm.hpp>
#include <chrono>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <ninelives/ipc/codec_base.hpp>
#include <ninelives/ipc/msgpack.hpp>

namespace ninelives {

using Bytes = std::vector<std::byte>;
using BytesView = std::span<const std::byte>;

template <>
struct Wire<bool> {
  static void encode(Writer& writer, bool value) { writer.boolean(value); }
  static void decode(Reader& reader, bool& value) { value = reader.boolean(); }
};

template <std::integral T>
struct Wire<T> {
  static void encode(Writer& writer, T value) {
    if constexpr (std::is_signed_v<T>) {
      writer.signed_integer(value);
    } else {
      writer.unsigned_integer(value);
    }
  }

  static void decode(Reader& reader, T& value) {
    const Reader::Integer read = reader.integer();
    if (!fits(read)) [[unlikely]]
      return reader.fail("is out of range");
    value = static_cast<T>(read.bits);
  }

 private:
  static bool fits(const Reader::Integer& read) {
    using Limits = std::numeric_limits<T>;
    if (!read.negative) return read.bits <= static_cast<std::uint64_t>(Limits::max());
    return std::is_signed_v<T> &&
           static_cast<std::int64_t>(read.bits) >= static_cast<std::int64_t>(Limits::min());
  }
};

template <>
struct Wire<double> {
  static void encode(Writer& writer, double value) { writer.float64(value); }
  static void decode(Reader& reader, double& value) { value = reader.floating(); }
};

template <>
struct Wire<float> {
  static void encode(Writer& writer, float value) { writer.float32(value); }

  static void decode(Reader& reader, float& value) {
    const double read = reader.floating();
    if (std::isfinite(read) && std::abs(read) > std::numeric_limits<float>::max()) {
      return reader.fail("is out of range");
    }
    value = static_cast<float>(read);
  }
};

template <>
struct Wire<std::string> {
  static void encode(Writer& writer, const std::string& value) { writer.str(value); }
  static void decode(Reader& reader, std::string& value) { value.assign(reader.str()); }
};

// A view reads what lies in the message, without a copy, and is good for as long as the message is: in a
// server until the callback returns, of a reply until the caller's next call. What it shows of a large
// message is still the sender's memory.
template <>
struct Wire<std::string_view> {
  static void encode(Writer& writer, std::string_view value) { writer.str(value); }
  static void decode(Reader& reader, std::string_view& value) { value = reader.str(); }
};

template <>
struct Wire<BytesView> {
  static void encode(Writer& writer, BytesView value) {
    writer.bin({reinterpret_cast<const char*>(value.data()), value.size()});
  }

  static void decode(Reader& reader, BytesView& value) {
    const std::string_view read = reader.bin();
    value = {reinterpret_cast<const std::byte*>(read.data()), read.size()};
  }
};

template <>
struct Wire<Bytes> {
  static void encode(Writer& writer, const Bytes& value) {
    writer.bin({reinterpret_cast<const char*>(value.data()), value.size()});
  }

  static void decode(Reader& reader, Bytes& value) {
    const std::string_view read = reader.bin();
    const auto* first = reinterpret_cast<const std::byte*>(read.data());
    value.assign(first, first + read.size());
  }
};

template <class Rep, class Period>
  requires Encodable<Rep>
struct Wire<std::chrono::duration<Rep, Period>> {
  using Duration = std::chrono::duration<Rep, Period>;

  static void encode(Writer& writer, const Duration& value) { Wire<Rep>::encode(writer, value.count()); }

  static void decode(Reader& reader, Duration& value) {
    Rep count{};
    Wire<Rep>::decode(reader, count);
    value = Duration(count);
  }
};

// By number; a number that no enumerator has is passed on, because the other side may be newer.
template <Enum T>
struct Wire<T> {
  using Number = std::underlying_type_t<T>;

  static void encode(Writer& writer, T value) { Wire<Number>::encode(writer, std::to_underlying(value)); }

  static void decode(Reader& reader, T& value) {
    Number number{};
    Wire<Number>::decode(reader, number);
    value = static_cast<T>(number);
  }
};

// By name, whatever its number; a value without a name, a combination of flags for instance, by number.
template <Enum T>
  requires DescribedEnum<T>
struct Wire<T> {
  using Number = std::underlying_type_t<T>;
  using Enumerators = boost::describe::describe_enumerators<T>;

  static void encode(Writer& writer, T value) {
    if (const char* name = boost::describe::enum_to_string(value, nullptr)) return writer.str(name);
    Wire<Number>::encode(writer, std::to_underlying(value));
  }

  static void decode(Reader& reader, T& value) {
    if (reader.next_is_string()) return decode_name(reader, value);
    Number number{};
    Wire<Number>::decode(reader, number);
    if (!can_hold(number)) return reader.fail(is_none_of());
    value = static_cast<T>(number);
  }

 private:
  static void decode_name(Reader& reader, T& value) {
    const std::string_view name = reader.str();
    bool known = false;
    boost::mp11::mp_for_each<Enumerators>([&](auto enumerator) {
      if (name != enumerator.name) return;
      value = enumerator.value;
      known = true;
    });
    if (!known) reader.fail(is_none_of());
  }

  static bool can_hold(Number number) {
    if constexpr (detail::EnumOfFixedType<T>) return true;
    bool known = false;
    boost::mp11::mp_for_each<Enumerators>(
        [&](auto enumerator) { known = known || std::to_underlying(enumerator.value) == number; });
    return known;
  }

  static std::string is_none_of() {
    std::string names;
    boost::mp11::mp_for_each<Enumerators>([&](auto enumerator) {
      if (!names.empty()) names += ", ";
      names += enumerator.name;
    });
    return "is none of " + names;
  }
};

}  // namespace ninelives
