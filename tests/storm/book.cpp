#include "tests/storm/book.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace ninelives::storm {

std::string_view to_string(What what) {
  constexpr std::array<std::string_view, 7> words{"began",    "ended", "handled",  "torn",
                                                  "watching", "down",  "false end"};
  const auto index = static_cast<std::size_t>(what);
  return index < words.size() ? words[index] : "?";
}

std::string_view to_string(Outcome outcome) {
  constexpr std::array<std::string_view, 13> words{
      "none",      "sent",    "reply",   "wrong reply", "noproc",      "mailbox full", "no space",
      "too large", "refused", "timeout", "down",        "bad message", "dropped"};
  const auto index = static_cast<std::size_t>(outcome);
  return index < words.size() ? words[index] : "?";
}

Book::Book(const std::filesystem::path& file)
    : file_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {}

Book Book::of_environment() {
  const char* file = std::getenv(env_book);
  return Book(file ? file : "");
}

void Book::write(Entry entry) const {
  entry.at_ns = std::chrono::steady_clock::now().time_since_epoch().count();
  if (::write(file_.get(), &entry, sizeof entry) == sizeof entry) return;
  std::perror("the book of the storm");
  std::_Exit(3);
}

}  // namespace ninelives::storm
