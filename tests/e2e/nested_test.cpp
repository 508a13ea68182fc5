// Supervisors below the root, each a process of its own: what follows from their ends and those of their
// children.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fcntl.h>
#include <future>
#include <signal.h>
#include <sys/stat.h>

#include <ninelives/node.hpp>
#include <ninelives/supervisor.hpp>

#include "supervisor/os/pidfd.hpp"
#include "tests/e2e/family.hpp"
#include "tests/programs/gate.hpp"
#include "tests/programs/leaver.hpp"
#include "tests/programs/talker.hpp"
#include "tests/support/processes.hpp"
#include "tests/support/running_node.hpp"
#include "tests/support/trees.hpp"

namespace ninelives::test {
namespace {

using namespace std::chrono_literals;

const std::string often = "intensity = 1000000\nperiod = \"1s\"\n";

// The children in the order in which they came to the event.
std::string order_of(std::string_view event, const EventFile& events) {
  std::string order;
  for (const SeenEvent& seen : events.all()) {
    if (seen.event == event) order += (order.empty() ? "" : " ") + seen.child;
  }
  return order;
}

Node attach() {
  auto node = Node::attach();
  if (!node) throw std::runtime_error(node.error());
  return std::move(*node);
}

template <class P, class M>
auto call_in_thread(const std::string& name, const M& message) {
  return std::async(std::launch::async, [name, message] {
    const Node node = attach();
    return whereis<P>(name).call(message, patience);
  });
}

std::string talker(std::string_view id, std::string_view more = {}) {
  return worker(id, {test_program("talker")}, more);
}

// Three levels: a, then middle with b, low with c and d, and e, then f.
const std::string three_levels =
    tree_of({sleeper("a"),
             supervisor("middle", {talker("b"), supervisor("low", {talker("c"), sleeper("d")}), talker("e")}),
             sleeper("f")});

}  // namespace

TEST_CASE("a tree of supervisors starts from left to right and from below, and stops the other way round") {
  const Sandbox sandbox;
  RunningNode node(sandbox, three_levels);
  node.wait_for_start("f");
  CHECK(node.stop().code == 0);
  CHECK(order_of("started", node.events()) ==
        "a middle/b middle/low/c middle/low/d middle/low middle/e middle f");
  CHECK(order_of("stopping", node.events()) ==
        "f middle middle/e middle/low middle/low/d middle/low/c middle/b a");
  CHECK(order_of("exited", node.events()) ==
        "f middle/e middle/low/d middle/low/c middle/low middle/b middle a");
  for (const SeenEvent& seen : node.events().all()) {
    if (seen.event == "exited") CHECK(seen.reason == "shutdown");
  }
  CHECK(sandbox.node_directories().empty());
}

TEST_CASE(
    "a supervisor that is killed takes all below it along, and all of it comes again in the same slots") {
  const Sandbox sandbox;
  RunningNode node(sandbox, three_levels);
  node.wait_for_start("f");
  const std::vector<std::string> below{"middle",       "middle/b",     "middle/low",
                                       "middle/low/c", "middle/low/d", "middle/e"};
  std::vector<SeenRow> before;
  std::vector<ipc::UniqueFd> processes;
  for (const std::string& name : below) {
    before.push_back(node.table().row(name));
    processes.push_back(open_child(before.back(), node.root().pid()));
    REQUIRE(processes.back());
  }
  node.kill_child("middle");
  for (const auto& process : processes) CHECK(has_died(process.get()));
  node.events().wait_for("started", "middle", 2);

  for (const SeenRow& former : before) {
    CAPTURE(former.name);
    const SeenRow now = node.table().row(former.name);
    CHECK(now.pid.slot == former.pid.slot);
    CHECK(now.pid.incarnation == former.pid.incarnation + 1);
    CHECK(now.state == ipc::RowState::running);
    const bool is_it = former.name == "middle";
    CHECK(node.events().wait_for("exited", former.name).reason == (is_it ? "signal(9)" : "killed"));
    CHECK(node.events().wait_for("exited", former.name).pid == former.os_pid);
  }
  CHECK(node.events().story_of("a") == "starting started");
  CHECK(node.events().story_of("f") == "starting started");
  CHECK(wait_until([&] { return zombies_below(node.root().pid()) == 0; }));
  CHECK(node.stop().code == 0);
}

// ---- mailboxes

TEST_CASE(
    "what waits for somebody below a killed supervisor is handled by its next life, unless it is dropped") {
  const bool keeps = GENERATE(true, false);
  CAPTURE(keeps);
  const Sandbox sandbox;
  const auto pipe = sandbox / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  RunningNode running(
      sandbox,
      tree_of({supervisor(
          "middle", {supervisor("low", {worker("gate", {test_program("gate")},
                                               keeps ? R"(mailbox = "keep")" : R"(mailbox = "drop")")})})}),
      {{"COUNTED", sandbox / "counted"}});
  running.wait_for_start("middle");
  const Node node = attach();
  const auto gate = whereis<GateApi>("middle/low/gate");
  REQUIRE(gate.call(HowMany{}).value() == 0);
  REQUIRE(gate.cast(WaitAt{pipe}));
  for (int i = 0; i < 100; ++i) REQUIRE(gate.cast(Count{}));
  REQUIRE(wait_until([&] { return std::filesystem::exists(pipe.string() + ".reached"); }));
  auto waiting = call_in_thread<GateApi>("middle/low/gate", HowMany{});

  running.kill_child("middle");
  running.events().wait_for("started", "middle", 2);
  CHECK(gate.call(HowMany{}).value() == (keeps ? 100 : 0));
  const auto answer = waiting.get();
  if (keeps) {
    CHECK(answer.value() == 100);
  } else if (!answer) {
    const auto kind = answer.error().kind;
    CHECK((kind == CallError::Kind::down || kind == CallError::Kind::dropped ||
           kind == CallError::Kind::noproc));
  }
}

TEST_CASE("callers and watchers of somebody below a killed supervisor hear of its end") {
  const Sandbox sandbox;
  RunningNode running(sandbox, tree_of({talker("watcher"), supervisor("middle", {talker("talker")})}));
  running.wait_for_start("middle");
  const Node node = attach();
  const auto watcher = whereis<TalkerApi>("watcher");
  const auto below = whereis<TalkerApi>("middle/talker");
  REQUIRE(watcher.call(Watch{"middle/talker"}));
  REQUIRE(watcher.call(Watch{"middle"}));
  auto taken = call_in_thread<TalkerApi>("middle/talker", Later{1});
  REQUIRE(wait_until([&] { return below.call(Waiting{}).value() == 1; }));

  running.kill_child("middle");
  const auto answer = taken.get();
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == CallError::Kind::down);
  CHECK(to_string(answer.error().reason) == "killed");
  const std::vector<std::string> all{"middle down: signal(9)", "middle/talker down: killed"};
  CHECK(wait_until([&] {
    auto heard = watcher.call(Heard{}).value();
    std::ranges::sort(heard);
    return heard == all;
  }));
  CHECK(below.call(Now{2}).value() == 2);
}

