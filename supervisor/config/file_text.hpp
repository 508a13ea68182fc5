#pragma once

#include <expected>
#include <filesystem>
#include <string>

namespace ninelives::supervisor {

// The whole content of a file, which may be a pipe as in `<(generate-tree)`. The error is for people:
// errno's text, or that the file is far too big to be a tree file, as /dev/zero is.
std::expected<std::string, std::string> read_file_text(const std::filesystem::path& file);

}  // namespace ninelives::supervisor
