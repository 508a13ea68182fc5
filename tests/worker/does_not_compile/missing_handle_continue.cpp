// error: Server declares a continue with M, but has no public handle_continue(const M&)
#include "kv.hpp"
struct Kv : ninelives::GenServer<KvApi, ninelives::Continues<Load>> {
  std::string handle_call(const Get&) { return ""; }
  void handle_cast(const Put&) {}
};
int main(int argc, char** argv) { return ninelives::serve<Kv>(argc, argv); }
