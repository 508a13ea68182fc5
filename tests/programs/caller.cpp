// A program outside the tree that calls the ledger for ever. A byte on stdout says that the first reply has
// come; it ends only by an error, whose text is its last line.
#include <cstdio>
#include <unistd.h>

#include <ninelives/node.hpp>

#include "tests/programs/ledger.hpp"

namespace {

int fail(const std::string& text) {
  std::fprintf(stderr, "%s\n", text.c_str());
  return 1;
}

}  // namespace

int main() {
  auto node = ninelives::Node::attach();
  if (!node) return fail(node.error());
  const auto ledger = ninelives::whereis<LedgerApi>("ledger");
  for (std::uint64_t number = 1;; ++number) {
    const auto reply = ledger.call(Repeat{number});
    if (!reply) return fail(reply.error().text);
    if (*reply != number) return fail("the reply to another call");
    if (number == 1 && ::write(STDOUT_FILENO, "!", 1) != 1) return 1;
  }
}
