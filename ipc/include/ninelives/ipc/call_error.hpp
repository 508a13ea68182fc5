// How a call or a send can fail. Each ends in exactly one of: the reply, or one of these.
#pragma once
#include <string>
#include <string_view>

#include <ninelives/ipc/exit_reason.hpp>

namespace ninelives {

struct SendError {
  enum class Kind {
    noproc,        // no such process: unknown name, given up, stopped, or a program without a mailbox
    mailbox_full,  // it did not make room in time
    no_space,      // the node's tmpfs or this process is out of memory, mappings or files
    too_large,     // the message is larger than a mailbox takes
    refused,       // it has closed the ring: what this process sent before made no sense
  };
  Kind kind = Kind::noproc;
  std::string text = {};
  friend bool operator==(const SendError&, const SendError&) = default;
};

struct CallError {
  enum class Kind {
    noproc,
    mailbox_full,
    no_space,
    too_large,
    refused,
    timeout,       // no reply in time; the server may still handle the call, and a late reply is never seen
    down,          // the server died, and may have handled the call: see `reason`
    dropped,       // it died before it had taken the call, and nobody will: surely never handled
    bad_message,   // the server cannot make sense of the message, or the client of the reply: see `text`
    calling_self,  // a process that waits for itself waits for ever
  };
  Kind kind = Kind::noproc;
  std::string text = {};   // the whole sentence for people
  ExitReason reason = {};  // of a server that is down, also where it has dropped the call
  friend bool operator==(const CallError&, const CallError&) = default;
};

std::string_view to_string(SendError::Kind kind);
std::string_view to_string(CallError::Kind kind);
CallError to_call_error(SendError error);

}  // namespace ninelives
