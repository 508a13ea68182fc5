// What sys sees of a server's state: what its state() refers to, or else the members that it describes with
// BOOST_DESCRIBE_CLASS; as msgpack, so that the shell shows it as JSON.
#pragma once
#include <concepts>
#include <expected>
#include <string>
#include <string_view>
#include <type_traits>

#include <ninelives/ipc/codec.hpp>

namespace ninelives::detail {

template <class S>
concept HasStateFunction =
    requires(S& server) {
      { server.state() };
    } && Encodable<std::remove_cvref_t<decltype(std::declval<S&>().state())>> &&
    std::is_lvalue_reference_v<decltype(std::declval<S&>().state())>;

template <class S>
constexpr bool members_can_be_sent() {
  if constexpr (Described<S>) {
    return field_count<S> > 0 && fields_can_be_sent<S>();
  } else {
    return false;
  }
}

template <class S>
concept ShowsState = HasStateFunction<S> || members_can_be_sent<S>();

template <class S>
concept HasFormatStatus = requires(const S& server) {
  { server.format_status() };
} && Encodable<std::remove_cvref_t<decltype(std::declval<const S&>().format_status())>>;

template <class S>
std::string encoded_state(S& server) {
  if constexpr (HasStateFunction<S>) {
    return to_bytes(server.state());
  } else {
    std::string bytes;
    Writer writer(bytes);
    writer.map(field_count<S>);
    for_each_field<S>([&]<class Field>(Field field, std::size_t) {
      writer.raw(FieldKey<Field>::view);
      Wire<FieldType<S, Field>>::encode(writer, server.*field.pointer);
    });
    return bytes;
  }
}

template <class S>
std::expected<void, std::string> decode_state(S& server, std::string_view bytes) {
  if constexpr (HasStateFunction<S>) {
    auto state = from_bytes<std::remove_cvref_t<decltype(server.state())>>(bytes);
    if (!state) return std::unexpected(std::move(state.error()));
    server.state() = std::move(*state);
  } else {
    Reader reader(bytes, Reader::default_memory_limit);
    StructReader<S>(reader, server).read();
    if (!reader.at_end()) reader.fail("is followed by more than there should be");
    if (!reader.ok()) return std::unexpected(reader.error());
  }
  return {};
}

// Members are read one by one: those that were before what does not fit get back what they had.
template <class S>
std::expected<void, std::string> replaced_state(S& server, std::string_view bytes) {
  const std::string before = encoded_state(server);
  auto replaced = decode_state(server, bytes);
  if (!replaced) (void)decode_state(server, before);
  return replaced;
}

}  // namespace ninelives::detail
