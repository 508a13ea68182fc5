// The storm: `storm [--minutes N | --seconds N] [--seed S] [--vandal] [--keep DIR]`. Started by `./dev
// storm`, and for half a minute by the tests. Exits non-zero on a finding.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>

#include "tests/storm/epoch.hpp"
#include "tests/support/seed.hpp"

namespace ninelives::storm {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

struct Options {
  double minutes = 0.5;
  std::uint64_t seed = 0;
  bool vandal = false;
  std::string keep = {};  // where the books of epochs with findings go
};

// Of all epochs that are over.
struct Summary {
  unsigned epochs = 0;
  unsigned roots_killed = 0;
  Blows blows;
  Damage damage;
  Counters counters;
  std::uint64_t lost = 0, bound = 0;
  std::size_t findings = 0;

  void add(const Blows& more) {
    blows.kills += more.kills;
    blows.stops += more.stops;
    blows.root_stops += more.root_stops;
    blows.supervisor_kills += more.supervisor_kills;
  }
  void add(const Damage& more) {
    damage.rings_closed += more.rings_closed;
    damage.bad_messages += more.bad_messages;
    damage.own_deaths += more.own_deaths;
  }
  void add(const Counters& more) {
    counters.calls += more.calls;
    counters.casts += more.casts;
    counters.handled += more.handled;
    counters.downs_heard += more.downs_heard;
    counters.torn += more.torn;
    for (const auto& [outcome, count] : more.outcomes) counters.outcomes[outcome] += count;
  }
};

class Storm {
 public:
  explicit Storm(Options options)
      : options_(std::move(options)),
        dice_(options_.seed),
        begin_(Clock::now()),
        end_(begin_ + std::chrono::milliseconds(static_cast<long>(options_.minutes * 60'000))) {}

  int run() {
    while (Clock::now() < end_ && summary_.findings == 0) run_epoch();
    if (options_.vandal && summary_.findings == 0) require_damage();
    print_summary();
    return summary_.findings == 0 ? 0 : 1;
  }

 private:
  // The last epoch ends calmly: only then is it known what was lost. The first of several does not.
  void run_epoch() {
    Epoch epoch(sandbox_, ++summary_.epochs, dice_.upto(~std::uint64_t{0} - 1), options_.vandal);
    const auto length = seconds(4 + static_cast<long>(dice_.upto(8)));
    const bool is_last = Clock::now() + length + seconds(8) >= end_;
    const bool kill_root = (dice_.chance(50) || summary_.epochs == 1) && !is_last && !options_.vandal;
    epoch.rage(is_last ? end_ : Clock::now() + length, [&] { print_progress(epoch); });
    if (kill_root) {
      epoch.end_by_killing_the_root();
      ++summary_.roots_killed;
    } else {
      epoch.end_calmly();
    }
    conclude(epoch);
  }

  void conclude(const Epoch& epoch) {
    summary_.add(epoch.blows());
    summary_.add(epoch.damage());
    summary_.add(epoch.counters());
    summary_.lost += epoch.lost();
    summary_.bound += epoch.bound();
    const auto findings = epoch.findings();
    summary_.findings += findings.size();
    constexpr std::size_t most = 30;
    for (std::size_t i = 0; i < std::min(findings.size(), most); ++i)
      std::cout << "FINDING: " << findings[i] << '\n';
    std::error_code ignored;
    if (!findings.empty() && !options_.keep.empty()) {
      const std::filesystem::path keep = options_.keep;
      std::filesystem::create_directories(keep, ignored);
      const auto overwrite = std::filesystem::copy_options::overwrite_existing;
      std::filesystem::copy(epoch.book(), keep, overwrite, ignored);
      std::filesystem::copy(epoch.events(), keep, overwrite, ignored);
      std::cout << "its book and its events are in " << options_.keep << '\n';
    }
    std::filesystem::remove(epoch.book(), ignored);
  }

  void print_progress(const Epoch& epoch) {
    constexpr auto interval = seconds(10);
    if (Clock::now() < next_progress_) return;
    next_progress_ = Clock::now() + interval;
    const auto elapsed = std::chrono::duration_cast<seconds>(Clock::now() - begin_).count();
    std::printf("%4ld s  epoch %u: %lu kills, %lu stops, %lu calls, %lu casts, %lu handled, %zu findings\n",
                static_cast<long>(elapsed), summary_.epochs, epoch.blows().kills, epoch.blows().stops,
                epoch.counters().calls, epoch.counters().casts, epoch.counters().handled,
                epoch.findings().size());
    std::fflush(stdout);
  }

  void print_summary() const {
    const Blows& blows = summary_.blows;
    std::cout << summary_.epochs << " epochs, " << summary_.roots_killed << " ended by killing the root\n"
              << blows.kills << " kills (" << blows.supervisor_kills << " of supervisors below the root), "
              << blows.stops << " stops (" << blows.root_stops << " of the root)\n"
              << summary_.counters.calls << " calls, " << summary_.counters.casts << " casts, "
              << summary_.counters.handled << " handled, " << summary_.counters.downs_heard
              << " ends heard of\n"
              << summary_.lost << " messages lost, of at most " << summary_.bound
              << " that were being handled at a kill\noutcomes:";
    for (const auto& [outcome, count] : summary_.counters.outcomes) {
      std::cout << ' ' << count << ' ' << to_string(outcome) << ';';
    }
    if (options_.vandal) print_damage();
    std::cout << '\n' << summary_.findings << " findings (seed " << options_.seed << ")\n";
  }

  // A vandal that nobody has noticed has shown nothing.
  void require_damage() {
    const Damage& damage = summary_.damage;
    if (damage.rings_closed + damage.bad_messages + summary_.counters.torn > 0) return;
    ++summary_.findings;
    std::cout << "FINDING: the vandal has done no damage\n";
  }

  void print_damage() const {
    const Damage& damage = summary_.damage;
    std::cout << "\nthe vandal: " << damage.rings_closed << " rings closed, " << damage.bad_messages
              << " messages that nobody could decode, " << summary_.counters.torn << " torn, "
              << damage.own_deaths << " deaths by its own doing";
  }

  Options options_;
  Dice dice_;
  test::Sandbox sandbox_;
  Clock::time_point begin_, end_, next_progress_;
  Summary summary_;
};

}  // namespace
}  // namespace ninelives::storm

int main(int argc, char** argv) {
  ninelives::storm::Options options{.seed = ninelives::test::seed()};
  CLI::App app(
      "Kills, stops and continues everybody at random, under load, and checks what the mailbox promises");
  app.add_option("--minutes", options.minutes, "how long");
  app.add_option_function<double>(
      "--seconds", [&](double seconds) { options.minutes = seconds / 60; }, "how long");
  app.add_option("--seed", options.seed, "of the faults; how processes interleave is the machine's affair");
  app.add_flag("--vandal", options.vandal, "instead: a worker that scribbles over all memory that it shares");
  app.add_option("--keep", options.keep, "where to put the book and the events of an epoch with findings");
  CLI11_PARSE(app, argc, argv);
  std::cout << "NINELIVES_SEED=" << options.seed << std::endl;
  try {
    return ninelives::storm::Storm(std::move(options)).run();
  } catch (const std::exception& thrown) {
    std::cout << "FINDING: " << thrown.what() << std::endl;
    return 1;
  }
}
