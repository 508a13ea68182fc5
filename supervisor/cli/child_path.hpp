// The names of children: paths from the root, as in "sessions/cat". A dynamic supervisor's children have a
// number behind their id, as in "sessions/cat:3". No id has a '/' or a ':' in it (spec/name.hpp).
#pragma once
#include <string>

namespace ninelives::supervisor {

// Empty: the root.
inline std::string supervisor_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

inline std::string id_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

inline std::string path_of(const std::string& supervisor, const std::string& id) {
  return supervisor.empty() ? id : supervisor + '/' + id;
}

inline bool is_dynamic_child(const std::string& path) { return id_of(path).contains(':'); }

}  // namespace ninelives::supervisor
