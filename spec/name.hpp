// What may be the name of a node or the id of a child: 1 to 63 letters, digits, '_', '-' and '.', the first
// neither '-' nor '.', so that it can be a file name, an argument on a command line and a part of a path.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ninelives {

// A child is called by its path from the root, as in `sessions/session`, and that must fit into its row of
// the node's table: 64 bytes, with a zero behind it.
inline constexpr std::size_t longest_name = 63;

// How many levels of children a tree can have: below that, no name is short enough.
inline constexpr std::size_t deepest = (longest_name + 1) / 2;

// Completes "the id \"a b\" ..."; nothing for a good name.
std::optional<std::string> what_is_wrong_with_name(std::string_view name);

// The same of what may be a path or a registered name: names with '/' between them.
std::optional<std::string> what_is_wrong_with_path(std::string_view path);

}  // namespace ninelives
