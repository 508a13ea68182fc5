// error: Server's handle_cast(const M&) returns neither void nor a ninelives::Result
#include "kv.hpp"
struct Kv : ninelives::GenServer<KvApi> {
  std::string handle_call(const Get&) { return ""; }
  int handle_cast(const Put&) { return 0; }
};
int main(int argc, char** argv) { return ninelives::serve<Kv>(argc, argv); }
