#include "supervisor/os/contract.hpp"

#include <cstdio>
#include <cstdlib>

namespace ninelives::supervisor {

void broken_contract(const std::string& sentence) {
  std::fprintf(stderr, "ninelives: broken contract: %s\n", sentence.c_str());
  std::abort();
}

}  // namespace ninelives::supervisor
