#include "tests/programs/sticky.hpp"

#include <unistd.h>

#include <ninelives/serve.hpp>

namespace {

[[noreturn]] void stick() {
  for (;;) ::pause();
}

}  // namespace

class Sticky : public ninelives::GenServer<StickyApi> {
 public:
  void handle_call(const Stick&) { stick(); }
  int handle_call(const Answer&) { return 42; }
  void handle_cast(const Glue&) { stick(); }
  ninelives::Result handle_cast(const Leave&) { return ninelives::stop(ninelives::ExitReason::normal()); }
  void terminate(const ninelives::ExitReason&) { stick(); }
};

int main(int argc, char** argv) { return ninelives::serve<Sticky>(argc, argv); }
