// One game as a server: it passes moves on to the core, and looks at the clock.
#pragma once
#include <chrono>
#include <cstdlib>

#include <ninelives/genserver.hpp>

#include "api.hpp"

namespace islands {

struct TooSlow {};

class GameServer : public ninelives::GenServer<GameApi, ninelives::Timers<TooSlow>> {
 public:
  explicit GameServer(std::chrono::milliseconds for_a_turn) : for_a_turn_(for_a_turn) {}
  GameServer(int argc, char** argv)
      : GameServer(std::chrono::milliseconds(argc > 1 ? std::atol(argv[1]) : 60000)) {}

  std::expected<void, Illegal> handle_call(const Place& place) {
    auto placed = game_.place(place.player, place.shape, place.corner);
    if (placed && game_.has_begun()) begin_turn();
    return placed;
  }
  ninelives::CallResult<std::expected<Shot, Illegal>> handle_call(const Guess& guess) {
    auto shot = game_.guess(guess.player, guess.cell);
    if (game_.is_over()) return ninelives::stop(ninelives::ExitReason::normal(), shot);
    if (shot) begin_turn();  // an illegal move gains no time
    return ninelives::reply(shot);
  }
  Player handle_call(const Turn&) { return game_.turn(); }
  ninelives::Result handle_info(const TooSlow&) {
    game_.forfeit_turn();
    if (game_.is_over()) return ninelives::stop(ninelives::ExitReason::shutdown("nobody plays"));
    begin_turn();
    return ninelives::noreply();
  }

 private:
  // The timer of the turn before, if it still runs, is replaced.
  void begin_turn() { set_timer("turn", for_a_turn_, TooSlow{}); }

  std::chrono::milliseconds for_a_turn_;
  Game game_;
};

}  // namespace islands
