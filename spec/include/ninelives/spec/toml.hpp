// Specs as the text of a tree file (docs/tree-file.md), for people: the id first, then what it is, and
// nothing that is the default anyway. Reading it again gives the same spec, if check.hpp finds nothing in it
// and its texts are UTF-8, as TOML is. What means nothing for a child of its type, such as the mailbox of a
// program, is left out; and where no executable or directory is named, the reader fills in what it finds.
#pragma once
#include <string>

#include <ninelives/spec/tree.hpp>

namespace ninelives {

std::string to_toml(const TreeSpec& tree);

// One [[child]], with all below it.
std::string to_toml(const ChildSpec& child);

}  // namespace ninelives
