// A worker that starts well and exits with 3 as soon as it has: its first message is its own. The argument is
// its name.
#include <stdexcept>
#include <unistd.h>

#include <ninelives/serve.hpp>

struct Fall {};

struct DoomedApi {
  using Casts = ninelives::Casts<Fall>;
};

class Doomed : public ninelives::GenServer<DoomedApi> {
 public:
  Doomed(int, char** argv) : name_(argv[1]) {}
  void init() {
    const auto sent = ninelives::whereis<DoomedApi>(name_).cast(Fall{});
    if (!sent) throw std::runtime_error(sent.error().text);
  }
  void handle_cast(const Fall&) { ::_exit(3); }

 private:
  const char* name_;
};

int main(int argc, char** argv) { return ninelives::serve<Doomed>(argc, argv); }
