// The store as a server: thin callbacks over the pure core. `get` is a call, `put` a cast.
#include <ninelives/serve.hpp>

#include "api.hpp"
#include "store.hpp"

class Kv : public ninelives::GenServer<KvApi> {
 public:
  std::optional<std::string> handle_call(const Get& get) { return store_.get(get.key); }
  std::size_t handle_call(const Size&) { return store_.size(); }
  void handle_cast(Put&& put) { store_.put(std::move(put.key), std::move(put.value)); }

 private:
  Store store_;
};

int main(int argc, char** argv) { return ninelives::serve<Kv>(argc, argv); }
