// Wire of lists and maps. Part of <ninelives/ipc/codec.hpp>.
#pragma once
#include <array>
#include <concepts>
#include <cstddef>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <ninelives/ipc/codec_base.hpp>
#include <ninelives/ipc/msgpack.hpp>

namespace ninelives {

template <Encodable T>
struct Wire<std::vector<T>> {
  static void encode(Writer& writer, const std::vector<T>& value) {
    writer.array(value.size());
    for (const auto& element : value) Wire<T>::encode(writer, element);
  }

  static void decode(Reader& reader, std::vector<T>& value) {
    const Reader::Nesting nesting(reader);
    const std::size_t size = reader.array();
    reader.charge(size, sizeof(T));
    value.clear();
    if (!reader.ok()) return;
    value.reserve(size);
    for (std::size_t i = 0; i < size; ++i) {
      T element{};  // a vector<bool> has no elements to decode into
      Wire<T>::decode(reader, element);
      if (!reader.ok()) return reader.in_element(i);
      value.push_back(std::move(element));
    }
  }
};

template <Encodable T, std::size_t length>
struct Wire<std::array<T, length>> {
  static void encode(Writer& writer, const std::array<T, length>& value) {
    writer.array(length);
    for (const T& element : value) Wire<T>::encode(writer, element);
  }

  static void decode(Reader& reader, std::array<T, length>& value) {
    const Reader::Nesting nesting(reader);
    const std::size_t size = reader.array();
    if (size != length) reader.fail("has not " + std::to_string(length) + " elements");
    if (!reader.ok()) return;
    for (std::size_t i = 0; i < length; ++i) {
      Wire<T>::decode(reader, value[i]);
      if (!reader.ok()) return reader.in_element(i);
    }
  }
};

namespace detail {

template <class>
inline constexpr bool is_map = false;
template <class K, class V, class Compare, class Allocator>
inline constexpr bool is_map<std::map<K, V, Compare, Allocator>> = true;
template <class K, class V, class Hash, class Equal, class Allocator>
inline constexpr bool is_map<std::unordered_map<K, V, Hash, Equal, Allocator>> = true;

// What a node of a map costs beside the entry itself: three links and a colour, or a link and a hash; and
// malloc's own.
inline constexpr std::size_t map_node_overhead = 48;

}  // namespace detail

template <class Map>
  requires detail::is_map<Map> && Encodable<typename Map::key_type> && Encodable<typename Map::mapped_type>
struct Wire<Map> {
  using Key = typename Map::key_type;
  using Value = typename Map::mapped_type;

  static void encode(Writer& writer, const Map& map) {
    writer.map(map.size());
    for (const auto& [key, value] : map) {
      Wire<Key>::encode(writer, key);
      Wire<Value>::encode(writer, value);
    }
  }

  static void decode(Reader& reader, Map& map) {
    const Reader::Nesting nesting(reader);
    const std::size_t size = reader.map();
    reader.charge(size, sizeof(typename Map::value_type) + detail::map_node_overhead);
    map.clear();
    for (std::size_t i = 0; i < size && reader.ok(); ++i) decode_entry(reader, map, i);
  }

 private:
  static void decode_entry(Reader& reader, Map& map, std::size_t index) {
    Key key{};
    Wire<Key>::decode(reader, key);
    if (!reader.ok()) return reader.in_brackets("key " + std::to_string(index));
    const auto [entry, is_new] = map.try_emplace(std::move(key));
    if (is_new) {
      Wire<Value>::decode(reader, entry->second);
    } else {
      reader.fail("appears twice");
    }
    if (!reader.ok()) name_entry(reader, entry->first, index);
  }

  [[gnu::cold]] static void name_entry(Reader& reader, const Key& key, std::size_t index) {
    if constexpr (std::same_as<Key, std::string>) {
      reader.in_entry(key);
    } else if constexpr (std::integral<Key>) {
      reader.in_brackets(std::to_string(key));
    } else {
      reader.in_brackets("entry " + std::to_string(index));
    }
  }
};

}  // namespace ninelives
