// A worker that ends in any way that it is told.
#pragma once
#include <string>

#include <ninelives/protocol.hpp>

struct Exit {
  int code = 0;
};
BOOST_DESCRIBE_STRUCT(Exit, (), (code))

struct StopNormal {};

struct StopShutdown {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(StopShutdown, (), (text))

struct StopError {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(StopError, (), (text))

struct ThrowInCall {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(ThrowInCall, (), (text))

struct ThrowInCast {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(ThrowInCast, (), (text))

struct StopWithReply {};

struct LeaverApi {
  using Calls = ninelives::Calls<std::string(StopWithReply), void(ThrowInCall)>;
  using Casts = ninelives::Casts<Exit, StopNormal, StopShutdown, StopError, ThrowInCast>;
};
