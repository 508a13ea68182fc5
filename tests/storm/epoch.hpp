// One node in the storm, from its start to its end, with the clients outside of it: `ninelives run` and real
// processes. An epoch ends in one of two ways: calm, where everybody is let go on, finishes and is checked,
// and the node stops in order; or with a SIGKILL for the root, after which nothing may be left alive. Either
// way the next epoch must find a clean place. A book belongs to one epoch.
#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ipc/table_view.hpp"
#include "tests/crash/footprint.hpp"
#include "tests/storm/audit.hpp"
#include "tests/storm/faults.hpp"
#include "tests/support/running_node.hpp"

namespace ninelives::storm {

struct Blows {
  std::uint64_t kills = 0;
  std::uint64_t stops = 0;
  std::uint64_t supervisor_kills = 0;  // below the root
  std::uint64_t root_stops = 0;
};

// What a vandal has achieved, as far as anybody can tell.
struct Damage {
  std::uint64_t rings_closed = 0;  // by the others, because they made no sense
  std::uint64_t bad_messages = 0;  // that nobody could decode
  std::uint64_t own_deaths = 0;    // of the vandal, by its own doing
};

class Epoch {
 public:
  Epoch(const test::Sandbox& sandbox, unsigned number, std::uint64_t seed, bool with_vandal);
  Epoch(const Epoch&) = delete;
  Epoch& operator=(const Epoch&) = delete;

  // Faults until then; `progress` is called often.
  void rage(std::chrono::steady_clock::time_point until, const std::function<void()>& progress);
  void end_calmly();
  void end_by_killing_the_root();

  const Blows& blows() const { return blows_; }
  const Damage& damage() const { return damage_; }
  const Counters& counters() const { return audit_.counters(); }
  std::uint64_t lost() const { return lost_; }    // known after a calm end
  std::uint64_t bound() const { return bound_; }  // of what may have been lost
  std::vector<std::string> findings() const;
  std::filesystem::path book() const { return book_; }
  std::filesystem::path events() const { return sandbox_ / (name_ + ".events"); }

 private:
  using Clock = std::chrono::steady_clock;
  struct Client {
    std::string manner;
    Actor actor = 0;
    std::unique_ptr<test::Program> program = nullptr;
  };
  struct Stopped {
    Clock::time_point until;
    ipc::UniqueFd pidfd;
  };

  void tell_vandal(const std::string& verb, std::string_view then);

  std::filesystem::path rampage_file() const { return sandbox_ / (name_ + ".rampage"); }

  // clients
  void launch(Client& client);
  void launch_clients();
  void replace_dead_clients();
  void end_clients();
  void walk_all_ways();

  // faults
  void strike(const Fault& fault);
  void strike_child(std::string_view name, const Fault& fault);
  ipc::UniqueFd process_of(std::string_view name) const;
  bool have_booted_above(std::string_view name) const;
  void strike_supervisor(std::string_view name, const Fault& fault);
  void strike_at(int pidfd, const Fault& fault);
  void continue_those_due(Clock::time_point now);
  void continue_all();
  void wait_until_time(Clock::time_point time);

  // checks
  void complain(std::string what) { complaints_.push_back(std::move(what)); }
  bool lives(Actor actor, std::uint64_t life) const;
  void check_losses();
  bool is_excused(Actor receiver) const;
  bool losses_are_excused() const;
  void check_exits();
  void assess_damage();
  void check_footprints();
  std::set<std::string> files() const;
  std::vector<std::string> files_added() const;
  void check_nothing_is_left();
  std::size_t slots_in_use() const;
  std::size_t slots_in_use_when_settled(std::size_t wanted) const;
  pid_t pid_of(std::string_view name) const;
  std::uint64_t lives_of(Actor worker) const;

  const test::Sandbox& sandbox_;
  std::string name_;
  std::filesystem::path book_;
  Dice dice_;
  bool with_vandal_;
  bool root_killed_ = false;
  test::RunningNode node_;
  std::filesystem::path directory_;
  std::optional<ipc::TableView> table_;
  Audit audit_;
  std::vector<Client> clients_;
  std::set<Actor> killed_clients_;
  Actor next_client_ = first_client;
  std::vector<Stopped> stopped_;
  std::map<std::string_view, test::Footprint> footprints_;  // before the storm, by name
  std::set<std::string> files_;                             // of the node, before the storm
  std::size_t slots_before_ = 0;
  Blows blows_;
  Damage damage_;
  std::uint64_t lost_ = 0;
  std::uint64_t bound_ = 0;
  std::vector<std::string> complaints_;
};

}  // namespace ninelives::storm
