// Text of other people as TOML's basic strings: `"a\nb"`. Control characters in what was read must neither
// break a line nor reach a terminal.
#pragma once
#include <string>
#include <string_view>

namespace ninelives {

// Whole, to be read back. UTF-8 stays as it is.
std::string as_toml(std::string_view text);

// For a message: a long text is cut. Not "quoted": that would be ambiguous with std::quoted.
std::string in_quotes(std::string_view text);

// What stands for a control character: `\n`, `\t`, `\u001b`.
bool is_control(char c);
std::string escaped_control(char c);

}  // namespace ninelives
