// Finds what has left its process group: after the death of a child whatever still carries that life's marker
// in its environment is killed, a little later and not on the way of a restart. At the node's end, and for a
// node that died without an end, whatever carries the node's.
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <filesystem>
#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

#include <ninelives/ipc/pid.hpp>

#include "supervisor/os/descendants.hpp"

namespace ninelives::supervisor {

// Kills every process of that node, whoever its parent is, until none is left; gives up after a while on what
// cannot be killed. Blocks: for the beginning and the end of a node only.
void kill_all_of(const std::filesystem::path& node);
// The same for what is below one supervisor, which is the caller.
void kill_all_under(const std::filesystem::path& node, const Pid& supervisor);

class Sweeper {
 public:
  using KnownChildren = std::function<std::vector<pid_t>()>;

  // `known_children`: every child that somebody waits for; the others are orphans, and reaped by and by.
  Sweeper(boost::asio::io_context& io, KnownChildren known_children);

  // Whoever had these marks is over: sweep for what it left.
  void sweep_for(Markers marks);

 private:
  void arm(std::chrono::milliseconds pause);
  void sweep_next();

  boost::asio::steady_timer timer_;
  KnownChildren known_children_;
  std::deque<Markers> dead_;
  bool armed_ = false;
};

}  // namespace ninelives::supervisor
