// Who a process is inside a node. Never an OS pid: those are recycled.
#pragma once
#include <boost/describe.hpp>
#include <cstdint>
#include <string>

namespace ninelives {

// A numbered place in the node's process table; it belongs to one child for as long as the child's spec
// lives.
using Slot = std::uint32_t;

// One life of a slot, counted up from 1 and never reused: a restart is the same slot with the next
// incarnation.
using Incarnation = std::uint64_t;

struct Pid {
  Slot slot = 0;
  Incarnation incarnation = 0;  // 0: nobody

  explicit operator bool() const { return incarnation != 0; }
  friend bool operator==(const Pid&, const Pid&) = default;
};
BOOST_DESCRIBE_STRUCT(Pid, (), (slot, incarnation))  // can be sent

std::string to_string(const Pid& pid);  // "<slot.incarnation>", as Erlang writes its own

}  // namespace ninelives
