// A worker that starts well and exits with 3 as soon as it has: the first message that it handles is its own
// doing.
#include <unistd.h>

#include <ninelives/serve.hpp>

struct NothingToSay {
  using Casts = ninelives::Casts<>;
};

class Doomed : public ninelives::GenServer<NothingToSay> {
 public:
  void init() { monitor(ninelives::Pid{}); }  // nobody: a Down comes at once
  void handle_info(const ninelives::Down&) { ::_exit(3); }
};

int main(int argc, char** argv) { return ninelives::serve<Doomed>(argc, argv); }
