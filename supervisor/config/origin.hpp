#pragma once

// Where a spec was written: for the faults that check() finds in it (<ninelives/spec/check.hpp>), so that
// what makes a tree faulty is known there alone, and here where its author has to look.

#include <span>
#include <vector>

#include <ninelives/spec/check.hpp>

#include "supervisor/config/documents.hpp"

namespace ninelives::supervisor {

// A table of a file. Both outlive all reading.
struct Written {
  Document* file;
  const TomlTable* table;  // none: there is something else
  Place place;
};

// Of the top or of one child.
struct Origin {
  // Where its keys stand: no key in two of these. Of an included supervisor they are in two files. The first
  // one is blamed for what is in none.
  std::vector<Written> tables;
  std::vector<Origin> children;  // as in the spec
};

// Adds each of them to the faults of its file, but for those that follow from what is among these already:
// from a value that could not be read, or a key that is not there.
void add_with_places(std::span<const SpecFault> found, const Origin& top);

}  // namespace ninelives::supervisor
