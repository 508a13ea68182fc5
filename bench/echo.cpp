#include <ninelives/serve.hpp>

#include "echo_api.hpp"

class Echo : public ninelives::GenServer<EchoApi> {
 public:
  std::string handle_call(Lookup&& lookup) { return std::move(lookup.key); }
  std::uint64_t handle_call(const Count&) { return notes_; }
  void handle_cast(const Note&) { ++notes_; }

 private:
  std::uint64_t notes_ = 0;
};

int main(int argc, char** argv) { return ninelives::serve<Echo>(argc, argv); }
