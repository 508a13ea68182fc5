#include "tests/storm/epoch.hpp"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <thread>

#include <ninelives/node.hpp>

#include "ipc/box_view.hpp"
#include "ipc/launch_environment.hpp"
#include "supervisor/os/descendants.hpp"
#include "supervisor/os/pidfd.hpp"
#include "tests/storm/speaker.hpp"
#include "tests/support/processes.hpp"
#include "tests/support/trees.hpp"
#include "tests/support/wait_until.hpp"

namespace ninelives::storm {
namespace {

using namespace std::chrono_literals;

// A client that is told to end finishes the one call that it is at.
constexpr std::chrono::milliseconds last_call =
    std::chrono::duration_cast<std::chrono::milliseconds>(patience) + 15s;

const std::string many_restarts = "intensity = 1000000\nperiod = \"1s\"";

// The last word of its name in the roster; the others say where it has its place.
std::string member(std::string_view name) {
  const auto part = std::ranges::find(roster, name, &Part::name);
  const auto number = std::to_string(part - roster.begin());
  const std::string mailbox = part->keeps_mailbox ? "keep" : "drop";
  return test::worker(name.substr(name.rfind('/') + 1), {test::test_program("storm_server"), number},
                      "mailbox = \"" + mailbox + '"');
}

std::string tree(const std::string& name, bool with_vandal) {
  const std::string deck =
      test::supervisor("deck", {member("crew/deck/third"), member("crew/deck/watchman")}, many_restarts);
  std::vector<std::string> children{member("first"),
                                    test::supervisor("crew", {member("crew/second"), deck}, many_restarts),
                                    member("watcher")};
  if (with_vandal)
    children.push_back(test::worker("vandal", {test::test_program("storm_vandal")}, "shutdown = \"1s\""));
  return test::tree_named(name, children, many_restarts);
}

// A supervisor below the root lets go of boxes whose slots are free when it has 32 of them
// (Rows::give_notice), each of which is mapped in two parts.
constexpr std::size_t mappings_of_boxes = std::size_t{2} * 32;

// Workers and supervisors.
std::vector<std::string_view> all_names() {
  std::vector<std::string_view> names(supervisors.begin(), supervisors.end());
  for (const Part& part : roster) names.push_back(part.name);
  return names;
}

ipc::TableView open_table(const std::filesystem::path& directory) {
  auto files = ipc::NodeFiles::open(directory);
  if (!files) throw std::runtime_error(files.error().text);
  auto table = ipc::TableView::open(*files);
  if (!table) throw std::runtime_error(table.error().text);
  return std::move(*table);
}

std::string first_line_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

std::string who_waits(pid_t pid) {
  const std::filesystem::path proc = "/proc/" + std::to_string(pid);
  return "process " + std::to_string(pid) + ", system call " + first_line_of(proc / "syscall") + ", in " +
         first_line_of(proc / "wchan");
}

}  // namespace

Epoch::Epoch(const test::Sandbox& sandbox, unsigned number, std::uint64_t seed, bool with_vandal)
    : sandbox_(sandbox),
      name_("storm" + std::to_string(number)),
      book_(sandbox / (name_ + ".book")),
      dice_(seed),
      with_vandal_(with_vandal),
      node_(sandbox, tree(name_, with_vandal),
            {{env_book, book_.string()},
             {env_rampage, rampage_file().string()},
             {env_seed, std::to_string(seed)}}),
      audit_(book_, with_vandal) {
  node_.wait_for_start(with_vandal ? "vandal" : "watcher");
  directory_ = node_.directory();
  table_.emplace(open_table(directory_));
  if (with_vandal_) tell_vandal("stop", "stopped");
  walk_all_ways();
  slots_before_ = slots_in_use_when_settled(all_names().size() + 1 + (with_vandal_ ? 1 : 0));
  for (const std::string_view name : all_names()) {
    test::Footprint footprint = test::footprint_of(node_, pid_of(name));
    footprint.files = std::numeric_limits<std::size_t>::max();  // looked at by name
    // The doors of supervisors, opened when they are first found asleep.
    footprint.root_descriptors += supervisors.size();
    footprint.worker_descriptors += supervisors.size() + 1;
    footprints_.emplace(name, footprint);
  }
  for (const std::string_view name : supervisors) footprints_.at(name).worker_mappings += mappings_of_boxes;
  files_ = files();
  if (with_vandal_) {
    sandbox_.write(rampage_file().filename().string(), "");
    tell_vandal("start", "running");
  }
  launch_clients();
}

std::vector<std::string> Epoch::findings() const {
  std::vector<std::string> all = audit_.findings();
  all.insert(all.end(), complaints_.begin(), complaints_.end());
  return all;
}

void Epoch::tell_vandal(const std::string& verb, std::string_view then) {
  const auto told = sandbox_.ninelives({verb, "vandal", "--node", name_});
  if (told.code != 0) return complain("ninelives " + verb + " vandal: " + told.err);
  node_.wait_for_state("vandal", then);
}

// ---- who is who

pid_t Epoch::pid_of(std::string_view name) const {
  const auto owner = table_->find(name);
  return owner ? static_cast<pid_t>(table_->row(owner->slot).os_pid.load()) : 0;
}

std::uint64_t Epoch::lives_of(Actor worker) const {
  const auto owner = table_->find(name_of(worker));
  return owner ? table_->state(owner->slot).incarnation - owner->owner_inc + 1 : 0;
}

bool Epoch::lives(Actor actor, std::uint64_t life) const {
  if (!is_worker(actor)) return !killed_clients_.contains(actor);
  const auto owner = table_->find(name_of(actor));
  return owner && !table_->state(owner->slot).is_over(life);
}

std::size_t Epoch::slots_in_use() const {
  std::size_t in_use = 0;
  for (Slot slot = 0; slot < table_->rows(); ++slot)
    in_use += table_->state(slot).state != ipc::RowState::free;
  return in_use;
}

// The root frees what it can whenever somebody attaches, and else in growing steps.
std::size_t Epoch::slots_in_use_when_settled(std::size_t wanted) const {
  test::wait_until([&] {
    {
      const auto nudge = Node::attach(name_);
    }
    return test::wait_until([&] { return slots_in_use() <= wanted; }, 200ms);
  });
  return slots_in_use();
}

// ---- clients

void Epoch::launch(Client& client) {
  client.actor = next_client_++;
  client.program = std::make_unique<test::Program>(
      test::ProgramPlan{.command = {test::test_program("storm_client"), std::to_string(client.actor),
                                    client.manner, std::to_string(dice_.upto(1'000'000'000))},
                        .environment = {{env_book, book_.string()}}});
}

void Epoch::launch_clients() {
  std::vector<std::string> manners{"caller", "caster", "visitor", "caller", "caster", "visitor"};
  if (with_vandal_) manners.push_back("provoker");
  for (const std::string& manner : manners) launch(clients_.emplace_back(Client{.manner = manner}));
}

// None ends by itself in the middle of a storm.
void Epoch::replace_dead_clients() {
  for (Client& client : clients_) {
    if (!client.program->ends_within(0ms)) continue;
    const auto ended = client.program->wait();
    if (!killed_clients_.contains(client.actor)) {
      killed_clients_.insert(client.actor);
      complain("client " + std::to_string(client.actor) + " (" + client.manner + ") ended with code " +
               std::to_string(ended.code) + ", signal " + std::to_string(ended.signal) + ": " + ended.err);
    }
    launch(client);
  }
}

void Epoch::end_clients() {
  for (const Client& client : clients_) client.program->signal(SIGTERM);
  const auto until = Clock::now() + last_call;
  for (const Client& client : clients_) {
    const auto left = std::max(until - Clock::now(), Clock::duration::zero());
    if (client.program->ends_within(std::chrono::duration_cast<std::chrono::milliseconds>(left))) continue;
    complain("client " + std::to_string(client.actor) + " (" + client.manner +
             ") hangs: " + who_waits(client.program->pid()));
    client.program->signal(SIGKILL);
  }
  for (const Client& client : clients_) {
    const auto ended = client.program->wait();
    // A visitor may find no node any more; and one that has just been launched cannot take a SIGTERM yet.
    const bool fine =
        ended.code == 0 || killed_clients_.contains(client.actor) || root_killed_ || ended.signal == SIGTERM;
    if (!fine)
      complain("client " + std::to_string(client.actor) + " ended with " + std::to_string(ended.code) +
               ", signal " + std::to_string(ended.signal) + ": " + ended.err);
  }
  clients_.clear();
}

// Everybody meets everybody once, while nobody is killed.
void Epoch::walk_all_ways() {
  Client guide{.manner = "guide"};
  launch(guide);
  if (!guide.program->ends_within(last_call)) {
    return complain("the guide hangs: " + who_waits(guide.program->pid()));
  }
  const auto ended = guide.program->wait();
  if (ended.code != 0) complain("the guide ended with " + std::to_string(ended.code) + ": " + ended.err);
}

// ---- faults

void Epoch::rage(Clock::time_point until, const std::function<void()>& progress) {
  Clock::time_point next_look = Clock::now();
  while (Clock::now() < until) {
    const Fault fault = dice_.next_fault();
    wait_until_time(std::min(until, Clock::now() + (with_vandal_ ? 8 * fault.pause : fault.pause)));
    strike(fault);
    replace_dead_clients();
    if (Clock::now() < next_look) continue;
    next_look = Clock::now() + 1s;
    audit_.read_on();
    progress();
  }
}

void Epoch::wait_until_time(Clock::time_point time) {
  while (Clock::now() < time) {
    auto next = time;
    for (const Stopped& stopped : stopped_) next = std::min(next, stopped.until);
    std::this_thread::sleep_until(next);
    continue_those_due(Clock::now());
  }
}

// Where a vandal does the damage, it is the only one to be killed: it may well hang by its own doing.
void Epoch::strike(const Fault& fault) {
  if (with_vandal_) return strike_child("vandal", {.blow = Fault::Blow::kill});
  switch (fault.victim) {
    case Fault::Victim::worker:
      return strike_child(name_of(fault.which % roster.size()), fault);
    case Fault::Victim::supervisor:
      return strike_supervisor(supervisors[fault.which % supervisors.size()], fault);
    case Fault::Victim::client: {
      const Client& client = clients_[fault.which % clients_.size()];
      if (fault.blow == Fault::Blow::kill) killed_clients_.insert(client.actor);
      return strike_at(client.program->pidfd(), fault);
    }
    case Fault::Victim::root:
      ++blows_.root_stops;
      return strike_at(node_.root().pidfd(), fault);
  }
}

void Epoch::strike_child(std::string_view name, const Fault& fault) {
  const ipc::UniqueFd process = process_of(name);
  if (process && have_booted_above(name)) strike_at(process.get(), fault);
}

// Whoever dies while its supervisor boots makes that fail, and those that had started before it are stopped:
// what waits for them is lost then, as it is with every stop, and nobody could tell what else was. Asked
// after the process was opened: one that an earlier life of the supervisor had launched dies anyway.
bool Epoch::have_booted_above(std::string_view name) const {
  return std::ranges::all_of(supervisors, [&](std::string_view supervisor) {
    if (!name.starts_with(std::string(supervisor) + '/')) return true;
    const auto owner = table_->find(supervisor);
    return owner && table_->state(owner->slot).state == ipc::RowState::running;
  });
}

void Epoch::strike_supervisor(std::string_view name, const Fault& fault) {
  const std::uint64_t before = blows_.kills;
  strike_child(name, fault);
  blows_.supervisor_kills += blows_.kills - before;
}

ipc::UniqueFd Epoch::process_of(std::string_view name) const {
  const auto row = test::NodeTable(directory_).find(name);
  return row ? test::open_child(*row, node_.root_pid()) : ipc::UniqueFd();
}

void Epoch::strike_at(int pidfd, const Fault& fault) {
  if (test::has_died(pidfd, 0ms)) return;
  if (fault.blow == Fault::Blow::kill) {
    ++blows_.kills;
    supervisor::send_signal(pidfd, SIGKILL);
    return;
  }
  ++blows_.stops;
  stopped_.push_back({Clock::now() + fault.stopped, ipc::UniqueFd(::fcntl(pidfd, F_DUPFD_CLOEXEC, 0))});
  supervisor::send_signal(pidfd, SIGSTOP);
}

void Epoch::continue_those_due(Clock::time_point now) {
  std::erase_if(stopped_, [now](const Stopped& stopped) {
    if (stopped.until > now) return false;
    supervisor::send_signal(stopped.pidfd.get(), SIGCONT);
    return true;
  });
}

void Epoch::continue_all() { continue_those_due(Clock::time_point::max()); }

// ---- ends

void Epoch::end_calmly() {
  continue_all();
  replace_dead_clients();
  if (with_vandal_) tell_vandal("stop", "stopped");
  end_clients();
  if (!complaints_.empty()) return;  // who hangs now makes all that follows hang, too
  walk_all_ways();
  check_losses();
  check_footprints();
  if (with_vandal_) assess_damage();
  const auto stopped = node_.stop();
  if (stopped.code != 0) complain("the node ended with " + std::to_string(stopped.code) + ": " + stopped.err);
  check_exits();
  check_nothing_is_left();
}

// Its clients are outside of the tree: they find out by themselves that the node has ended, and none hangs.
void Epoch::end_by_killing_the_root() {
  audit_.read_on();
  audit_.node_was_killed();
  root_killed_ = true;
  std::map<std::string_view, ipc::UniqueFd> children;
  for (const std::string_view name : all_names()) {
    if (auto process = process_of(name)) children.emplace(name, std::move(process));
  }
  ++blows_.kills;
  node_.root().signal(SIGKILL);
  static_cast<void>(node_.wait());
  for (const auto& [name, process] : children) {
    if (!test::has_died(process.get())) complain(std::string(name) + " has survived its root");
  }
  continue_all();
  end_clients();
  audit_.read_on();
  for (const auto& open : audit_.unfinished(
           [&](Actor actor, std::uint64_t life) { return !is_worker(actor) && lives(actor, life); })) {
    complain(open);
  }
  check_exits();
}

// ---- checks

void Epoch::check_losses() {
  const Audit::Lives alive = [this](Actor actor, std::uint64_t life) { return lives(actor, life); };
  // What the dead have left is drained before their slots are free.
  const std::size_t slots = slots_in_use_when_settled(slots_before_);
  if (slots > slots_before_) {
    complain(std::to_string(slots) + " slots are in use, and " + std::to_string(slots_before_) + " before");
  }
  test::wait_until([&] {
    audit_.read_on();
    return audit_.unfinished(alive).empty() && audit_.missing_downs(alive).empty() && losses_are_excused();
  });
  for (const auto& what : audit_.unfinished(alive)) complain(what);
  for (const auto& what : audit_.missing_downs(alive)) complain(what);
  for (Actor actor = 0; actor < roster.size(); ++actor) {
    if (!roster[actor].keeps_mailbox) continue;
    lost_ += audit_.lost_to(actor);
    bound_ += lives_of(actor) - 1;
    if (is_excused(actor)) continue;
    complain(std::to_string(audit_.lost_to(actor)) + " messages to " + std::string(name_of(actor)) +
             " are lost, which has died " + std::to_string(lives_of(actor) - 1) + " times");
    for (const auto& what : audit_.losses(actor)) complain("lost: " + what);
  }
}

// One for each death: the message that was being handled.
bool Epoch::is_excused(Actor receiver) const {
  return !roster[receiver].keeps_mailbox || audit_.lost_to(receiver) <= lives_of(receiver) - 1;
}

bool Epoch::losses_are_excused() const {
  for (Actor actor = 0; actor < roster.size(); ++actor) {
    if (!is_excused(actor)) return false;
  }
  return true;
}

// Nobody but us has killed anybody: a SIGSEGV, an exception or an abort is a finding. Who dies with its
// supervisor is said to have been killed.
void Epoch::check_exits() {
  for (const auto& event : node_.events().all()) {
    if (event.event == "start_failed") complain(event.child + " could not be launched: " + event.reason);
    if (event.event != "exited" || event.child == "vandal") continue;
    const bool ours = event.reason.find("signal(9)") != std::string::npos || event.reason == "shutdown";
    const bool with_supervisor = !event.supervisor.empty() && event.reason == "killed";
    if (!ours && !with_supervisor)
      complain(event.child + " (process " + std::to_string(event.pid) + ") ended: " + event.reason);
  }
}

void Epoch::assess_damage() {
  const auto files = ipc::NodeFiles::open(directory_);
  for (Actor actor = 0; files && actor < roster.size(); ++actor) {
    const auto owner = table_->find(name_of(actor));
    const auto box = owner ? ipc::BoxView::open(*files, *owner) : ipc::fault("no such worker");
    if (!box) return complain("the box of " + std::string(name_of(actor)) + ": " + box.error().text);
    damage_.rings_closed += box->status().closed_rings.load();
    damage_.bad_messages += box->status().bad_messages.load();
  }
  for (const auto& event : node_.events().of("vandal")) {
    const bool ours = event.reason.find("signal(9)") != std::string::npos;
    damage_.own_deaths += event.event == "exited" && !ours && event.reason != "shutdown";
  }
}

void Epoch::check_footprints() {
  for (const auto& [name, before] : footprints_) {
    const auto after = test::settled_footprint(node_, pid_of(name), before);
    if (after.fits_into(before)) continue;
    std::ostringstream text;
    text << name << " before: " << before << "; after: " << after;
    complain(text.str());
  }
  for (const std::string_view name : supervisors) {
    if (!test::wait_until([&] { return test::zombies_below(pid_of(name)) == 0; })) {
      complain(std::string(name) + " has zombies");
    }
  }
  std::vector<std::string> added;
  test::wait_until([&] { return (added = files_added()).empty(); });
  for (const std::string& file : added) complain("a file that was not there before: " + file);
}

// Arenas come with large messages and belong to a life: one of the present and one of the last may be beside
// each ring. Those are left out.
std::set<std::string> Epoch::files() const {
  constexpr int arenas_of_a_ring = 2;
  std::map<std::filesystem::path, int> arenas;  // by the path of the ring
  std::set<std::string> found;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator file(directory_, error), end; !error && file != end;
       file.increment(error)) {
    const auto arena = ipc::NodeFiles::parse_arena(file->path().filename().string());
    const bool belongs =
        arena && ++arenas[file->path().parent_path() / to_string(arena->first)] <= arenas_of_a_ring;
    if (belongs) continue;
    found.insert(file->path().lexically_relative(directory_).string());
  }
  return found;
}

// What a vandal leaves in its own name, beside rings that it has made nonsense of, is there until its slot is
// free.
std::vector<std::string> Epoch::files_added() const {
  const auto owner = table_->find("vandal");
  const std::string its_own = owner ? "/" + ipc::to_string(*owner) + "." : "/vandal";
  std::vector<std::string> added;
  for (const std::string& file : files()) {
    if (!files_.contains(file) && file.find(its_own) == std::string::npos) added.push_back(file);
  }
  return added;
}

void Epoch::check_nothing_is_left() {
  const auto directories = sandbox_.node_directories();
  if (std::ranges::find(directories, directory_) != directories.end())
    complain("the node's directory is left");
  const std::vector<std::string> marker{std::string(ipc::env_node) + "=" + directory_.string()};
  const auto sweep = supervisor::kill_marked(marker);
  if (!sweep.killed.empty()) complain(std::to_string(sweep.killed.size()) + " processes are left");
}

}  // namespace ninelives::storm
