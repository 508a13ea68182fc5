// A child of the pool: `session ID`.
#include <fcntl.h>
#include <sys/file.h>

#include <ninelives/serve.hpp>

#include "api.hpp"

class Session : public ninelives::GenServer<SessionApi> {
 public:
  Session(int argc, char** argv) : id_(argc > 1 ? argv[1] : "nobody") {}

  // Starts when the gate is open: nobody has locked that file.
  void init() {
    if (const char* gate = std::getenv("BOOT_GATE")) ::flock(::open(gate, O_RDONLY | O_CLOEXEC), LOCK_SH);
  }
  std::string handle_call(const Hello&) { return "hello, " + id_; }

 private:
  std::string id_;
};

int main(int argc, char** argv) { return ninelives::serve<Session>(argc, argv); }
