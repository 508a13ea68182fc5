// A worker whose start and end go as a test likes. Its first argument names a file; the word in it, if there
// is one, says what init does:
//
//   fail, ignore   as in OTP
//   info TEXT      ok(TEXT)
//   slow           waits at the pipe FILE.start, then ok()
//
// Where there is a pipe FILE.stop, terminate waits at it. A wait is over when somebody opens the pipe for
// writing; that it has begun is said by a file PIPE.reached.
#pragma once
#include <string>
#include <vector>

#include <ninelives/protocol.hpp>

struct Arguments {};  // those of the process, without the program's name

struct MoodyApi {
  using Calls = ninelives::Calls<std::vector<std::string>(Arguments)>;
};
