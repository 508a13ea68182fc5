// Ends as it is told; appends the reason that terminate() was given to the file that $TERMINATED names.
#include "tests/programs/leaver.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <unistd.h>

#include <ninelives/serve.hpp>

using ninelives::ExitReason;

class Leaver : public ninelives::GenServer<LeaverApi> {
 public:
  void handle_cast(const Exit& exit) { ::_exit(exit.code); }
  ninelives::Result handle_cast(const StopNormal&) { return ninelives::stop(); }
  ninelives::Result handle_cast(const StopShutdown& stop) {
    return ninelives::stop(ExitReason::shutdown(stop.text));
  }
  ninelives::Result handle_cast(const StopError& stop) {
    return ninelives::stop(ExitReason::error(stop.text));
  }
  void handle_cast(const ThrowInCast& thrown) { throw std::runtime_error(thrown.text); }

  void handle_call(const ThrowInCall& thrown) { throw std::runtime_error(thrown.text); }
  ninelives::CallResult<std::string> handle_call(const StopWithReply&) {
    return ninelives::stop(ExitReason::normal(), std::string("goodbye"));
  }

  void terminate(const ExitReason& reason) {
    if (const char* file = std::getenv("TERMINATED"))
      std::ofstream(file, std::ios::app) << to_string(reason) << '\n';
  }
};

int main(int argc, char** argv) { return ninelives::serve<Leaver>(argc, argv); }
