// Every small supervisor in every small trouble, against OTP's supervisor as it is written down in otp.hpp:
// every strategy, every restart type of every child, whoever ends and however, whichever are down already,
// whichever start fails afterwards and how often, and every intensity that matters.
#include <array>
#include <catch2/catch.hpp>
#include <deque>
#include <string>
#include <vector>

#include "tests/supervisor/core/twins.hpp"

namespace ninelives::supervisor::test {

namespace {

using Start = Otp::Start;

constexpr std::array restarts{Restart::permanent, Restart::transient, Restart::temporary};
constexpr std::array groups{Strategy::one_for_one, Strategy::rest_for_one, Strategy::one_for_all};
const std::vector<Ending> every_ending{Ending::normal, Ending::shutdown, Ending::shutdown_with_text,
                                       Ending::killed, Ending::abnormal};
// One of each sort: what a stop may end with is not the same for all clean ones.
const std::vector<Ending> each_sort{Ending::normal, Ending::shutdown, Ending::abnormal};
const std::vector<Ending> clean_or_not{Ending::normal, Ending::abnormal};
const std::vector<std::deque<Start>> troubles{{Start::fails}, {Start::fails, Start::fails}, {Start::ignores}};

std::string id_of(std::size_t child) { return {static_cast<char>('a' + child)}; }

// Calls `with` with each choice of `count` out of the values, one after the other.
template <class Values, class With>
void for_each_combination(const Values& values, std::size_t count, With with) {
  std::vector<std::size_t> choice(count, 0);
  for (;;) {
    std::vector<typename Values::value_type> chosen;
    for (const std::size_t index : choice) chosen.push_back(values[index]);
    with(chosen);
    std::size_t digit = 0;
    while (digit < count && ++choice[digit] == values.size()) choice[digit++] = 0;
    if (digit == count) return;
  }
}

std::vector<ChildSpec> children_of(const std::vector<Restart>& types) {
  std::vector<ChildSpec> children;
  children.reserve(types.size());
  for (const Restart type : types) children.push_back(worker(id_of(children.size()), type));
  return children;
}

std::string words(const SupervisorSpec& spec, const std::vector<ChildSpec>& children) {
  std::string text = (spec.dynamic ? "dynamic" : to_string(spec.strategy)) + ", intensity " +
                     std::to_string(spec.intensity) + ", auto_shutdown " + to_string(spec.auto_shutdown) +
                     ":";
  for (const ChildSpec& child : children) {
    text += " " + child.id + " " + to_string(child.restart) + (child.significant ? " significant" : "");
  }
  return text;
}

// One history, and what it is called if the two differ in it.
class Trial {
 public:
  // The children of a dynamic supervisor come by start_child.
  Trial(const SupervisorSpec& spec, const std::vector<ChildSpec>& children)
      : twins_(spec), what_(words(spec, children)) {
    if (!is_dynamic(spec)) return;
    for (const ChildSpec& child : children) twins_.start_child(child);
  }

  void is_down(const std::string& id) {
    twins_.terminate_child(id);
    what_ += "; " + id + " is down";
  }
  void troubles(const std::string& id, const std::deque<Start>& starts) {
    twins_.next_starts(id, starts);
    what_ += "; " + id + "'s starts have troubles";
  }
  void exits(const std::string& id, Ending ending) {
    what_ += "; " + id + " exits " + std::string(to_string(ending));
    twins_.exits(id, ending);
    twins_.tries_again();
    check();
  }
  // The other one when so many starts and stops after the first death are done.
  void exits(const std::string& id, Ending ending, const std::string& other, Ending other_ending,
             int operations) {
    what_ += "; " + id + " exits " + std::string(to_string(ending)) + " and after " +
             std::to_string(operations) + " operations " + other + " exits " +
             std::string(to_string(other_ending));
    twins_.exit_one_after_the_other(id, ending, other, other_ending, operations);
    twins_.tries_again();
    check();
  }
  bool runs(const std::string& id) const { return twins_.is_alive() && twins_.runs(id); }

 private:
  void check() {
    const std::string difference = twins_.difference();
    if (!difference.empty()) FAIL(what_ << "\n" << difference);
  }

