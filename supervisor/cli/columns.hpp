// A table for people: each column as wide as its widest cell, two spaces between them. Pure but for the
// stream.
#pragma once
#include <ostream>
#include <string>
#include <vector>

namespace ninelives::supervisor {

class Columns {
 public:
  explicit Columns(std::vector<std::string> heads) : rows_{std::move(heads)} {}

  // As many cells as there are heads.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  friend std::ostream& operator<<(std::ostream& out, const Columns& columns);

 private:
  std::vector<std::vector<std::string>> rows_;  // the heads first
};

}  // namespace ninelives::supervisor
