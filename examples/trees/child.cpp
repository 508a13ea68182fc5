// A child that ends abnormally when it is told to: `ninelives cast a crash`.
#include <ninelives/serve.hpp>

struct Crash {};
struct ChildApi {
  using Casts = ninelives::Casts<Crash>;
};

class Child : public ninelives::GenServer<ChildApi> {
 public:
  ninelives::Result handle_cast(const Crash&) {
    return ninelives::stop(ninelives::ExitReason::error("told to"));
  }
};

int main(int argc, char** argv) { return ninelives::serve<Child>(argc, argv); }
