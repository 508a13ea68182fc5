// A worker that is ready when somebody has opened the named pipe, its argument, for writing.
#include <fstream>

#include <ninelives/serve.hpp>

struct NothingToSay {
  using Casts = ninelives::Casts<>;
};

class Late : public ninelives::GenServer<NothingToSay> {
 public:
  Late(int, char** argv) : pipe_(argv[1]) {}
  void init() { const std::ifstream opened(pipe_); }

 private:
  const char* pipe_;
};

int main(int argc, char** argv) { return ninelives::serve<Late>(argc, argv); }
