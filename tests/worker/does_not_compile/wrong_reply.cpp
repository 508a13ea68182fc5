// error: Server's handle_call(const M&) returns something else than the reply that Calls declares for M
#include "kv.hpp"
struct Kv : ninelives::GenServer<KvApi> {
  int* handle_call(const Get&) { return nullptr; }
  void handle_cast(const Put&) {}
};
int main(int argc, char** argv) { return ninelives::serve<Kv>(argc, argv); }
