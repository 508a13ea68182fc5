// kill -9 of a worker at random moments, while many call it and cast to it.
#include <catch2/catch.hpp>
#include <iostream>
#include <signal.h>
#include <thread>

#include <ninelives/node.hpp>

#include "ipc/table_view.hpp"
#include "supervisor/os/pidfd.hpp"
#include "tests/crash/footprint.hpp"
#include "tests/crash/ledger_clients.hpp"
#include "tests/crash/load.hpp"
#include "tests/support/processes.hpp"
#include "tests/support/trees.hpp"

namespace ninelives::test {
namespace {

std::string ledger_tree(const std::string& mailbox) {
  return tree_of({worker("ledger", {test_program("ledger")}, "mailbox = \"" + mailbox + '"')},
                 "intensity = 1000000\nperiod = \"1s\"");
}

// Finds the ledger's process in the table and kills it, again and again.
class Killer {
 public:
  Killer(RunningNode& node, std::uint64_t seed)
      : root_(node.root().pid()),
        files_(must(ipc::NodeFiles::open(node.directory()))),
        table_(must(ipc::TableView::open(files_))),
        slot_(table_.find("ledger").value().slot),
        moments_(seed, std::chrono::milliseconds(20)) {}

  pid_t victim() const { return static_cast<pid_t>(table_.row(slot_).os_pid.load()); }

  // The number of kills.
  std::uint64_t run(std::chrono::seconds duration) {
    const auto until = std::chrono::steady_clock::now() + duration;
    std::uint64_t kills = 0;
    while (std::chrono::steady_clock::now() < until) kills += kill_one();
    return kills;
  }

 private:
  template <class T>
  static T must(ipc::Result<T> result) {
    if (!result) throw std::runtime_error(result.error().text);
    return std::move(*result);
  }

  bool kill_one() {
    const pid_t pid = victim();
    const ipc::UniqueFd pidfd = supervisor::open_pidfd(pid);
    // Once the descriptor is open the number cannot become a stranger's any more.
    if (!pidfd || parent_of(pid) != root_) return false;
    std::this_thread::sleep_for(moments_.next());
    if (has_died(pidfd.get(), std::chrono::milliseconds(0))) return false;
    supervisor::send_signal(pidfd.get(), SIGKILL);
    return has_died(pidfd.get());
  }

  pid_t root_;
  ipc::NodeFiles files_;
  ipc::TableView table_;
  Slot slot_;
  RandomMoments moments_;
};

struct Results {
  std::uint64_t kills = 0;
  std::vector<LedgerCaller> callers = std::vector<LedgerCaller>(3);
  std::vector<LedgerSender> senders{{.sender = 1}, {.sender = 2}};
};

Results under_fire(Killer& killer) {
  Results results;
  std::atomic<bool> stop = false;
  {
    std::vector<std::jthread> clients;
    for (auto& caller : results.callers) clients.emplace_back([&] { caller.run(stop); });
    for (auto& sender : results.senders) clients.emplace_back([&] { sender.run(stop); });
    results.kills = killer.run(crash_duration());
    stop = true;
  }
  return results;
}

void print(const Results& results) {
  std::cout << results.kills << " kills";
  for (const auto& caller : results.callers) {
    std::cout << "; " << caller.replies << " replies, " << caller.downs << " down, " << caller.noprocs
              << " noproc";
  }
  for (const auto& sender : results.senders) {
    std::cout << "; " << sender.last << " casts, " << sender.refused.size() << " refused";
  }
  std::cout << '\n';
}

}  // namespace

TEST_CASE("a worker that is killed under load loses at most what it was handling") {
  const bool keeps = GENERATE(true, false);
  const auto seed = crash_seed();
  CAPTURE(keeps, seed);
  std::cout << "NINELIVES_SEED=" << seed << (keeps ? ", mailbox keep\n" : ", mailbox drop\n");

  const Sandbox sandbox;
  const std::string file = sandbox / "ledger";
  RunningNode node(sandbox, ledger_tree(keeps ? "keep" : "drop"), {{"LEDGER", file}});
  node.wait_for_start("ledger");
  Killer killer(node, seed);
  const Footprint before = footprint_of(node, killer.victim());

  const Results results = under_fire(killer);
  print(results);
  CHECK(results.kills > 0);

  std::uint64_t lost = 0;
  for (const auto& caller : results.callers) {
    CHECK(caller.failures == std::vector<std::string>{});
    CHECK(caller.replies > 0);
    if (keeps) CHECK(caller.noprocs == 0);
    lost += caller.downs;
  }
  for (const auto& sender : results.senders) {
    const LedgerAccount account = audit(file, sender);
    CHECK(sender.failures == std::vector<std::string>{});
    CHECK(account.out_of_order == 0);
    CHECK(account.last == sender.last);
    lost += account.missing;
  }
  std::cout << lost << " messages lost\n";
  if (keeps) CHECK(lost <= results.kills);

  const Footprint after = settled_footprint(node, killer.victim(), before);
  CAPTURE(before, after);
  std::cout << "before: " << before << "\nafter:  " << after << '\n';
  CHECK(after.fits_into(before));
  CHECK(node.stop().code == 0);
}

}  // namespace ninelives::test
