#pragma once
#include <expected>
#include <filesystem>
#include <string>

namespace ninelives::conformance {

// What such a script writes when it has read this text, by Debian's erlang-base. An error is a text for
// people.
std::expected<std::string, std::string> run_escript(const std::filesystem::path& escript,
                                                    const std::string& text);

}  // namespace ninelives::conformance
