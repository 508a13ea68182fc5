// `idle MS`
#include "idle.hpp"

#include <ninelives/serve.hpp>

int main(int argc, char** argv) { return ninelives::serve<Idle>(argc, argv); }
