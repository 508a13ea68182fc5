// The one interface of everything that can carry a request and its reply between two processes. Each peer is
// set up as somebody would who knows it well: everything opened beforehand, blocking, buffers large enough,
// nothing between the system call and the caller. What it opens has no name, or loses it at once.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "bench/harness/placement.hpp"

namespace ninelives::bench {

// Made in the caller's process, with its server started as a child process; goes with it. Throws where that
// fails.
class RoundTrips {
 public:
  RoundTrips() = default;
  RoundTrips(const RoundTrips&) = delete;
  RoundTrips& operator=(const RoundTrips&) = delete;
  virtual ~RoundTrips() = default;

  // Sends the request; returns when its reply is here.
  virtual void round_trip() = 0;
};

struct Setting {
  std::size_t request_bytes = 15;
  std::size_t reply_bytes = 15;
  Placement placement = Placement::free;
};

struct CallPeer {
  std::string name;
  std::function<std::unique_ptr<RoundTrips>(const Setting&)> make;
  std::string trouble = {};  // why it cannot be measured here
};

CallPeer bare_words();    // two words of shared memory, both sides spinning: the limit while both are awake
CallPeer bare_futex();    // two words, both sides asleep on them: the limit of waking somebody
CallPeer eventfd_pair();  // two counters of the kernel; carries no bytes
CallPeer pipe_pair();
CallPeer unix_stream();
CallPeer unix_datagram();
CallPeer posix_mq();
CallPeer boost_queue();
CallPeer zeromq();      // over ipc://
CallPeer one_memcpy();  // no conversation: the request's bytes copied once, within one process

}  // namespace ninelives::bench
