#include "spec/name.hpp"

#include <algorithm>

#include "spec/quote.hpp"

namespace ninelives {

namespace {

// Not isalnum(3), whose answer depends on the locale.
bool may_stand_in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.';
}

}  // namespace

std::optional<std::string> what_is_wrong_with_name(std::string_view name) {
  if (name.empty()) return "is empty";
  if (!std::ranges::all_of(name, may_stand_in_name)) {
    return R"(may consist of letters (a to z, A to Z), digits, "_", "-" and "." only)";
  }
  if (name.front() == '.' || name.front() == '-') return "may not start with " + in_quotes(name.substr(0, 1));
  if (name.size() > longest_name) {
    return "is too long: " + std::to_string(name.size()) + " characters, at most " +
           std::to_string(longest_name) + " are possible";
  }
  return std::nullopt;
}

}  // namespace ninelives