TEST_CASE("what a supervisor was asked when it is killed is answered by its next life, or ends in down") {
  const Sandbox sandbox;
  RunningNode running(
      sandbox, tree_of({supervisor("middle", {program("deaf", {test_program("deaf"), sandbox / "is-deaf"},
                                                      R"(shutdown = "infinity")"),
                                              sleeper("calm")})}));
  running.wait_for_start("middle");
  REQUIRE(wait_until([&] { return std::filesystem::exists(sandbox / "is-deaf"); }));
  // Taken, and not answered before the child has ended.
  auto taken = call_in_thread<SupervisorApi>("middle", supervision::TerminateChild{"deaf"});
  running.events().wait_for("stopping", "middle/deaf");
  running.kill_child("middle");
  const auto answer = taken.get();
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == CallError::Kind::down);

  running.events().wait_for("started", "middle", 2);
  const Node node = attach();
  const auto done = whereis<SupervisorApi>("middle").call(supervision::TerminateChild{"calm"}, patience);
  REQUIRE(done);
  CHECK(done->has_value());
  CHECK(running.table().row("middle/calm").state == ipc::RowState::stopped);
  // Which is not known to its next life: that has the spec of the tree.
  running.kill_child("middle");
  running.events().wait_for("started", "middle", 3);
  CHECK(running.table().row("middle/calm").state == ipc::RowState::running);
}

