// error: Server declares a cast of M, but has no public handle_cast(const M&)
#include "kv.hpp"
struct Kv : ninelives::GenServer<KvApi> {
  std::string handle_call(const Get&) { return ""; }
};
int main(int argc, char** argv) { return ninelives::serve<Kv>(argc, argv); }
