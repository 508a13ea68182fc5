// A reply by somebody else than the server that was called. It goes by the server, which replies on its
// behalf: the caller judges by that server's ring and life alone, whoever has answered.
#pragma once
#include <boost/describe.hpp>
#include <cstdint>
#include <string>

#include <ninelives/ipc/pid.hpp>

namespace ninelives::ipc {

struct Forward {
  Pid caller = {};
  std::uint64_t ref = 0;  // of the call
  std::string payload = {};
};
BOOST_DESCRIBE_STRUCT(Forward, (), (caller, ref, payload))

}  // namespace ninelives::ipc
