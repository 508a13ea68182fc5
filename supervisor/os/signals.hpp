// Delivers signals that were sent to this process as events of the io_context.
//
// A child made by launch() cannot disturb it: signals are blocked while the child shares our memory, so that
// none meant for the child runs our handler, and none sent to us in that moment is lost. SIGHUP stays ignored
// when it was ignored at the start: that is nohup(1)'s request.
#pragma once
#include <boost/asio/io_context.hpp>
#include <functional>
#include <initializer_list>
#include <memory>

namespace ninelives::supervisor {

// One thread: the one that runs the io_context, which must outlive this. Destroying it restores the default
// actions.
class Signals {
 public:
  using Received = std::move_only_function<void(int number)>;
  Signals(boost::asio::io_context& io, std::initializer_list<int> numbers, Received received);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  struct Subscription;
  std::shared_ptr<Subscription> subscription_;
};

}  // namespace ninelives::supervisor
