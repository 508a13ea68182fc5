// error: Server declares a timer with M, but has no public handle_info(const M&)
#include "kv.hpp"
struct Kv : ninelives::GenServer<KvApi, ninelives::Timers<Tick>> {
  std::string handle_call(const Get&) { return ""; }
  void handle_cast(const Put&) {}
};
int main(int argc, char** argv) { return ninelives::serve<Kv>(argc, argv); }