// ---- strategies above

TEST_CASE(
    "a supervisor in a one_for_all group is stopped in order with it, and ends the group when it is killed") {
  const Sandbox sandbox;
  RunningNode node(sandbox,
                   tree_of({talker("a"), supervisor("middle", {talker("b"), sleeper("c")}), sleeper("z")},
                           R"(strategy = "one_for_all")"));
  node.wait_for_start("z");
  SECTION("somebody else in the group is killed") {
    node.kill_child("a");
    node.events().wait_for("started", "z", 2);
    CHECK(order_of("stopping", node.events()) == "z middle middle/c middle/b");
    CHECK(node.events().wait_for("exited", "middle").reason == "shutdown");
    CHECK(node.events().wait_for("exited", "middle/c").reason == "shutdown");
  }
  SECTION("the supervisor is killed") {
    node.kill_child("middle");
    node.events().wait_for("started", "z", 2);
    CHECK(order_of("stopping", node.events()) == "z a");
    CHECK(node.events().wait_for("exited", "middle").reason == "signal(9)");
    CHECK(node.events().wait_for("exited", "middle/c").reason == "killed");
  }
  const std::string once = "a middle/b middle/c middle z";
  CHECK(order_of("started", node.events()) == once + " " + once);
  CHECK(node.stop().code == 0);
}

TEST_CASE("a killed supervisor in a rest_for_one group takes along only those that were started after it") {
  const Sandbox sandbox;
  RunningNode node(sandbox, tree_of({talker("a"), supervisor("middle", {talker("b")}), sleeper("z")},
                                    R"(strategy = "rest_for_one")"));
  node.wait_for_start("z");
  node.kill_child("middle");
  node.events().wait_for("started", "z", 2);
  CHECK(order_of("started", node.events()) == "a middle/b middle z middle/b middle z");
  CHECK(order_of("stopping", node.events()) == "z");
  CHECK(node.events().story_of("a") == "starting started");
  CHECK(node.stop().code == 0);
}

// ---- ends of its own

TEST_CASE("a supervisor that gives up ends with shutdown, after which only a permanent one is restarted") {
  const std::string restart = GENERATE("permanent", "transient", "temporary");
  CAPTURE(restart);
  const Sandbox sandbox;
  RunningNode running(
      sandbox, tree_of({supervisor("middle", {talker("other"), worker("leaver", {test_program("leaver")})},
                                   "intensity = 0\nrestart = \"" + restart + '"'),
                        sleeper("z")}));
  running.wait_for_start("z");
  const Node node = attach();
  REQUIRE(whereis<LeaverApi>("middle/leaver").cast(Exit{3}));
  CHECK(running.events().wait_for("exited", "middle").reason == "shutdown");
  CHECK(running.events().wait_for("gave_up", "middle/leaver").reason == "exit(3)");
  CHECK(running.events().wait_for("exited", "middle/other").reason == "shutdown");
  if (restart == "permanent") {
    running.events().wait_for("started", "middle", 2);
    CHECK(whereis<TalkerApi>("middle/other").call(Now{1}).value() == 1);
    CHECK(running.table().row("middle/other").pid.incarnation == 2);
  } else {
    running.events().wait_for(restart == "transient" ? "stopped" : "gone", "middle");
    const auto call = whereis<TalkerApi>("middle/other").call(Now{1});
    REQUIRE_FALSE(call);
    CHECK(call.error().kind == CallError::Kind::noproc);
    CHECK(running.events().count("restarting", "middle") == 0);
  }
  CHECK(running.events().story_of("z") == "starting started");
}

