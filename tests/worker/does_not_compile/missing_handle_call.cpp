// error: Server declares a call with M, but has no public handle_call(const M&)
#include "kv.hpp"
struct Kv : ninelives::GenServer<KvApi> {
  void handle_cast(const Put&) {}
};
int main(int argc, char** argv) { return ninelives::serve<Kv>(argc, argv); }
