// error: Server's init() returns neither void nor a ninelives::InitResult
#include "kv.hpp"
struct Kv : ninelives::GenServer<KvApi> {
  bool init() { return true; }
  std::string handle_call(const Get&) { return ""; }
  void handle_cast(const Put&) {}
};
int main(int argc, char** argv) { return ninelives::serve<Kv>(argc, argv); }
