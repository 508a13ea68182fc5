// Launching, when the launching supervisor may be killed between any two steps: no incarnation is used twice,
// and no slot ever has two living processes. The children of a dead supervisor die some time later
// (PR_SET_PDEATHSIG, prctl(2)); its parent kills and reaps them before it starts it again.
#include "tests/model/expect.hpp"

namespace ninelives::model {
namespace {

struct Rules {
  int launches = 3;
  int kills = 2;
  bool row_before_launch = true;
  bool waits_for_orphans = true;
  bool row_before_reaping = true;
};

enum class At : std::uint8_t { row, launch, watch, store_end, dead };

struct LaunchState {
  At at;
  std::uint8_t row;              // the incarnation that it names as starting
  std::uint8_t told_end;         // the incarnation whose end the row has told
  std::uint8_t living, zombies;  // a bit for each incarnation
  std::uint8_t used, used_twice, lost_status;
  std::uint8_t launches, kills;
};

class Launching {
 public:
  using State = LaunchState;
  explicit Launching(const Rules& rules) : rules_(rules) {}

  State initial() const {
    State state{};
    state.at = rules_.row_before_launch ? At::row : At::launch;
    return state;
  }

  const char* wrong(const State& state) const {
    if (state.used_twice) return "an incarnation is used twice";
    if ((state.living & (state.living - 1)) != 0) return "two living processes have one slot";
    return state.lost_status ? "nobody can tell any more how a life has ended" : nullptr;
  }
  const char* unfinished(const State&) const { return nullptr; }

  template <class Next>
  void steps(const State& now, Next&& next) const {
    auto go = [&](const char* who, const char* does, auto change) {
      State then = now;
      change(then);
      next(Step{who, 0, does}, then);
    };
    const auto bit = [](int incarnation) { return static_cast<std::uint8_t>(1 << incarnation); };
    const int launched = rules_.row_before_launch ? now.row : now.row + 1;
    switch (now.at) {
      case At::row:
        go("supervisor", "stores the row: starting",
           [&](State& s) { ++s.row, s.at = rules_.row_before_launch ? At::launch : At::watch; });
        break;
      case At::launch:
        go("supervisor", "launches", [&](State& s) {
          if ((now.used & bit(launched)) != 0) s.used_twice = 1;
          s.used |= bit(launched), s.living |= bit(launched);
          ++s.launches;
          s.at = rules_.row_before_launch ? At::watch : At::row;
        });
        break;
      case At::watch:
        if (now.zombies == 0 || now.launches >= rules_.launches) break;
        go("supervisor", rules_.row_before_reaping ? "stores the row: over, with the reason" : "reaps",
           [&](State& s) { end_life(s, rules_.row_before_reaping); });
        break;
      case At::store_end:
        go("supervisor", rules_.row_before_reaping ? "reaps" : "stores the row: over, with the reason",
           [&](State& s) {
             end_life(s, !rules_.row_before_reaping);
             s.at = rules_.row_before_launch ? At::row : At::launch;
           });
        break;
      case At::dead:
        if (now.living != 0) {
          go("parent", "sees an orphan die at last", [](State& s) { s.zombies |= s.living, s.living = 0; });
          if (!rules_.waits_for_orphans)
            go("parent", "starts the supervisor again", [&](State& s) { restart(s); });
        } else {
          go("parent", "stores the ends of the orphans, reaps them, starts the supervisor again",
             [&](State& s) {
               const bool knows = now.zombies != 0 || now.told_end == now.row || now.used == 0 ||
                                  (now.used & bit(now.row)) == 0;
               if (!knows) s.lost_status = 1;
               s.zombies = 0, s.told_end = now.row;
               restart(s);
             });
        }
        break;
    }
    if (now.living != 0 && now.at == At::watch) {
      State then = now;
      then.zombies |= then.living, then.living = 0;
      next(fault("child", now.row, "dies"), then);
    }
    if (now.at == At::dead || now.kills >= rules_.kills) return;
    State then = now;
    then.at = At::dead;
    ++then.kills;
    next(fault("supervisor", 0, "is killed"), then);
  }

 private:
  static void end_life(State& state, bool by_row) {
    if (by_row)
      state.told_end = state.row;
    else
      state.zombies = 0;
    state.at = At::store_end;
  }
  void restart(State& state) const { state.at = rules_.row_before_launch ? At::row : At::launch; }

  Rules rules_;
};

}  // namespace

TEST_CASE(
    "launch: no incarnation is used twice and no slot has two processes, wherever the supervisor is killed") {
  holds(Launching({.launches = 4, .kills = 3}));
}

TEST_CASE("launch fails when the process comes before the row") {
  fails(Launching({.row_before_launch = false}), "used twice");
}

TEST_CASE("launch fails when a supervisor is started again while orphans of the former one live") {
  fails(Launching({.waits_for_orphans = false}), "two living processes");
}

TEST_CASE("launch fails to tell how a life has ended when it is reaped before the row is stored") {
  fails(Launching({.row_before_reaping = false}), "how a life has ended");
}

}  // namespace ninelives::model
