// A name in a registry: {via, Registry, {Name, Key, Value}}. Whoever runs under it is found by asking that
// registry for that key.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>

#include <ninelives/ipc/encoded.hpp>

namespace ninelives {

struct Via {
  std::string registry = {};
  Encoded key = {};
  Encoded value = {};  // of a process that is started under this name; means nothing to whoever looks for it
  friend bool operator==(const Via&, const Via&) = default;
};
BOOST_DESCRIBE_STRUCT(Via, (), (registry, key, value))  // can be sent

template <class K>
Via via(std::string_view registry, const K& key) {
  return {std::string(registry), Encoded::from(key), {}};
}
template <class K, class V>
Via via(std::string_view registry, const K& key, const V& value) {
  return {std::string(registry), Encoded::from(key), Encoded::from(value)};
}

namespace ipc {

// How a supervisor tells a worker under which name it is to run: NINELIVES_VIA in its environment.
inline constexpr const char* env_via = "NINELIVES_VIA";
// Key and value in hexadecimal digits, then the registry: "a5616c696365 c0 sessions".
std::string to_environment(const Via& via);
std::optional<Via> from_environment(std::string_view text);  // nothing: it is no such text

}  // namespace ipc
}  // namespace ninelives
