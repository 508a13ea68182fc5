// Who holds a registry's locks, and who is next.
#include "worker/registry/locks.hpp"

#include <catch2/catch.hpp>

namespace ninelives::registry {
namespace {

struct Waiter {
  Pid who;
  Pid pid() const { return who; }
  friend bool operator==(const Waiter&, const Waiter&) = default;
};
using TestLocks = Locks<Waiter>;
using Waiters = std::vector<Waiter>;

const Waiter a{{1, 1}}, b{{2, 1}}, c{{3, 1}};

}  // namespace

TEST_CASE("registry: a lock goes from one to the next in the order of asking") {
  TestLocks locks;
  CHECK(locks.take("k", a) == TestLocks::Taken::now);
  CHECK(locks.take("k", b) == TestLocks::Taken::later);
  CHECK(locks.take("k", c) == TestLocks::Taken::later);
  CHECK(locks.take("k", a) == TestLocks::Taken::holds_it_already);
  CHECK(locks.take("other", b) == TestLocks::Taken::now);

  CHECK(locks.release("k", b.who).empty());  // who does not hold it lets go of nothing
  CHECK(locks.release("k", a.who) == Waiters{b});
  CHECK(locks.release("k", b.who) == Waiters{c});
  CHECK(locks.release("k", c.who).empty());
  CHECK(locks.release("k", c.who).empty());
  CHECK(locks.take("k", c) == TestLocks::Taken::now);
}

TEST_CASE("registry: a holder that dies makes room for the next, and a waiter that dies is left out") {
  TestLocks locks;
  for (const Waiter& waiter : {a, b, c}) locks.take("k", waiter);
  locks.take("l", a);
  locks.take("l", c);
  CHECK(locks.remove(b.who).empty());
  CHECK_FALSE(locks.has(b.who));
  CHECK(locks.remove(a.who) == Waiters{c, c});
  CHECK(locks.has(c.who));
  CHECK(locks.remove(c.who).empty());
  CHECK_FALSE(locks.has(c.who));
}

}  // namespace ninelives::registry
