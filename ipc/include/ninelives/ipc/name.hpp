// What a message is called: its unqualified type name in snake_case, `PutIfAbsent` -> "put_if_absent".
// The name is what people type on the command line; its hash is what travels in a record. Both are made at
// compile time and are the same in every compiler, namespace and build, so a type may move between files.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ninelives {
namespace detail {

// The type as the compiler spells it, "a::Get" or "Cache<int>::Get".
// g++ says "... [with T = a::Get]" and clang "... [T = a::Get]". The return type is spelled out because g++
// would add the meaning of an alias behind the name.
template <class T>
constexpr std::basic_string_view<char> spelled_name() {
  std::string_view name = __PRETTY_FUNCTION__;
  name.remove_prefix(name.find("T = ") + 4);
  name.remove_suffix(1);
  return name;
}

// The part behind the last "::" that is not inside template arguments: "Cache<a::B>::Put" -> "Put".
constexpr std::string_view unqualified(std::string_view name) {
  int open_brackets = 0;
  for (std::size_t i = name.size(); i-- > 0;) {
    if (name[i] == '>') ++open_brackets;
    if (name[i] == '<') --open_brackets;
    if (open_brackets == 0 && name[i] == ':') return name.substr(i + 1);
  }
  return name;
}

constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr char to_lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr bool is_identifier(std::string_view name) {
  for (char c : name) {
    const char lower = to_lower(c);
    const bool letter = (lower >= 'a' && lower <= 'z') || static_cast<unsigned char>(c) >= 0x80;
    if (!letter && c != '_' && !(c >= '0' && c <= '9')) return false;
  }
  return !name.empty();
}

// A word starts at a capital after a small letter ("getAll" -> "get_all") and at the last capital of an
// abbreviation ("HTTPGet" -> "http_get").
constexpr bool starts_word(std::string_view name, std::size_t i) {
  if (i == 0 || !is_upper(name[i]) || name[i - 1] == '_') return false;
  const bool small_letter_follows = i + 1 < name.size() && !is_upper(name[i + 1]) && name[i + 1] != '_';
  return !is_upper(name[i - 1]) || small_letter_follows;
}

template <std::size_t capacity>
struct FixedText {
  std::array<char, capacity> characters{};
  std::size_t size = 0;

  constexpr void push_back(char c) { characters[size++] = c; }
  constexpr std::string_view view() const { return {characters.data(), size}; }
};

template <std::size_t capacity>
constexpr FixedText<capacity> snake_case(std::string_view name) {
  FixedText<capacity> snake;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (starts_word(name, i)) snake.push_back('_');
    snake.push_back(to_lower(name[i]));
  }
  return snake;
}

template <class T>
struct SnakeCaseName {
  static constexpr std::string_view type_name = unqualified(spelled_name<T>());
  // Compilers disagree about the spelling of template arguments and of unnamed types.
  static_assert(is_identifier(type_name),
                "this type has no plain name: an instance of a template needs `template <> inline constexpr "
                "std::string_view ninelives::wire_name<Page<int>> = \"page_of_int\";`");
  static constexpr auto text = snake_case<2 * type_name.size()>(type_name);
};

}  // namespace detail

// Specialise it to keep the old name after renaming a type, or to name an instance of a template.
template <class M>
inline constexpr std::string_view wire_name = detail::SnakeCaseName<M>::text.view();

// FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/
constexpr std::uint32_t name_hash(std::string_view name) {
  constexpr std::uint32_t offset_basis = 2166136261u;
  constexpr std::uint32_t prime = 16777619u;
  std::uint32_t hash = offset_basis;
  for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
  return hash;
}

// The number by which a record names its message; looked up among the messages that the receiver declares.
template <class M>
inline constexpr std::uint32_t wire_id = name_hash(wire_name<M>);

}  // namespace ninelives
