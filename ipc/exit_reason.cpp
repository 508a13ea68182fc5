#include <ninelives/ipc/exit_reason.hpp>

namespace ninelives {
namespace {

std::string with_text(std::string_view word, const std::string& text) {
  return std::string(word) + "(\"" + text + "\")";
}

}  // namespace

std::string to_string(const ExitReason& reason) {
  using Kind = ExitReason::Kind;
  switch (reason.kind) {
    case Kind::unknown:
      return "unknown";
    case Kind::normal:
      return "normal";
    case Kind::shutdown:
      return reason.text.empty() ? "shutdown" : "{shutdown, \"" + reason.text + "\"}";
    case Kind::killed:
      return "killed";
    case Kind::exit:
      return "exit(" + std::to_string(reason.number) + ")";
    case Kind::signal:
      return "signal(" + std::to_string(reason.number) + (reason.core ? ", core)" : ")");
    case Kind::error:
      return with_text("error", reason.text);
    case Kind::noproc:
      return "noproc";
    case Kind::start_failed:
      return with_text("start_failed", reason.text);
    case Kind::ignored:
      return "ignored";
  }
  return "unknown";
}

int exit_code(const ExitReason& reason) { return reason.is_clean() ? 0 : 1; }

}  // namespace ninelives
