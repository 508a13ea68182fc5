#include "worker/worker.hpp"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

#include "ipc/activity.hpp"
#include "ipc/last_words.hpp"
#include "ipc/launch_environment.hpp"
#include "worker/name_at_start.hpp"

namespace ninelives::detail {
namespace {

template <class Number>
bool read_number(const char* name, Number& number) {
  const char* text = std::getenv(name);
  if (!text) return false;
  const char* end = text + std::strlen(text);
  return std::from_chars(text, end, number).ptr == end && end != text;
}

ipc::Result<std::unique_ptr<ipc::Endpoint>> attach(ipc::Endpoint::SleepsOn sleeps_on) {
  const char* node = std::getenv(ipc::env_node);
  Pid me;
  if (!node || !read_number(ipc::env_slot, me.slot) || !read_number(ipc::env_incarnation, me.incarnation)) {
    return ipc::fault(
        "this is a worker of a supervision tree: name it in a tree file and start that with `ninelives run`");
  }
  return ipc::Endpoint::attach(node, me, sleeps_on);
}

}  // namespace

std::unique_ptr<NodeProcess> attach_as_worker(ipc::Endpoint::SleepsOn sleeps_on) {
  auto endpoint = attach(sleeps_on);
  if (endpoint) return std::make_unique<NodeProcess>(std::move(*endpoint));
  const std::string line = "ninelives: " + endpoint.error().text + '\n';
  [[maybe_unused]] auto written = ::write(STDERR_FILENO, line.data(), line.size());
  return nullptr;
}

int Worker::run() {
  if (const auto failed = start()) {
    if (!failed->is_clean()) process_.log(to_string(*failed));
    return leave(*failed);
  }
  for (;;) {
    if (const auto reason = step()) {
      server_->leave(*reason);
      return leave(*reason);
    }
  }
}

// The reason to end before it was ever ready, if there is one. No terminate() follows: nothing has begun.
Server::End Worker::start() {
  Server::End failed = take_name_at_start();
  if (!failed) failed = make_server();
  std::string info;
  if (!failed) failed = server_->init(info);
  if (!failed) failed = tell_ready(info);
  if (!failed || failed->kind == ExitReason::Kind::ignored) return failed;
  return ExitReason::start_failed(to_string(*failed));
}

Server::End Worker::make_server() {
  try {
    ops_ = make_();
  } catch (const std::exception& thrown) {
    return ExitReason::error("exception in the constructor: " + std::string(thrown.what()));
  } catch (...) {
    return ExitReason::error("exception in the constructor that is no std::exception");
  }
  ipc::store_words(process_.endpoint().status(), ops_->messages());
  server_.emplace(process_, *ops_);
  return std::nullopt;
}

Server::End Worker::tell_ready(std::string_view info) {
  const auto told =
      process_.send(process_.supervisor(), {.kind = ipc::Kind::ready, .payload = info}, infinity);
  if (!told) return ExitReason::error("cannot tell the supervisor: " + told.error().text);
  return std::nullopt;
}

// One message at most; sleeps if there is nothing to do.
Server::End Worker::step() {
  constexpr unsigned messages_between_turns = 64;
  if (auto end = server_->before_message()) return end;
  if (const ipc::Received* received = process_.endpoint().next()) {
    if (auto end = server_->handle(*received)) return end;
    return ++taken_ % messages_between_turns == 0 ? waiting_.give_turn() : std::nullopt;
  }
  if (auto end = server_->when_idle()) return end;
  return waiting_.wait(server_->next_deadline());
}

int Worker::leave(const ExitReason& reason) {
  ipc::write_last_words(process_.endpoint().status(), process_.self().incarnation, reason);
  return exit_code(reason);
}

}  // namespace ninelives::detail
