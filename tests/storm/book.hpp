// The ledger of a storm, outside of all mailboxes: one file that everybody appends to. An entry is one
// write(2) of 64 bytes to an O_APPEND file, so it is whole or not there, whoever is killed; and the order of
// the file is the order in which things happened, over all processes.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "ipc/unique_fd.hpp"
#include "tests/storm/roster.hpp"

namespace ninelives::storm {

enum class What : std::uint32_t {
  began,      // the sender is about to send
  ended,      // ... and this became of it: outcome
  handled,    // written by the receiver before anything else
  torn,       // the receiver has found the seal broken
  watching,   // the receiver monitors that life of the sender, or is linked to it
  down,       // ... and hears of its end
  false_end,  // the receiver hears of the end of somebody who lives, or once more of the same
};

enum class Outcome : std::uint32_t {
  none,
  sent,   // of a cast
  reply,  // of a call
  wrong_reply,
  noproc,
  mailbox_full,
  no_space,
  too_large,
  refused,
  timeout,
  down,
  bad_message,
  dropped,  // of a call: down, and surely not handled
};
std::string_view to_string(What what);
std::string_view to_string(Outcome outcome);

struct Entry {
  What what = What::began;
  Outcome outcome = Outcome::none;
  Actor sender = 0;
  Actor receiver = 0;
  std::uint64_t sender_life = 0;
  std::uint64_t number = 0;         // of the message; of a monitor or a link: its own
  std::uint64_t receiver_life = 0;  // where the receiver writes
  std::uint64_t bytes = 0;
  std::int64_t at_ns = 0;        // CLOCK_MONOTONIC, filled in by write()
  std::int64_t patience_ns = 0;  // of the sender
};
static_assert(sizeof(Entry) == 64, "a divisor of the page size: no entry lies across two pages");

// Unlike a monitor, a link has no number of its own: it gets one that no monitor has.
constexpr std::uint64_t number_of_link(Actor to, std::uint64_t life) {
  return std::uint64_t{1} << 63 | life << 8 | to;
}
constexpr bool is_link(std::uint64_t number) { return number >> 63 != 0; }

class Book {
 public:
  explicit Book(const std::filesystem::path& file);
  // The file that $STORM_BOOK names.
  static Book of_environment();

  // Ends the process if it cannot: a ledger with holes proves nothing.
  void write(Entry entry) const;

 private:
  ipc::UniqueFd file_;
};

inline constexpr const char* env_book = "STORM_BOOK";
inline constexpr const char* env_rampage =
    "STORM_RAMPAGE";                                   // a file: while it exists, the vandal does its worst
inline constexpr const char* env_seed = "STORM_SEED";  // of the vandal

}  // namespace ninelives::storm
