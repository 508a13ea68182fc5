// error: DeclaresContinue
#include "kv.hpp"
struct Kv : ninelives::GenServer<KvApi> {
  ninelives::InitResult init() { return ninelives::ok(continue_with(Load{})); }
  std::string handle_call(const Get&) { return ""; }
  void handle_cast(const Put&) {}
};
int main(int argc, char** argv) { return ninelives::serve<Kv>(argc, argv); }
