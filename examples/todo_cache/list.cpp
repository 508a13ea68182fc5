// `list MILLISECONDS`: the server of one list, which may be idle for so long.
#include <ninelives/serve.hpp>

#include "todo_server.hpp"

int main(int argc, char** argv) { return ninelives::serve<todo::TodoServer>(argc, argv); }
