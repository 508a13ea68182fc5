// What can be said to a game. An illegal move is an answer like another: {"error": "not_your_turn"}.
#pragma once
#include <expected>

#include <ninelives/protocol.hpp>

#include "islands.hpp"

namespace islands {

struct Place {
  Player player = {};
  Shape shape = {};
  Cell corner;  // the upper left one
};
BOOST_DESCRIBE_STRUCT(Place, (), (player, shape, corner))

struct Guess {
  Player player = {};
  Cell cell;
};
BOOST_DESCRIBE_STRUCT(Guess, (), (player, cell))

struct Turn {};

struct GameApi {
  using Calls = ninelives::Calls<std::expected<void, Illegal>(Place), std::expected<Shot, Illegal>(Guess),
                                 Player(Turn)>;
};

}  // namespace islands
