#include <ninelives/serve.hpp>

#include "tests/worker/parrot.hpp"

int main(int argc, char** argv) { return ninelives::serve<ninelives::test::Parrot>(argc, argv); }
