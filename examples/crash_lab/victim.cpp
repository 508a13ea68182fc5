#include <ninelives/serve.hpp>

#include "victim_server.hpp"

int main(int argc, char** argv) { return ninelives::serve<crash_lab::Victim>(argc, argv); }
