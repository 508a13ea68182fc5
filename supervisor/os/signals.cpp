#include "supervisor/os/signals.hpp"

#include <boost/asio/signal_set.hpp>
#include <signal.h>
#include <utility>

namespace ninelives::supervisor {

namespace {

bool is_ignored(int number) {
  struct sigaction current{};
  return ::sigaction(number, nullptr, &current) == 0 && current.sa_handler == SIG_IGN;
}

// Whoever started us may have left the signal blocked: a mask is inherited over exec.
void unblock(int number) {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, number);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace

// Shared with the handler, which may already be queued when its Signals is destroyed.
struct Signals::Subscription : std::enable_shared_from_this<Subscription> {
  Subscription(boost::asio::io_context& io, Received callback) : set(io), received(std::move(callback)) {}

  void add(int number) {
    if (number == SIGHUP && is_ignored(number)) return;
    set.add(number);
    unblock(number);
  }

  void wait() {
    set.async_wait([weak = weak_from_this()](const boost::system::error_code& error, int number) {
      const auto self = weak.lock();
      if (!self || error) return;
      self->wait();
      self->received(number);
    });
  }

  boost::asio::signal_set set;
  Received received;
};

Signals::Signals(boost::asio::io_context& io, std::initializer_list<int> numbers, Received received)
    : subscription_(std::make_shared<Subscription>(io, std::move(received))) {
  for (const int number : numbers) subscription_->add(number);
  subscription_->wait();
}

Signals::~Signals() = default;

}  // namespace ninelives::supervisor
