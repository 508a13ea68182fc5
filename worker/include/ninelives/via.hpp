// A name in a registry, {via, Registry, Key}: whoever stands there under that key. It goes wherever a name
// goes.
//
//   ninelives::whereis<SessionApi>(ninelives::via("sessions", "alice")).call(Purr{});
//
// Keys are anything that can be sent; text of any kind is a string. A child that is started under such a name
// has `via` in its spec.
#pragma once
#include <string>
#include <string_view>

#include <ninelives/ipc/encoded.hpp>

namespace ninelives {

struct ViaName {
  std::string registry = {};
  Encoded key = {};
  friend bool operator==(const ViaName&, const ViaName&) = default;
};

template <class K>
ViaName via(std::string_view registry, const K& key) {
  return {std::string(registry), Encoded::from(key)};
}

}  // namespace ninelives
