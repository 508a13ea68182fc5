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

std::string too_long(std::size_t characters) {
  return "is too long: " + std::to_string(characters) + " characters, at most " +
         std::to_string(longest_name) + " are possible";
}

}  // namespace

std::optional<std::string> what_is_wrong_with_name(std::string_view name) {
  if (name.empty()) return "is empty";
  if (!std::ranges::all_of(name, may_stand_in_name)) {
    return R"(may consist of letters (a to z, A to Z), digits, "_", "-" and "." only)";
  }
  if (name.front() == '.' || name.front() == '-') return "may not start with " + in_quotes(name.substr(0, 1));
  if (name.size() > longest_name) return too_long(name.size());
  return std::nullopt;
}

std::optional<std::string> what_is_wrong_with_path(std::string_view path) {
  if (path.size() > longest_name) return too_long(path.size());
  for (std::size_t slash = path.find('/'); slash != path.npos; slash = path.find('/')) {
    if (const auto wrong = what_is_wrong_with_name(path.substr(0, slash))) return wrong;
    path.remove_prefix(slash + 1);
  }
  return what_is_wrong_with_name(path);
}

}  // namespace ninelives
