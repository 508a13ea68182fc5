#include "tests/programs/ledger.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <unistd.h>

#include <ninelives/serve.hpp>

class Ledger : public ninelives::GenServer<LedgerApi> {
 public:
  Ledger() : file_(::open(std::getenv("LEDGER"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {
    if (file_ < 0) throw std::runtime_error("cannot open the ledger");
  }
  void handle_cast(const Enter& enter) {
    const LedgerEntry entry{enter.sender, enter.number};
    if (::write(file_, &entry, sizeof entry) != sizeof entry)
      throw std::runtime_error("cannot write to the ledger");
  }
  std::uint64_t handle_call(const Repeat& repeat) { return repeat.number; }

 private:
  int file_;
};

int main(int argc, char** argv) { return ninelives::serve<Ledger>(argc, argv); }