TEST_CASE(
    "what keeps failing below goes up level by level until the node gives up, and its last line says why") {
  const Sandbox sandbox;
  RunningNode node(
      sandbox,
      tree_of({sleeper("good"),
               supervisor("middle",
                          {supervisor("low", {worker("bad", {test_program("doomed"), "middle/low/bad"})},
                                      "intensity = 1\nperiod = \"60s\"")},
                          "intensity = 1\nperiod = \"60s\"")},
              "intensity = 1\nperiod = \"60s\""));
  const Ended root = node.wait();
  CHECK(root.code == 1);
  CHECK(
      lines_of(root.err).back() ==
      "ninelives: node n gave up: \"middle\" needed more than 1 restarts within 1min, the last time because "
      "of shutdown");
  CHECK(node.events().count("started", "middle/low/bad") == 8);
  CHECK(node.events().count("gave_up", "middle/low/bad") == 4);
  CHECK(node.events().count("gave_up", "middle/low") == 2);
  CHECK(node.events().count("gave_up", "middle") == 1);
  CHECK(node.events().wait_for("stopped", "good").reason == "shutdown");
  CHECK(sandbox.node_directories().empty());
}

TEST_CASE("the end of a significant child goes up through supervisors that are significant themselves") {
  const Sandbox sandbox;
  const std::string significant = "restart = \"transient\"\nsignificant = true\n";
  const std::string ends_by_it = "auto_shutdown = \"any_significant\"\n";
  RunningNode running(sandbox,
                      tree_of({sleeper("other"),
                               supervisor("middle", {worker("leaver", {test_program("leaver")}, significant)},
                                          significant + ends_by_it)},
                              ends_by_it));
  running.wait_for_start("middle");
  {
    const Node node = attach();
    REQUIRE(whereis<LeaverApi>("middle/leaver").cast(StopNormal{}));
  }
  const Ended root = running.wait();
  CHECK(root.code == 0);
  CHECK(lines_of(root.err).back() ==
        "ninelives: node n has stopped, as its significant child \"middle\" has ended: shutdown");
  CHECK(running.events().wait_for("auto_shutdown", "middle/leaver").reason == "normal");
  CHECK(running.events().wait_for("auto_shutdown", "middle").reason == "shutdown");
  CHECK(running.events().wait_for("exited", "other").reason == "shutdown");
}

// ---- starts that fail

TEST_CASE(
    "a child below that cannot be started ends the node at boot, and its last line says which and why") {
  const Sandbox sandbox;
  RunningNode node(
      sandbox,
      tree_of(
          {sleeper("first"),
           supervisor("middle",
                      {talker("b"),
                       supervisor("low", {talker("c"), worker("bad", {test_program("false_start"), "init"})}),
                       talker("never")})}));
  const Ended root = node.wait();
  CHECK(root.code == 1);
  CHECK_THAT(lines_of(root.err).back(), Catch::StartsWith("ninelives: node n did not start: \"middle\": ") &&
                                            Catch::Contains("middle/low/bad") &&
                                            Catch::Contains("exception in init: no network"));
  CHECK(order_of("stopping", node.events()) == "middle/low/c middle/b first");
  CHECK(node.events().count("starting", "middle/never") == 0);
  CHECK(sandbox.node_directories().empty());
}

