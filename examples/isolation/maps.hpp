// The pure core of a scribbler: which memory it can write.
#pragma once
#include <cstdint>
#include <istream>
#include <sstream>
#include <string>
#include <vector>

struct Mapping {
  std::uintptr_t begin = 0, end = 0;
  bool shared = false;
  std::string path = {};  // of the file; "[heap]", "[stack]"; or nothing
};

// The writable ones of /proc/PID/maps, proc(5): "begin-end rw-s offset device inode   path".
inline std::vector<Mapping> writable(std::istream& maps) {
  std::vector<Mapping> found;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words(line);
    Mapping mapping;
    char dash = 0;
    std::string rights, offset, device, inode;
    words >> std::hex >> mapping.begin >> dash >> mapping.end >> rights >> offset >> device >> inode >>
        mapping.path;
    mapping.shared = rights.ends_with('s');
    if (rights.contains('w')) found.push_back(mapping);
  }
  return found;
}
