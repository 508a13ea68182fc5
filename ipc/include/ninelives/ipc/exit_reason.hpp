// Why a process is over. A worker says it itself before it exits; where it could not, the wait status
// decides. The words are OTP's (exit reasons of gen_server); `killed`, `exit` and `signal` are what an OS
// process adds.
#pragma once
#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace ninelives {

struct ExitReason {
  enum class Kind : std::uint8_t {
    unknown,       // over, but nobody remembers why: its last lives are too long ago
    normal,        // it was done
    shutdown,      // asked to stop by its supervisor; with a text: {shutdown, Text}
    killed,        // by our own SIGKILL
    exit,          // left with a code that is not 0: `number`
    signal,        // died by a signal that nobody of us sent: `number`, `core`
    error,         // gave `text` as its reason
    noproc,        // there is no such process
    start_failed,  // never became ready: `text`
    ignored,       // had nothing to do, and said so instead of becoming ready: init's `ignore`
  };

  Kind kind = Kind::unknown;
  bool core = false;
  std::int32_t number = 0;
  std::string text = {};

  // Clean ends do not restart a transient child: normal, shutdown and {shutdown, _}.
  bool is_clean() const { return kind == Kind::normal || kind == Kind::shutdown || kind == Kind::ignored; }
  friend bool operator==(const ExitReason&, const ExitReason&) = default;

  static ExitReason normal() { return {.kind = Kind::normal}; }
  static ExitReason shutdown(std::string text = {}) {
    return {.kind = Kind::shutdown, .text = std::move(text)};
  }
  static ExitReason killed() { return {.kind = Kind::killed}; }
  static ExitReason exited(int code) { return {.kind = Kind::exit, .number = code}; }
  static ExitReason signalled(int signal, bool core) {
    return {.kind = Kind::signal, .core = core, .number = signal};
  }
  static ExitReason error(std::string text) { return {.kind = Kind::error, .text = std::move(text)}; }
  static ExitReason noproc() { return {.kind = Kind::noproc}; }
  static ExitReason start_failed(std::string text) {
    return {.kind = Kind::start_failed, .text = std::move(text)};
  }
  static ExitReason ignored() { return {.kind = Kind::ignored}; }
};
BOOST_DESCRIBE_ENUM(ExitReason::Kind, unknown, normal, shutdown, killed, exit, signal, error, noproc,
                    start_failed, ignored)
BOOST_DESCRIBE_STRUCT(ExitReason, (), (kind, core, number, text))  // can be sent

// "normal", "{shutdown, \"done\"}", "exit(3)", "signal(11, core)", "error(\"...\")": the same in the log, in
// events and on the command line.
std::string to_string(const ExitReason& reason);

// The exit code of a worker that ends with this reason: 0 for a clean end, 1 for any other.
int exit_code(const ExitReason& reason);

}  // namespace ninelives
