#include "tests/worker/parrot.hpp"

#include <stdexcept>

namespace ninelives::test {

CallResult<std::string> Parrot::handle_call(const Do& told, From<std::string> from) {
  const auto time = std::chrono::milliseconds(told.ms);
  switch (told.what) {
    case Do::What::reply:
      return reply("done");
    case Do::What::reply_later:
      callers_.push_back(from);
      return noreply();
    case Do::What::reply_then_timeout:
      return reply("done", timeout(time));
    case Do::What::reply_then_continue:
      return reply("done", continue_with(Go{static_cast<int>(told.ms)}));
    case Do::What::stop_with_reply:
      return stop(ExitReason::error("told to"), "done");
    case Do::What::stop:
      return stop(ExitReason::error("told to"));
    case Do::What::stop_normal:
      return stop();
    case Do::What::raise:
      throw std::runtime_error("told to");
    case Do::What::raise_oddly:
      throw 42;
  }
  return noreply();
}

Result Parrot::handle_cast(const Act& told) {
  const auto time = std::chrono::milliseconds(told.ms);
  switch (told.what) {
    case Do::What::reply_then_timeout:
      return noreply(timeout(time));
    case Do::What::reply_then_continue:
      return noreply(continue_with(Go{static_cast<int>(told.ms)}));
    case Do::What::reply_later:
      send_after(time, Ring{});
      return noreply();
    case Do::What::stop_normal:
      return stop();
    case Do::What::stop:
      return stop(ExitReason::error("told to"));
    case Do::What::raise:
      throw std::runtime_error("told to");
    default:
      return noreply();
  }
}

void Parrot::handle_cast(const Answer&) {
  if (callers_.empty()) return;
  callers_.front().reply("late");
  callers_.front().reply("twice");
  callers_.erase(callers_.begin());
}

void Parrot::handle_cast(const Tie& tie) {
  if (tie.on) {
    (void)link(tie.pid);
  } else {
    unlink(tie.pid);
  }
}

Result Parrot::handle_info(const Note& note) {
  heard.push_back(note.text);
  return noreply();
}

void Parrot::handle_info(const Response& response) {
  for (auto& request : asked_) {
    if (auto outcome = request.check(response)) {
      heard.push_back("response " + (*outcome ? **outcome : std::string(to_string(outcome->error().kind))));
    }
  }
}

Result Parrot::handle_continue(const Go& go) {
  heard.push_back("continue " + std::to_string(go.steps));
  if (go.steps > 0) return noreply(continue_with(Go{go.steps - 1}));
  return noreply();
}

void Parrot::terminate(const ExitReason& reason) {
  if (last_words_) last_words_->push_back("terminate " + to_string(reason));
}

}  // namespace ninelives::test
