// One server's callbacks with their types taken off: what the loop of a process (worker/server.hpp) knows of
// it.
#pragma once
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include <ninelives/from.hpp>
#include <ninelives/request.hpp>
#include <ninelives/result.hpp>
#include <ninelives/signals.hpp>

namespace ninelives::detail {

// A message as it came, not decoded yet.
struct Incoming {
  std::uint32_t message = 0;
  std::string_view payload;
  Caller caller;  // of a call
};

// What came of a callback. At most one of reply and refusal; none of them: nothing is said now.
struct Outcome {
  std::optional<std::string_view> reply = {};  // in a buffer of the server's, until its next callback
  std::optional<std::string> refusal = {};     // the message made no sense: says why
  std::optional<ExitReason> stop = {};
  Next next = {};
  std::string info = {};  // of init, for whoever has asked for the start
};

class ServerOps {
 public:
  ServerOps() = default;
  ServerOps(const ServerOps&) = delete;
  ServerOps& operator=(const ServerOps&) = delete;
  virtual ~ServerOps() = default;

  virtual Outcome init() = 0;
  virtual Outcome handle_call(const Incoming& incoming) = 0;
  virtual Outcome handle_cast(const Incoming& incoming) = 0;
  virtual Outcome handle_info(const Incoming& incoming) = 0;
  virtual Outcome handle_timer(const Local& message) = 0;
  virtual Outcome handle_continue(const Local& message) = 0;
  virtual Outcome handle_down(const Down& down) = 0;
  virtual Outcome handle_exit(const Exit& exit) = 0;
  virtual Outcome handle_timeout() = 0;
  virtual Outcome handle_response(const Response& response) = 0;
  virtual void terminate(const ExitReason& reason) = 0;

  // ---- sys. The strings are msgpack; the errors say what the server lacks, or what does not fit.

  virtual std::expected<std::string, std::string> state() = 0;
  virtual std::expected<void, std::string> replace_state(std::string_view state) = 0;
  // What may be shown of the state; nothing if it is not described.
  virtual std::optional<std::string> formatted_state() = 0;
  virtual Outcome code_change(const std::string& from, const std::string& extra) = 0;
  virtual std::string_view type() const = 0;      // the name of its class
  virtual std::string_view messages() const = 0;  // wire names of all that it takes, separated by blanks
};

}  // namespace ninelives::detail
