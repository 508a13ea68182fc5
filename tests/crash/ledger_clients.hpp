// Clients of the ledger under fire: each is a thread of its own, attached for itself, and remembers what
// became of all that it has asked for. Read the results after the thread has been joined.
#pragma once
#include <atomic>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

namespace ninelives::test {

// Calls until it is told to stop.
struct LedgerCaller {
  std::uint64_t replies = 0;
  std::uint64_t downs = 0;    // the server had taken the call, and died
  std::uint64_t noprocs = 0;  // there was no server just then
  std::vector<std::string> failures;

  void run(const std::atomic<bool>& stop);
};

// Casts 1, 2, 3 ... until it is told to stop, which is when nobody kills any more; and then the last one,
// which must arrive.
struct LedgerSender {
  std::uint32_t sender = 0;
  std::uint64_t last = 0;
  std::unordered_set<std::uint64_t> refused = {};  // cast() has said that nobody gets it
  std::vector<std::string> failures = {};

  void run(const std::atomic<bool>& stop);
};

// What the ledger holds of one sender.
struct LedgerAccount {
  std::uint64_t entries = 0;
  std::uint64_t last = 0;
  std::uint64_t missing = 0;       // not there, although cast() had returned without an error
  std::uint64_t out_of_order = 0;  // not larger than the one before: duplicates, too
};
LedgerAccount audit(const std::string& file, const LedgerSender& sender);

}  // namespace ninelives::test
