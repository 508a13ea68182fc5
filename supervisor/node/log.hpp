// What the supervisor tells people, on stderr: one line, one write(2), at once. A kill loses and tears
// nothing.
#pragma once
#include <string>

namespace ninelives::supervisor {

void log_info(const std::string& line);
void log_warning(const std::string& line);
void log_error(const std::string& line);

}  // namespace ninelives::supervisor
