#include <charconv>

#include <ninelives/ipc/via.hpp>

namespace ninelives::ipc {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

std::string to_hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.empty() || text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (; !text.empty(); text.remove_prefix(2)) {
    unsigned char byte = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + 2, byte, 16);
    if (error != std::errc() || end != text.data() + 2) return std::nullopt;
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

}  // namespace

std::string to_environment(const Via& via) {
  return to_hex(via.key.bytes) + ' ' + to_hex(via.value.bytes) + ' ' + via.registry;
}

std::optional<Via> from_environment(std::string_view text) {
  const auto first = text.find(' ');
  const auto second = first == std::string_view::npos ? first : text.find(' ', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto key = from_hex(text.substr(0, first));
  const auto value = from_hex(text.substr(first + 1, second - first - 1));
  const std::string_view registry = text.substr(second + 1);
  if (!key || !value || registry.empty()) return std::nullopt;
  return Via{std::string(registry), {*key}, {*value}};
}

}  // namespace ninelives::ipc
