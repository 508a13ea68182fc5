#include "tests/worker/parrot.hpp"

#include <ninelives/serve.hpp>

int main(int argc, char** argv) { return ninelives::serve<ninelives::test::Parrot>(argc, argv); }
