// The vocabulary of the codec: Wire<T>, which alone decides what a T is on the wire, and the concepts built
// on it. Include <ninelives/ipc/codec.hpp>, which has all of Wire's specialisations.
#pragma once
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <concepts>
#include <type_traits>
#include <variant>

#include <ninelives/ipc/msgpack.hpp>

namespace ninelives {

// A specialisation has `static void encode(Writer&, const T&)` and `static void decode(Reader&, T&)`.
// decode() reports what is wrong by Reader::fail(), and may then leave the value in any valid state.
template <class T>
struct Wire;

template <class T>
concept Encodable = std::default_initializable<T> && std::movable<T> &&
                    requires(Writer& writer, Reader& reader, const T& constant, T& variable) {
                      Wire<T>::encode(writer, constant);
                      Wire<T>::decode(reader, variable);
                    };

template <class T>
concept Described = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

template <class T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

namespace detail {

// Only such an enum may hold any number of its type; in another, a number between the enumerators' is
// undefined.
template <class T>
concept EnumOfFixedType = std::is_enum_v<T> && requires(std::underlying_type_t<T> number) { T{number}; };

}  // namespace detail

template <class T>
concept Enum = DescribedEnum<T> || detail::EnumOfFixedType<T>;

// What can be sent on its own: a described struct, or one without any fields.
template <class T>
concept Message =
    std::is_class_v<T> && std::default_initializable<T> && std::movable<T> &&
    (Described<T> || (std::is_empty_v<T> && std::is_aggregate_v<T> && !std::same_as<T, std::monostate>));

}  // namespace ninelives
