#pragma once

// How the text of a file appears in a message. A message is one line on somebody's terminal: control
// characters in what was read must neither break the line nor reach the terminal.

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "spec/quote.hpp"  // in_quotes()

namespace ninelives::supervisor {

// As it is but for control characters: for text in which somebody else's words are already quoted.
std::string in_one_line(std::string_view text);

// Ready to be copied into a shell: as it is, or in single quotes if a shell would take it apart.
std::string shown(const std::filesystem::path& path);

// `"a", "b" and "c"`, with the given word before the last.
std::string listed(std::span<const std::string_view> words, std::string_view last_joint = "and");

}  // namespace ninelives::supervisor
