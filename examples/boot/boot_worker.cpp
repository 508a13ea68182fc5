// `boot_worker POOL`: fills the pool, and stays.
#include <ninelives/serve.hpp>

#include "api.hpp"
#include "fill.hpp"

struct Fill {};

class BootWorker : public ninelives::GenServer<BootApi, ninelives::Continues<Fill>> {
 public:
  BootWorker(int, char** argv) : pool_(argv[1]) {}

  // Not in init: as long as that has not returned, the supervisor starts nobody else.
  ninelives::InitResult init() { return ninelives::ok(continue_with(Fill{})); }
  void handle_continue(const Fill&) { fill(pool_, false); }
  void handle_call(const Ready&) {}

 private:
  std::string pool_;
};

int main(int argc, char** argv) { return ninelives::serve<BootWorker>(argc, argv); }
