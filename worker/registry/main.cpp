// ninelives-registry: a registry of processes, as a worker of a tree.
#include <ninelives/serve.hpp>

#include "worker/registry/server.hpp"

int main(int argc, char** argv) { return ninelives::serve<ninelives::registry::Server>(argc, argv); }
