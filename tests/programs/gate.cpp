// Counts, for the next life too: one byte a time in the file that $COUNTED names.
#include "tests/programs/gate.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <ninelives/serve.hpp>

class Gate : public ninelives::GenServer<GateApi> {
 public:
  void handle_cast(const WaitAt& wait) {
    std::ofstream(wait.pipe + ".reached") << "here\n";
    std::ifstream(wait.pipe);
  }
  void handle_cast(const HangForEver&) {
    for (;;) ::pause();
  }
  void handle_cast(const Count&) { std::ofstream(file_, std::ios::app) << '.'; }
  std::uint64_t handle_call(const HowMany&) {
    return std::filesystem::exists(file_) ? std::filesystem::file_size(file_) : 0;
  }

 private:
  const char* file_ = std::getenv("COUNTED");
};

int main(int argc, char** argv) { return ninelives::serve<Gate>(argc, argv); }