TEST_CASE(
    "the restart of a supervisor of which a child cannot be started is tried again, and each try is "
    "charged") {
  const Sandbox sandbox;
  const auto copy = sandbox / "program";
  std::filesystem::copy_file("/bin/sleep", copy);
  const bool is_mended = GENERATE(false, true);
  CAPTURE(is_mended);
  RunningNode node(sandbox, tree_of({supervisor("middle", {talker("b"), program("sleeper", {copy, "3600"})})},
                                    is_mended ? often : "intensity = 3\nperiod = \"60s\"\n"));
  node.wait_for_start("middle");
  std::filesystem::rename(copy, sandbox / "elsewhere");
  node.kill_child("middle");
  if (is_mended) {
    node.events().wait_for("start_error", "middle", 3);
    std::filesystem::rename(sandbox / "elsewhere", copy);
    node.events().wait_for("started", "middle", 2);
    CHECK(node.table().row("middle/sleeper").state == ipc::RowState::running);
    CHECK(node.stop().code == 0);
    return;
  }
  const Ended root = node.wait();
  CHECK(root.code == 1);
  CHECK_THAT(
      lines_of(root.err).back(),
      Catch::StartsWith("ninelives: node n gave up: \"middle\" needed more than 3 restarts within 1min, the "
                        "last time because of start_failed(") &&
          Catch::Contains("middle/sleeper") && Catch::Contains("No such file"));
  CHECK(node.events().count("start_error", "middle") == 3);
}

// ---- who has escaped, who does not listen

TEST_CASE("what has escaped from somebody below a killed supervisor is dead before anything starts again") {
  const Sandbox sandbox;
  RunningNode node(
      sandbox,
      tree_of({supervisor(
          "middle", {supervisor("low", {program("family", {test_program("family"), sandbox / "pids"})})})}));
  node.wait_for_start("middle");
  const Family family = family_in(sandbox / "pids");
  node.kill_child("middle");
  node.events().wait_for("starting", "middle", 2);
  CHECK(has_died(family.in_group.get(), 0ms));
  CHECK(has_died(family.daemon.get(), 0ms));
  node.events().wait_for("started", "middle", 2);
  CHECK(wait_until([&] { return zombies_below(node.root().pid()) == 0; }));
  CHECK(node.stop().code == 0);
}

TEST_CASE(
    "a supervisor that is stopped by a signal is killed when its time is up, and all below it with it") {
  const Sandbox sandbox;
  RunningNode node(
      sandbox, tree_of({supervisor("middle",
                                   {talker("b"), program("deaf", {test_program("deaf"), sandbox / "is-deaf"},
                                                         R"(shutdown = "infinity")")},
                                   R"(shutdown = "200ms")")}));
  node.wait_for_start("middle");
  REQUIRE(wait_until([&] { return std::filesystem::exists(sandbox / "is-deaf"); }));
  std::vector<ipc::UniqueFd> processes;
  for (const char* name : {"middle", "middle/b", "middle/deaf"}) {
    processes.push_back(open_child(node.table().row(name), node.root().pid()));
  }
  node.root().signal(SIGTERM);
  node.events().wait_for("stopping", "middle/deaf");  // it has heard, and was continued for that
  supervisor::send_signal(processes.front().get(), SIGSTOP);
  CHECK(node.wait().code == 0);
  for (const auto& process : processes) CHECK(has_died(process.get(), 0ms));
  CHECK(node.events().wait_for("exited", "middle").reason == "killed");
  CHECK(node.events().wait_for("exited", "middle/b").reason == "killed");
  CHECK(node.events().wait_for("exited", "middle/deaf").reason == "killed");
  CHECK(sandbox.node_directories().empty());
}

// ---- supervisors that come and go

TEST_CASE("a temporary supervisor that is killed is gone with all below it, and so are its slots") {
  const Sandbox sandbox;
  RunningNode node(sandbox,
                   tree_of({talker("a"), supervisor("middle", {talker("b"), supervisor("low", {talker("c")})},
                                                    R"(restart = "temporary")")}));
  node.wait_for_start("middle");
  CHECK(node.table().slots_in_use() == 6);
  node.kill_child("middle");
  CHECK(node.events().wait_for("gone", "middle").reason == "signal(9)");
  CHECK(node.events().wait_for("exited", "middle/low/c").reason == "killed");
  for (const char* name : {"middle", "middle/b", "middle/low", "middle/low/c"}) {
    CHECK_FALSE(node.table().find(name));
  }
  CHECK(wait_until([&] { return node.table().slots_in_use() == 2; }));
  CHECK(node.events().story_of("a") == "starting started");
  CHECK(node.stop().code == 0);
}

