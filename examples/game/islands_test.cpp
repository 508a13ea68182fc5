#include "islands.hpp"

#include <catch2/catch.hpp>

#include <ninelives/test.hpp>

#include "game_server.hpp"

using namespace std::chrono_literals;
using namespace islands;

namespace {

// At the same places for each player.
const std::map<Shape, Cell> layout{{Shape::dot, {1, 4}}, {Shape::square, {1, 1}}, {Shape::l_shape, {4, 1}}};
// Their cells, the dot first.
const std::vector<Cell> land{{1, 4}, {1, 1}, {1, 2}, {2, 1}, {2, 2}, {4, 1}, {5, 1}, {6, 1}, {6, 2}};

Game begun() {
  Game game;
  for (const Player player : {Player::one, Player::two}) {
    for (const auto& [shape, corner] : layout) REQUIRE(game.place(player, shape, corner));
  }
  return game;
}

ninelives::Ref<GameApi> start(ninelives::test::Node& node) {
  node.start<GameServer>("game", 30s);
  auto game = ninelives::whereis<GameApi>("game");
  for (const Player player : {Player::one, Player::two}) {
    for (const auto& [shape, corner] : layout) REQUIRE(game.call(Place{player, shape, corner}).value());
  }
  return game;
}

}  // namespace

TEST_CASE(
    "game: an island lies on the board and on no other island, and may be moved until the game begins") {
  Game game;
  CHECK(game.place(Player::one, Shape::l_shape, {9, 1}).error() == Illegal::off_the_board);
  CHECK(game.place(Player::one, Shape::square, {1, 0}).error() == Illegal::off_the_board);
  REQUIRE(game.place(Player::one, Shape::square, {1, 1}));
  CHECK(game.place(Player::one, Shape::dot, {2, 2}).error() == Illegal::overlaps);
  CHECK(game.place(Player::two, Shape::dot, {2, 2}));
  CHECK(game.place(Player::one, Shape::square, {2, 2}));
  CHECK(game.place(Player::one, Shape::dot, {1, 1}));
  CHECK(begun().place(Player::one, Shape::dot, {9, 9}).error() == Illegal::has_begun);
}

TEST_CASE("game: guesses are taken in turns, and an illegal one leaves the turn where it is") {
  CHECK(Game().guess(Player::one, {1, 1}).error() == Illegal::not_begun);
  Game game = begun();
  CHECK(game.guess(Player::two, {1, 1}).error() == Illegal::not_your_turn);
  CHECK(game.guess(Player::one, {11, 1}).error() == Illegal::off_the_board);
  CHECK(game.guess(Player::one, {10, 10}) == Shot{});
  CHECK(game.guess(Player::one, {1, 1}).error() == Illegal::not_your_turn);
  CHECK(game.guess(Player::two, {10, 10}) == Shot{});
  CHECK(game.guess(Player::one, {10, 10}).error() == Illegal::guessed_before);
  CHECK(game.turn() == Player::one);
}

TEST_CASE("game: an island is forested with its last cell, and the game is won with the last island") {
  Game game = begun();
  CHECK(game.guess(Player::one, land[0]) == Shot{true, Shape::dot, false});
  for (std::size_t i = 1; i < land.size(); ++i) {
    CHECK_FALSE(game.is_over());
    CHECK(game.guess(Player::two, {10, static_cast<int>(i)}) == Shot{});
    CHECK(game.guess(Player::one, land[i])->won == (i == land.size() - 1));
  }
  CHECK(game.is_over());
  CHECK(game.guess(Player::two, {9, 9}).error() == Illegal::is_over);
}

TEST_CASE("game: who is too slow forfeits the turn, and an illegal guess gains no time") {
  ninelives::test::Node node;
  const auto game = start(node);
  node.advance(29s);
  CHECK(game.call(Guess{Player::two, {1, 1}})->error() == Illegal::not_your_turn);
  CHECK(game.call(Turn{}) == Player::one);
  node.advance(1s);
  CHECK(game.call(Turn{}) == Player::two);
  node.advance(29s);
  CHECK(game.call(Guess{Player::two, {1, 4}}).value() == Shot{true, Shape::dot, false});
  node.advance(29s);
  CHECK(game.call(Turn{}) == Player::one);  // whose time has begun with the guess
  node.advance(1s);
  CHECK(game.call(Turn{}) == Player::two);
}

TEST_CASE("game: nobody's time runs before all islands are placed") {
  ninelives::test::Node node;
  node.start<GameServer>("game", 30s);
  node.advance(1h);
  CHECK(ninelives::whereis<GameApi>("game").call(Turn{}) == Player::one);
}

TEST_CASE("game: a game that nobody plays ends after six forfeited turns in a row") {
  ninelives::test::Node node;
  const auto game = start(node);
  node.advance(150s);
  CHECK(game.call(Guess{Player::two, {10, 10}}).value());  // after five
  node.advance(179s);
  CHECK(node.is_alive("game"));
  node.advance(1s);
  CHECK(node.reason("game") == ninelives::ExitReason::shutdown("nobody plays"));
}

TEST_CASE("game: the winner is told, and the game is over") {
  ninelives::test::Node node;
  const auto game = start(node);
  for (const Cell cell : land) {
    CHECK(game.call(Guess{Player::one, cell})->value().won == (cell == land.back()));
    node.advance(30s);  // two is too slow
  }
  CHECK(node.reason("game") == ninelives::ExitReason::normal());
}
