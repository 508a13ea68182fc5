// A worker that cannot be started: where it fails is its argument.
#include <cstring>
#include <stdexcept>

#include <ninelives/serve.hpp>

struct NothingToSay {
  using Casts = ninelives::Casts<>;
};

class FalseStart : public ninelives::GenServer<NothingToSay> {
 public:
  FalseStart(int argc, char** argv) : where_(argc > 1 ? argv[1] : "") {
    if (is("constructor")) throw std::runtime_error("no disk");
  }
  ninelives::InitResult init() {
    if (is("init")) throw std::runtime_error("no network");
    if (is("stop")) return ninelives::stop(ninelives::ExitReason::error("no licence"));
    return ninelives::ok();
  }

 private:
  bool is(const char* place) const { return std::strcmp(where_, place) == 0; }

  const char* where_;
};

int main(int argc, char** argv) { return ninelives::serve<FalseStart>(argc, argv); }
