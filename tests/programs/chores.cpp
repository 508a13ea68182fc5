#include "tests/programs/chores.hpp"

#include <stdexcept>
#include <unistd.h>

#include <ninelives/task.hpp>

namespace {

struct Chores {
  int operator()(const Double& job) const { return 2 * job.number; }
  void operator()(const Crash&) const { throw std::runtime_error("too hard"); }
  int operator()(const Sleep& job) const {
    ::usleep(static_cast<useconds_t>(job.ms) * 1000);
    return job.ms;
  }
  void operator()(const Hang&) const {
    for (;;) ::pause();
  }
};

}  // namespace

int main(int argc, char** argv) { return ninelives::serve_task<ChoresApi>(argc, argv, Chores()); }
