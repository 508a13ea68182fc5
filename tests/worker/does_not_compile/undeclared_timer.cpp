// error: DeclaresTimer
#include "kv.hpp"
struct Kv : ninelives::GenServer<KvApi> {
  void init() { send_after(std::chrono::seconds(1), Tick{}); }
  std::string handle_call(const Get&) { return ""; }
  void handle_cast(const Put&) {}
};
int main(int argc, char** argv) { return ninelives::serve<Kv>(argc, argv); }
