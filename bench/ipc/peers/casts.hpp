// The one interface of everything that can carry messages one way, from one process or several to one
// receiver. As for RoundTrips: set up as somebody would who knows it well.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "bench/harness/placement.hpp"

namespace ninelives::bench {

inline constexpr std::size_t cast_bytes = 64;
// The receiver says when it has taken so many. A whole number for each of up to 8 senders.
inline constexpr int casts_per_batch = 16'000;

class CastSender {
 public:
  CastSender() = default;
  CastSender(const CastSender&) = delete;
  CastSender& operator=(const CastSender&) = delete;
  virtual ~CastSender() = default;

  // Returns when it is on its way; waits for room.
  virtual void send() = 0;
};

// Made in the process that measures, with the receiver started as its child; goes with it.
class Casts {
 public:
  Casts() = default;
  Casts(const Casts&) = delete;
  Casts& operator=(const Casts&) = delete;
  virtual ~Casts() = default;

  // Called in the process of each sender, a child of the one that measures.
  virtual std::unique_ptr<CastSender> sender() = 0;
  // Returns when the receiver has taken a batch; once for each.
  virtual void await_batch() = 0;
};

struct CastPeer {
  std::string name;
  std::function<std::unique_ptr<Casts>(Placement)> make;  // of the receiver
  std::string trouble = {};
};

CastPeer boost_casts();
CastPeer pipe_casts();
CastPeer unix_stream_casts();

}  // namespace ninelives::bench
