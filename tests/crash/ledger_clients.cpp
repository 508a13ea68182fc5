#include "tests/crash/ledger_clients.hpp"

#include <chrono>
#include <fstream>

#include <ninelives/node.hpp>

#include "tests/programs/ledger.hpp"
#include "tests/support/wait_until.hpp"

namespace ninelives::test {
namespace {

// So long that a call that ends by it has hung.
constexpr auto time_out = std::chrono::seconds(30);

// A mailbox is in order: when the call is answered, what was cast before it has been handled.
bool cast_and_wait(const Ref<LedgerApi>& ledger, const Enter& enter) {
  const bool runs = wait_until([&] { return ledger.call(Repeat{}, time_out).has_value(); });
  return runs && ledger.cast(enter, time_out) && ledger.call(Repeat{}, time_out);
}

}  // namespace

void LedgerCaller::run(const std::atomic<bool>& stop) {
  const auto node = Node::attach();
  if (!node) return failures.push_back(node.error());
  const auto ledger = whereis<LedgerApi>("ledger");
  for (std::uint64_t number = 1; !stop; ++number) {
    const auto reply = ledger.call(Repeat{number}, time_out);
    if (reply && *reply == number) {
      ++replies;
    } else if (reply) {
      failures.push_back("the reply to another call");
    } else if (reply.error().kind == CallError::Kind::down ||
               reply.error().kind == CallError::Kind::dropped) {
      ++downs;
    } else if (reply.error().kind == CallError::Kind::noproc) {
      ++noprocs;
    } else {
      failures.push_back(std::string(to_string(reply.error().kind)) + ": " + reply.error().text);
    }
  }
}

void LedgerSender::run(const std::atomic<bool>& stop) {
  const auto node = Node::attach();
  if (!node) return failures.push_back(node.error());
  const auto ledger = whereis<LedgerApi>("ledger");
  while (!stop) {
    const auto sent = ledger.cast(Enter{sender, ++last}, time_out);
    if (sent) continue;
    refused.insert(last);
    if (sent.error().kind != SendError::Kind::noproc) failures.push_back(sent.error().text);
  }
  if (!cast_and_wait(ledger, Enter{sender, ++last})) failures.push_back("the last cast did not arrive");
}

LedgerAccount audit(const std::string& file, const LedgerSender& sender) {
  LedgerAccount account;
  std::vector<bool> seen(sender.last + 1);
  std::ifstream ledger(file, std::ios::binary);
  for (LedgerEntry entry; ledger.read(reinterpret_cast<char*>(&entry), sizeof entry);) {
    if (entry.sender != sender.sender) continue;
    ++account.entries;
    account.out_of_order += entry.number <= account.last;
    account.last = entry.number;
    if (entry.number <= sender.last) seen[entry.number] = true;
  }
  for (std::uint64_t number = 1; number <= sender.last; ++number) {
    account.missing += !seen[number] && !sender.refused.contains(number);
  }
  return account;
}

}  // namespace ninelives::test
