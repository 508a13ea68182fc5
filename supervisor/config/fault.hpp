#pragma once

// What is wrong with a tree file, and where: for people, one line each. Lines and columns start at 1; a
// column counts characters (code points), not bytes.

#include <compare>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ninelives::supervisor {

struct Place {
  unsigned line = 1;
  unsigned column = 1;

  friend auto operator<=>(const Place&, const Place&) = default;
};

struct Fault {
  std::filesystem::path file;  // as the user named it, or as an `include` did
  unsigned line, column;
  std::string text;
};

// `tree.toml:7:1: unknown key "comand"; did you mean "command"?`, in the form that editors and CI logs make
// clickable.
std::string to_string(const Fault& fault);

// Collects every fault of a file, so that a person mends them all at once instead of one per run.
class Faults {
 public:
  // A file that is included twice has the same faults twice: they are said once.
  void add(Place place, std::string text);
  bool has(Place place) const { return texts_.contains(place); }
  void append_in_order(const std::filesystem::path& file, std::vector<Fault>& out) const;

 private:
  std::multimap<Place, std::string> texts_;  // texts of one place stay in the order of add()
};

}  // namespace ninelives::supervisor
