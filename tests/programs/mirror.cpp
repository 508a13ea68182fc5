#include "tests/programs/mirror.hpp"

#include <cstdlib>

#include <ninelives/serve.hpp>

class Mirror : public ninelives::GenServer<MirrorApi> {
 public:
  std::optional<std::string> handle_call(const Variable& variable) {
    const char* value = std::getenv(variable.name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  }
};

int main(int argc, char** argv) { return ninelives::serve<Mirror>(argc, argv); }
