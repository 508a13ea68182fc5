// A call whose reply is taken later: gen_server:send_request/2 and what belongs to it. Whoever has several
// under way waits for them together.
//
//   Request<Price> one = shop.send_request(Ask{"tea"});
//   Request<Price> two = market.send_request(Ask{"tea"});
//   if (auto price = one.wait(1s)) ...        nothing yet: the request goes on
//   two.receive(1s)                           the reply or an error; after a time-out the reply is never seen
//
// A request belongs to the thread that has sent it. In a server, one that nobody waits for comes as an info:
//
//   void handle_info(const Response& response) {
//     if (auto price = one_.check(response)) ...
//   }
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ninelives/detail/sending.hpp>
#include <ninelives/timeout.hpp>

namespace ninelives {

// Some request of this server's has its outcome: its Request knows whether it is the one.
struct Response {
  std::uint64_t request = 0;
};

template <class R>
class [[nodiscard]] Request {
 public:
  using Outcome = std::expected<R, CallError>;

  Request() = default;
  explicit Request(std::uint64_t number) : number_(number) {}
  Request(Request&& other) noexcept : number_(std::exchange(other.number_, 0)) {}
  Request& operator=(Request&& other) noexcept {
    if (this != &other) {
      abandon();
      number_ = std::exchange(other.number_, 0);
    }
    return *this;
  }
  ~Request() { abandon(); }

  // False: its outcome was taken, or it was abandoned.
  explicit operator bool() const { return number_ != 0; }
  std::uint64_t number() const { return number_; }

  // wait_response: nothing when the time is over; the request goes on.
  std::optional<Outcome> wait(std::chrono::nanoseconds timeout = default_timeout) {
    auto bytes = detail::wait_response(number_, timeout);
    if (!bytes) return std::nullopt;
    number_ = 0;
    if (!*bytes) return std::unexpected(std::move(bytes->error()));
    return detail::decoded_reply<R>(**bytes);
  }
  // receive_response: when the time is over the request is, too.
  Outcome receive(std::chrono::nanoseconds timeout = default_timeout) {
    if (auto outcome = wait(timeout)) return std::move(*outcome);
    abandon();
    return std::unexpected(CallError{CallError::Kind::timeout, "no reply in time"});
  }
  // check_response: nothing if it is about another one.
  std::optional<Outcome> check(const Response& response) {
    if (number_ == 0 || response.request != number_) return std::nullopt;
    return wait(std::chrono::nanoseconds(0));
  }
  // Its reply, if one comes, is never seen. The server may handle the call all the same.
  void abandon() {
    if (number_ != 0) detail::abandon(std::exchange(number_, 0));
  }

 private:
  std::uint64_t number_ = 0;
};

// reqids: requests with a label each, of which whichever has its outcome comes first.
template <class R, class Label = std::string>
class RequestCollection {
 public:
  struct Completed {
    Label label;
    std::expected<R, CallError> outcome;
  };

  std::size_t size() const { return requests_.size(); }
  bool empty() const { return requests_.empty(); }
  void add(Request<R> request, Label label) {
    numbers_.push_back(request.number());
    requests_.push_back({std::move(request), std::move(label)});
  }
  // Takes one out that has its outcome; nothing: the time is over, or there is none.
  std::optional<Completed> wait(std::chrono::nanoseconds timeout = default_timeout) {
    if (requests_.empty()) return std::nullopt;
    return take(detail::wait_any(numbers_, timeout));
  }
  std::optional<Completed> check(const Response& response) {
    const bool mine = std::ranges::find(numbers_, response.request) != numbers_.end();
    return take(mine ? std::optional(response.request) : std::nullopt);
  }

 private:
  struct Entry {
    Request<R> request;
    Label label;
  };

  std::optional<Completed> take(std::optional<std::uint64_t> number) {
    if (!number) return std::nullopt;
    const auto index = std::ranges::find(numbers_, *number) - numbers_.begin();
    Entry entry = std::move(requests_[static_cast<std::size_t>(index)]);
    numbers_.erase(numbers_.begin() + index);
    requests_.erase(requests_.begin() + index);
    return Completed{std::move(entry.label), entry.request.receive(std::chrono::nanoseconds(0))};
  }

  std::vector<std::uint64_t> numbers_;  // of the requests, in the same order
  std::vector<Entry> requests_;
};

}  // namespace ninelives