TEST_CASE("the names of a subtree that was started by request are free again when it is gone") {
  const Sandbox sandbox;
  RunningNode running(sandbox, tree_of({supervisor("middle", {talker("a")}, often)}));
  running.wait_for_start("middle");
  const std::size_t slots = running.table().slots_in_use();
  const std::string how = GENERATE("deleted", "killed", "killed with the one above");
  CAPTURE(how);
  const ChildSpec subtree{.id = "low",
                          .type = ChildType::supervisor,
                          .restart = how == "killed" ? Restart::temporary : Restart::permanent,
                          .supervisor = {.children = {{.id = "c", .command = {test_program("talker")}},
                                                      {.id = "d", .command = {test_program("talker")}}}}};
  const Node node = attach();
  const auto middle = whereis<SupervisorApi>("middle");
  for (int round = 1; round <= 3; ++round) {
    CAPTURE(round);
    const auto started = middle.call(supervision::StartChild{subtree}, patience);
    REQUIRE(started);
    REQUIRE(*started);
    CHECK((*started)->name == "middle/low");
    CHECK(whereis<TalkerApi>("middle/low/d").call(Now{1}).value() == 1);
    if (how == "deleted") {
      REQUIRE(middle.call(supervision::TerminateChild{"low"}, patience).value());
      REQUIRE(middle.call(supervision::DeleteChild{"low"}, patience).value());
    } else if (how == "killed") {
      running.kill_child("middle/low");
      running.events().wait_for("gone", "middle/low", static_cast<std::size_t>(round));
    } else {
      running.kill_child("middle");
      running.events().wait_for("started", "middle", static_cast<std::size_t>(round) + 1);
    }
    CHECK_FALSE(running.table().find("middle/low"));
    CHECK_FALSE(running.table().find("middle/low/c"));
    CHECK(wait_until([&] { return running.table().slots_in_use() == slots + 1; }));  // and this test's own
  }
}

TEST_CASE(
    "the slots of a killed supervisor's children that nobody will start again are free without further ado") {
  const Sandbox sandbox;
  RunningNode running(sandbox, tree_of({supervisor("pool", {}, "dynamic = true"), talker("other")}));
  running.wait_for_start("other");
  const Node node = attach();
  const std::size_t slots = running.table().slots_in_use();
  for (int i = 0; i < 3; ++i) {
    const auto started = whereis<SupervisorApi>("pool").call(
        supervision::StartChild{{.id = "session", .command = {test_program("talker")}}}, patience);
    REQUIRE(started.value());
  }
  CHECK(running.table().slots_in_use() == slots + 3);
  running.kill_child("pool");
  running.events().wait_for("started", "pool", 2);
  CHECK(wait_until([&] { return running.table().slots_in_use() == slots; }));
}

TEST_CASE("a supervisor does not keep what belonged to children that have come and gone") {
  const Sandbox sandbox;
  RunningNode running(sandbox, tree_of({supervisor("pool", {}, "dynamic = true"), talker("other")}));
  running.wait_for_start("other");
  const Node node = attach();
  const auto pool = whereis<SupervisorApi>("pool");
  const pid_t process = running.table().row("pool").os_pid;
  const std::size_t before = mappings_of(process, running.directory());
  for (int i = 0; i < 100; ++i) {
    const auto started =
        pool.call(supervision::StartChild{{.id = "session", .command = {test_program("talker")}}}, patience);
    REQUIRE(started.value());
    REQUIRE(pool.call(supervision::TerminateChild{started.value()->pid}, patience).value());
  }
  // Boxes are looked through when there are many; each has two mappings.
  const std::size_t a_few = 2 * 32;
  CHECK(wait_until([&] { return mappings_of(process, running.directory()) <= before + a_few; }));
}

