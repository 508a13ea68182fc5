// `boot_task POOL [named]`: fills the pool, and is done.
#include <ninelives/task.hpp>

#include "fill.hpp"

int main(int argc, char** argv) {
  return ninelives::serve_task(argc, argv, [&] { fill(argv[1], argc > 2); });
}
