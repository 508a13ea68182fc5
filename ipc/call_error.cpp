#include <utility>

#include <ninelives/ipc/call_error.hpp>

namespace ninelives {

std::string_view to_string(CallError::Kind kind) {
  using Kind = CallError::Kind;
  switch (kind) {
    case Kind::noproc:
      return "noproc";
    case Kind::mailbox_full:
      return "mailbox_full";
    case Kind::no_space:
      return "no_space";
    case Kind::too_large:
      return "too_large";
    case Kind::refused:
      return "refused";
    case Kind::timeout:
      return "timeout";
    case Kind::down:
      return "down";
    case Kind::dropped:
      return "dropped";
    case Kind::bad_message:
      return "bad_message";
    case Kind::calling_self:
      return "calling_self";
  }
  std::unreachable();
}

namespace {

CallError::Kind as_call_error(SendError::Kind kind) {
  switch (kind) {
    case SendError::Kind::noproc:
      return CallError::Kind::noproc;
    case SendError::Kind::mailbox_full:
      return CallError::Kind::mailbox_full;
    case SendError::Kind::no_space:
      return CallError::Kind::no_space;
    case SendError::Kind::too_large:
      return CallError::Kind::too_large;
    case SendError::Kind::refused:
      return CallError::Kind::refused;
  }
  std::unreachable();
}

}  // namespace

std::string_view to_string(SendError::Kind kind) { return to_string(as_call_error(kind)); }

CallError to_call_error(SendError error) {
  return {.kind = as_call_error(error.kind), .text = std::move(error.text), .reason = {}};
}

}  // namespace ninelives
