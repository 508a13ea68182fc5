// `game MILLISECONDS`: the server of one game, in which a turn may take so long.
#include <ninelives/serve.hpp>

#include "game_server.hpp"

int main(int argc, char** argv) { return ninelives::serve<islands::GameServer>(argc, argv); }