  Twins twins_;
  std::string what_;
};

// A supervisor and the children that it has, or, if it is dynamic, is to have.
struct Household {
  SupervisorSpec spec;
  std::vector<ChildSpec> children;
};

Household household(Strategy strategy, unsigned intensity, const std::vector<ChildSpec>& children) {
  return {{.strategy = strategy, .intensity = intensity, .children = children}, children};
}

// Each victim, each ending, each set of siblings that are down, each child that is in trouble when it is
// started.
int try_everything_with(const Household& household, const std::vector<Ending>& endings) {
  const std::size_t count = household.children.size();
  int trials = 0;
  const auto attempt = [&](std::size_t victim, std::size_t down, Ending ending, std::size_t trouble) {
    Trial trial(household.spec, household.children);
    for (std::size_t child = 0; child < count; ++child) {
      if ((down >> child & 1U) != 0) trial.is_down(id_of(child));
    }
    if (trouble > 0) {
      trial.troubles(id_of((trouble - 1) / troubles.size()), troubles[(trouble - 1) % troubles.size()]);
    }
    trial.exits(id_of(victim), ending);
    ++trials;
  };
  for (std::size_t victim = 0; victim < count; ++victim) {
    for (std::size_t down = 0; down < (std::size_t{1} << count); ++down) {
      if ((down >> victim & 1U) != 0) continue;
      for (const Ending ending : endings) {
        for (std::size_t trouble = 0; trouble <= count * troubles.size(); ++trouble) {
          attempt(victim, down, ending, trouble);
        }
      }
    }
  }
  return trials;
}

// Each pair of victims, the second one dying at each point of what follows from the first death.
int try_every_pair_in(const Household& household, const std::vector<Ending>& endings) {
  const std::size_t count = household.children.size();
  // One start of each child and one stop; the rest of what can follow is the same again.
  const int points = static_cast<int>(2 * count);
  int trials = 0;
  for (std::size_t victim = 0; victim < count; ++victim) {
    for (std::size_t other = 0; other < count; ++other) {
      if (other == victim) continue;
      for (const Ending ending : endings) {
        for (const Ending other_ending : endings) {
          for (int point = 0; point <= points; ++point) {
            Trial trial(household.spec, household.children);
            trial.exits(id_of(victim), ending, id_of(other), other_ending, point);
            ++trials;
          }
        }
      }
    }
  }
  return trials;
}

// What only shows with four: all permanent but for one child, and pairs of each type.
std::vector<std::vector<Restart>> types_of_four() {
  std::vector<std::vector<Restart>> all;
  for (const Restart first : restarts) {
    for (const Restart other : restarts) all.push_back({first, first, other, other});
    for (std::size_t odd = 0; odd < 4 && first != Restart::permanent; ++odd) {
      all.emplace_back(4, Restart::permanent);
      all.back()[odd] = first;
    }
  }
  return all;
}

// The children that can be significant, in each combination.
std::vector<std::vector<ChildSpec>> significances(const std::vector<ChildSpec>& children) {
  std::vector<std::vector<ChildSpec>> all;
  for (std::size_t chosen = 1; chosen < (std::size_t{1} << children.size()); ++chosen) {
    std::vector<ChildSpec> some = children;
    bool is_allowed = true;
    for (std::size_t child = 0; child < some.size(); ++child) {
      some[child].significant = (chosen >> child & 1U) != 0;
      is_allowed = is_allowed && !(some[child].significant && some[child].restart == Restart::permanent);
    }
    if (is_allowed) all.push_back(some);
  }
  return all;
}

}  // namespace

TEST_CASE("One to three children, whatever happens to one of them, are restarted as OTP does", "[core]") {
  int trials = 0;
  for (std::size_t count = 1; count <= 3; ++count) {
    for_each_combination(restarts, count, [&](const std::vector<Restart>& types) {
      for (const Strategy strategy : groups) {
        for (const unsigned intensity : {0U, 1U, 3U}) {
          trials += try_everything_with(household(strategy, intensity, children_of(types)), every_ending);
        }
      }
    });
  }
  CHECK(trials == 157'680);
}

TEST_CASE("Four children, whatever happens to one of them, are restarted as OTP does", "[core]") {
  for (const std::vector<Restart>& types : types_of_four()) {
    for (const Strategy strategy : groups)
      try_everything_with(household(strategy, 2, children_of(types)), clean_or_not);
  }
}

TEST_CASE("Dynamic children, whatever happens to one of them, are restarted as OTP and Elixir do", "[core]") {
  for (std::size_t count = 1; count <= 2; ++count) {
    for_each_combination(restarts, count, [&](const std::vector<Restart>& types) {
      for (const unsigned intensity : {0U, 1U, 3U}) {
        try_everything_with({dynamic(intensity), children_of(types)}, every_ending);
        const bool are_all_the_same = types.front() == types.back();
        if (are_all_the_same)
          try_everything_with({simple(worker("template", types.front()), intensity), children_of(types)},
                              every_ending);
      }
    });
  }
}

TEST_CASE("Two or three children, two of which die at once, are restarted as OTP does", "[core]") {
  for (std::size_t count = 2; count <= 3; ++count) {
    for_each_combination(restarts, count, [&](const std::vector<Restart>& types) {
      for (const Strategy strategy : groups) {
        for (const unsigned intensity : {1U, 3U}) {
          try_every_pair_in(household(strategy, intensity, children_of(types)), each_sort);
        }
      }
    });
  }
}

TEST_CASE("Significant children end their supervisor when they do under OTP", "[core]") {
  for (std::size_t count = 1; count <= 3; ++count) {
    for_each_combination(restarts, count, [&](const std::vector<Restart>& types) {
      for (const std::vector<ChildSpec>& children : significances(children_of(types))) {
        for (const Strategy strategy : groups) {
          for (const auto mode : {AutoShutdown::any_significant, AutoShutdown::all_significant}) {
            Household significant = household(strategy, 3, children);
            significant.spec.auto_shutdown = mode;
            try_every_pair_in(significant, clean_or_not);
          }
        }
      }
    });
  }
}

}  // namespace ninelives::supervisor::test
