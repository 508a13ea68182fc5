// `collector [drifts]`: with that word it sets its timer as one should not.
#include <ninelives/serve.hpp>

#include "collector_server.hpp"

int main(int argc, char** argv) { return ninelives::serve<periodic::Collector>(argc, argv); }