TEST_CASE(
    "a child that was replaced by one of another type gives its name back when its supervisor is killed") {
  const Sandbox sandbox;
  RunningNode running(sandbox, tree_of({supervisor("middle", {talker("a"), talker("b")})}));
  running.wait_for_start("middle");
  const Node node = attach();
  const auto middle = whereis<SupervisorApi>("middle");
  REQUIRE(middle.call(supervision::TerminateChild{"a"}, patience).value());
  REQUIRE(middle.call(supervision::DeleteChild{"a"}, patience).value());
  REQUIRE(
      middle
          .call(
              supervision::StartChild{{.id = "a", .type = ChildType::program, .command = {"sleep", "3600"}}},
              patience)
          .value());
  CHECK(running.table().row("middle/a").type == ipc::RowType::program);
  running.kill_child("middle");
  running.events().wait_for("started", "middle", 2);
  CHECK(running.table().row("middle/a").type == ipc::RowType::worker);
  CHECK(whereis<TalkerApi>("middle/a").call(Now{1}).value() == 1);
}

TEST_CASE(
    "a child that is terminated before its supervisor's next life starts it is down, and waited for by "
    "nobody") {
  const Sandbox sandbox;
  const auto pipe = sandbox / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  ipc::UniqueFd open_for_all(::open(pipe.c_str(), O_RDWR | O_CLOEXEC));
  RunningNode running(
      sandbox, tree_of({supervisor("middle", {worker("late", {test_program("late"), pipe}), talker("b")})}));
  running.wait_for_start("middle");
  open_for_all.reset();
  running.kill_child("middle");
  running.events().wait_for("starting", "middle/late", 2);
  const Node node = attach();
  REQUIRE(whereis<SupervisorApi>("middle").call(supervision::TerminateChild{"b"}, patience).value());
  auto waiting = call_in_thread<TalkerApi>("middle/b", Now{1});
  open_for_all.reset(::open(pipe.c_str(), O_RDWR | O_CLOEXEC));
  running.events().wait_for("started", "middle", 2);
  CHECK(running.table().row("middle/b").state == ipc::RowState::stopped);
  CHECK_FALSE(waiting.get());
  CHECK(running.events().count("starting", "middle/b") == 1);
}

// ---- a node below a node

TEST_CASE("a supervisor that is killed takes nobody along who only inherits the marks of another node") {
  const Sandbox sandbox;
  const auto inner_tree = sandbox.write(
      "inner.toml",
      tree_named("inner", {supervisor("one", {talker("a")}), supervisor("two", {talker("b")})}));
  const std::string ninelives = sandbox.ninelives_plan({}).command.front();
  const auto inner_events = sandbox / "inner.events";
  RunningNode outer(
      sandbox, tree_of({supervisor(
                   "middle", {program("inner", {ninelives, "run", inner_tree, "--events", inner_events})})}));
  const EventFile events(inner_events);
  events.wait_for("started", "two");
  const pid_t inner_root = events.wait_for("node_started").pid;
  std::filesystem::path inner;
  for (const auto& directory : sandbox.node_directories()) {
    if (directory.filename().string().starts_with("inner.")) inner = directory;
  }
  // The same slot in the same incarnation as `middle` has in the outer node.
  const SeenRow victim = NodeTable(inner).row("one");
  REQUIRE(victim.pid == outer.table().row("middle").pid);
  const auto pidfd = open_child(victim, inner_root);
  REQUIRE(pidfd);
  supervisor::send_signal(pidfd.get(), SIGKILL);
  events.wait_for("started", "one", 2);
  CHECK(outer.stop().code == 0);
  CHECK(events.story_of("two") == "starting started stopping exited stopped");
  CHECK(events.story_of("two/b") == "starting started stopping exited stopped");
}

}  // namespace ninelives::test
