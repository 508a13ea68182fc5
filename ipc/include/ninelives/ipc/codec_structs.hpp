// Wire of structs: a map from field name to value. Part of <ninelives/ipc/codec.hpp>.
//
// Fields stand on the wire by name and not by position, so that a message that waits in a mailbox can be read
// by the next version of the server, and so that the shell can write one without a schema. It costs 1 to 3 ns
// a message: a decoder first compares with the bytes that our own encoder writes, and searches by name only
// after a difference.
#pragma once
#include <array>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <ninelives/ipc/codec_base.hpp>
#include <ninelives/ipc/codec_choices.hpp>
#include <ninelives/ipc/msgpack.hpp>

namespace ninelives {
namespace detail {

inline constexpr auto all_fields = boost::describe::mod_any_access | boost::describe::mod_inherited;

// One descriptor for each field: `name`, and `pointer` to the member.
template <class T>
using Fields = boost::describe::describe_members<T, all_fields>;

template <class T>
using FieldsWithHidden = boost::describe::describe_members<T, all_fields | boost::describe::mod_hidden>;

template <class T>
inline constexpr std::size_t field_count = boost::mp11::mp_size<Fields<T>>::value;

template <class T, class Field>
using FieldType = std::remove_cvref_t<decltype(std::declval<T&>().*Field::pointer)>;

// A field's name as our own encoder writes it, "\xa3key" for `key`.
template <class Field>
struct FieldKey {
  static constexpr std::string_view name{Field::name};
  static_assert(name.size() < fixstr_lengths, "the name of a message's field has at most 31 characters");

  static constexpr auto bytes = [] {
    std::array<char, 1 + name.size()> key{};
    key[0] = static_cast<char>(tag::fixstr | name.size());
    for (std::size_t i = 0; i < name.size(); ++i) key[i + 1] = name[i];
    return key;
  }();
  static constexpr std::string_view view{bytes.data(), bytes.size()};
};

// f(descriptor, index) for each field.
template <class T, class F>
constexpr void for_each_field(F f) {
  std::size_t index = 0;
  boost::mp11::mp_for_each<Fields<T>>([&](auto field) { f(field, index++); });
}

template <class T>
class StructReader {
 public:
  StructReader(Reader& reader, T& value) : reader_(reader), value_(value), left_(reader.map()) {}

  void read() {
    read_in_our_order();
    while (left_ > 0 && reader_.ok()) read_by_name();
    if (seen_ != bit(field_count<T>) - 1 && reader_.ok()) require_the_rest();
  }

 private:
  static_assert(field_count<T> < 64, "a message has at most 63 fields");
  static constexpr std::uint64_t bit(std::size_t index) { return std::uint64_t{1} << index; }

  void read_in_our_order() {
    bool as_we_write = true;
    for_each_field<T>([&](auto field, std::size_t index) {
      as_we_write = as_we_write && left_ > 0 && reader_.skip_if(FieldKey<decltype(field)>::view);
      if (!as_we_write) return;
      --left_;
      read_field(field, index);
    });
  }

  void read_by_name() {
    --left_;
    const std::string_view name = reader_.str("has a field whose name is not a string");
    bool known = !reader_.ok();
    for_each_field<T>([&](auto field, std::size_t index) {
      if (known || name != FieldKey<decltype(field)>::name) return;
      known = true;
      read_field(field, index);
    });
    if (!known) skip_unknown(name);
  }

  void skip_unknown(std::string_view name) {
    reader_.skip();
    if (!reader_.ok()) reader_.in_entry(name);
  }

  template <class Field>
  void read_field(Field field, std::size_t index) {
    if ((seen_ & bit(index)) != 0) {
      reader_.fail("appears twice");
    } else {
      seen_ |= bit(index);
      Wire<FieldType<T, Field>>::decode(reader_, value_.*field.pointer);
    }
    if (!reader_.ok()) [[unlikely]]
      reader_.in_field(field.name);
  }

  void require_the_rest() {
    for_each_field<T>([&]<class Field>(Field field, std::size_t index) {
      if (is_optional<FieldType<T, Field>> || (seen_ & bit(index)) != 0 || !reader_.ok()) return;
      reader_.fail("is missing");
      reader_.in_field(field.name);
    });
  }

  Reader& reader_;
  T& value_;
  std::size_t left_;        // entries of the map that are still to be read
  std::uint64_t seen_ = 0;  // a bit for each field
};

// In a function of its own, because a recursive type can be looked at only when it is complete.
template <class T>
constexpr bool fields_can_be_sent() {
  bool all_can = true;
  for_each_field<T>(
      [&]<class Field>(Field, std::size_t) { all_can = all_can && Encodable<FieldType<T, Field>>; });
  return all_can;
}

template <class T>
inline constexpr bool hides_no_field = boost::mp11::mp_size<FieldsWithHidden<T>>::value == field_count<T>;

}  // namespace detail

template <Message T>
  requires Described<T>
struct Wire<T> {
  static void encode(Writer& writer, const T& value) {
    if constexpr (is_sound()) {
      writer.map(detail::field_count<T>);
      detail::for_each_field<T>([&]<class Field>(Field field, std::size_t) {
        writer.raw(detail::FieldKey<Field>::view);
        Wire<detail::FieldType<T, Field>>::encode(writer, value.*field.pointer);
      });
    }
  }

  static void decode(Reader& reader, T& value) {
    if constexpr (is_sound()) {
      const Reader::Nesting nesting(reader);
      detail::StructReader<T>(reader, value).read();
    }
  }

 private:
  static constexpr bool is_sound() {
    constexpr bool can_be_sent = detail::fields_can_be_sent<T>();
    static_assert(
        can_be_sent,
        "a field of T has a type that cannot be sent: <ninelives/ipc/codec.hpp> lists those that can");
    static_assert(detail::hides_no_field<T>, "a field of T hides a field of its base, which would be lost");
    return can_be_sent;
  }
};

// Without fields there is nothing to describe; those of a newer version are skipped.
template <Message T>
  requires(!Described<T>)
struct Wire<T> {
  static void encode(Writer& writer, const T&) { writer.map(0); }

  static void decode(Reader& reader, T&) {
    const Reader::Nesting nesting(reader);
    for (std::size_t left = 2 * reader.map(); left > 0 && reader.ok(); --left) reader.skip();
  }
};

}  // namespace ninelives
