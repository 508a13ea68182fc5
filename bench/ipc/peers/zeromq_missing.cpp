// Built instead of zeromq.cpp where its library is not there.
#include "bench/ipc/peers/round_trips.hpp"

namespace ninelives::bench {

CallPeer zeromq() {
  return {.name = "ZeroMQ PAIR over ipc://",
          .make = {},
          .trouble = "not installed: apt-get install libzmq3-dev, then configure anew"};
}

}  // namespace ninelives::bench
