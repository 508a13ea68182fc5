// A child of the pool: `session ID`.
#include <fcntl.h>
#include <sys/file.h>

#include <ninelives/serve.hpp>

#include "api.hpp"

class Session : public ninelives::GenServer<SessionApi> {
 public:
  Session(int argc, char** argv) : id_(argc > 1 ? argv[1] : "nobody") {}

  void init() {
    if (const char* gate = std::getenv("BOOT_GATE")) pass(gate);
  }
  std::string handle_call(const Hello&) { return "hello, " + id_; }

 private:
  // So that the drill can kill who is at work: nobody is started while it has that file locked.
  static void pass(const char* gate) {
    ::flock(::open(gate, O_RDONLY | O_CLOEXEC), LOCK_SH);  // waits on purpose
  }

  std::string id_;
};

int main(int argc, char** argv) { return ninelives::serve<Session>(argc, argv); }
