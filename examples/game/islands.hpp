// The pure core: the rules of Islands, for two players. No process, no message, no clock.
#pragma once
#include <algorithm>
#include <array>
#include <boost/describe.hpp>
#include <compare>
#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace islands {

enum class Player : std::uint8_t { one, two };
BOOST_DESCRIBE_ENUM(Player, one, two)

enum class Shape : std::uint8_t { dot, square, l_shape };
BOOST_DESCRIBE_ENUM(Shape, dot, square, l_shape)

enum class Illegal : std::uint8_t {
  off_the_board,
  overlaps,
  has_begun,
  not_begun,
  not_your_turn,
  guessed_before,
  is_over
};
BOOST_DESCRIBE_ENUM(Illegal, off_the_board, overlaps, has_begun, not_begun, not_your_turn, guessed_before,
                    is_over)

struct Cell {
  int row = 1, column = 1;  // from 1 to 10
  friend auto operator<=>(const Cell&, const Cell&) = default;
};
BOOST_DESCRIBE_STRUCT(Cell, (), (row, column))

struct Shot {
  bool hit = false;
  std::optional<Shape> forested = {};  // the island of which this was the last cell
  bool won = false;
  friend bool operator==(const Shot&, const Shot&) = default;
};
BOOST_DESCRIBE_STRUCT(Shot, (), (hit, forested, won))

// One player's islands, and what the other one has guessed.
class Board {
 public:
  // An island that is there already is moved.
  std::expected<void, Illegal> place(Shape shape, Cell corner) {
    std::set<Cell> cells;
    for (const Cell& offset : offsets_of(shape))
      cells.insert({corner.row + offset.row, corner.column + offset.column});
    if (!std::ranges::all_of(cells, is_on_board)) return std::unexpected(Illegal::off_the_board);
    auto is_in_the_way = [&](const auto& island) {
      auto is_there = [&](Cell cell) { return island.second.contains(cell); };
      return island.first != shape && std::ranges::any_of(cells, is_there);
    };
    if (std::ranges::any_of(islands_, is_in_the_way)) return std::unexpected(Illegal::overlaps);
    islands_[shape] = std::move(cells);
    return {};
  }
  bool has_all() const { return islands_.size() == 3; }
  std::expected<Shot, Illegal> guess(Cell cell) {
    if (!is_on_board(cell)) return std::unexpected(Illegal::off_the_board);
    if (!guesses_.insert(cell).second) return std::unexpected(Illegal::guessed_before);
    Shot shot{.won = true};
    for (const auto& [shape, cells] : islands_) {
      const bool hit = cells.contains(cell), forested = std::ranges::includes(guesses_, cells);
      shot.hit |= hit;
      if (hit && forested) shot.forested = shape;
      shot.won &= forested;
    }
    return shot;
  }

 private:
  static bool is_on_board(Cell cell) {
    return std::min(cell.row, cell.column) >= 1 && std::max(cell.row, cell.column) <= 10;
  }
  static std::vector<Cell> offsets_of(Shape shape) {
    switch (shape) {
      case Shape::dot:
        return {{0, 0}};
      case Shape::square:
        return {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
      case Shape::l_shape:
        return {{0, 0}, {1, 0}, {2, 0}, {2, 1}};
    }
    return {};
  }

  std::map<Shape, std::set<Cell>> islands_;
  std::set<Cell> guesses_;
};

// It begins when both have placed all islands, and is over when one has won, or nobody has played for some
// turns.
class Game {
 public:
  std::expected<void, Illegal> place(Player player, Shape shape, Cell corner) {
    if (has_begun()) return std::unexpected(Illegal::has_begun);
    return board(player).place(shape, corner);
  }
  std::expected<Shot, Illegal> guess(Player player, Cell cell) {
    if (!has_begun()) return std::unexpected(Illegal::not_begun);
    if (over_) return std::unexpected(Illegal::is_over);
    if (player != turn_) return std::unexpected(Illegal::not_your_turn);
    auto shot = board(other(player)).guess(cell);
    if (shot) next_turn(0, shot->won);
    return shot;
  }
  void forfeit_turn() { next_turn(forfeited_ + 1, forfeited_ + 1 == 6); }

  bool has_begun() const { return boards_[0].has_all() && boards_[1].has_all(); }
  bool is_over() const { return over_; }
  Player turn() const { return turn_; }

 private:
  static Player other(Player player) { return player == Player::one ? Player::two : Player::one; }
  Board& board(Player player) { return boards_[std::to_underlying(player)]; }
  void next_turn(int forfeited, bool over) {
    forfeited_ = forfeited;
    over_ = over;
    turn_ = other(turn_);
  }

  std::array<Board, 2> boards_;
  Player turn_ = Player::one;
  int forfeited_ = 0;  // turns in a row
  bool over_ = false;
};

}  // namespace islands
