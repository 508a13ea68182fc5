// The parts of the command that need no node: paths, signals, tables, and what is said of a refusal.
#include <catch2/catch.hpp>
#include <csignal>
#include <sstream>
#include <unistd.h>

#include "supervisor/cli/child_line.hpp"
#include "supervisor/cli/child_path.hpp"
#include "supervisor/cli/child_process.hpp"
#include "supervisor/cli/columns.hpp"
#include "supervisor/cli/explain.hpp"
#include "supervisor/cli/signal_name.hpp"
#include "tests/support/test_node.hpp"

namespace ninelives::supervisor {
namespace {

using namespace std::chrono_literals;
using supervision::ChildError;
using Kind = ChildError::Kind;

std::vector<std::string> names_of(const std::vector<ChildLine>& lines) {
  std::vector<std::string> names;
  for (const ChildLine& line : lines) names.push_back(std::string(line.depth, '>') + line.name);
  return names;
}

// A row below that supervisor.
Pid add_below(test::TestNode& node, const Pid& supervisor, std::string_view name, ipc::RowType type) {
  const auto owner =
      test::TestNode::must(node.table.allot({.name = name, .type = type, .supervisor = supervisor.slot}));
  return node.start({owner.slot, owner.owner_inc});
}

}  // namespace

TEST_CASE("a child's path says who its supervisor is, and whether that is a dynamic one") {
  CHECK(supervisor_of("store") == "");
  CHECK(id_of("store") == "store");
  CHECK(supervisor_of("shop/sessions/cat:3") == "shop/sessions");
  CHECK(id_of("shop/sessions/cat:3") == "cat:3");
  CHECK(is_dynamic_child("shop/sessions/cat:3"));
  CHECK_FALSE(is_dynamic_child("pool:1/cat"));
  CHECK(path_of("", "store") == "store");
  CHECK(path_of("shop", "store") == "shop/store");
}

TEST_CASE("a signal is known by its name with or without SIG, in any case, and by its number") {
  for (const char* text : {"KILL", "SIGKILL", "kill", "sigkill", "9"}) {
    CAPTURE(text);
    CHECK(parse_signal(text) == SIGKILL);
  }
  CHECK(parse_signal("HUP") == SIGHUP);
  CHECK(parse_signal("SYS") == SIGSYS);
  CHECK(parse_signal("1") == SIGHUP);
  CHECK(parse_signal(std::to_string(SIGRTMAX)) == SIGRTMAX);
  for (const char* text : {"", "0", "-9", "9x", "9999", "SIG", "KILLER", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_signal(text));
  }
}

TEST_CASE("a column is as wide as its widest cell, and nothing trails behind the last one") {
  Columns columns({"ID", "NAME"});
  columns.add({"session", "a"});
  columns.add({"b", "a much longer name"});
  std::ostringstream out;
  out << columns;
  CHECK(out.str() == "ID       NAME\nsession  a\nb        a much longer name\n");
}

TEST_CASE("children are listed behind their supervisor, however their slots lie") {
  test::TestNode node;
  node.add("a");
  const Pid shop = node.add("shop", ipc::RowType::supervisor);
  node.add("b", ipc::RowType::program);
  const Pid till = add_below(node, shop, "shop/till", ipc::RowType::supervisor);
  node.add("a guest", ipc::RowType::guest);
  add_below(node, shop, "shop/door", ipc::RowType::worker);
  add_below(node, till, "shop/till/drawer", ipc::RowType::worker);
  const auto lines = lines_of(node.table.view());
  CHECK(names_of(lines) ==
        std::vector<std::string>{"a", "shop", ">shop/till", ">>shop/till/drawer", ">shop/door", "b"});
  CHECK(lines.at(2).supervisor == "shop");
  CHECK(lines.at(0).supervisor == "");
  CHECK(lines.at(3).pid.incarnation == 1);

  SECTION("those too whose supervisor has gone") {
    node.table.free(shop.slot);
    CHECK(names_of(lines_of(node.table.view())) ==
          std::vector<std::string>{"a", "b", "shop/till", ">shop/till/drawer", "shop/door"});
  }
}

TEST_CASE("a line tells of the last end, of the present life or the one before") {
  test::TestNode node;
  const Pid first = node.add("a");
  CHECK(line_of(node.table.view(), first.slot).last_exit == "");
  node.end(first, ipc::RowState::restarting, ExitReason::signalled(11, true));
  CHECK(line_of(node.table.view(), first.slot).last_exit == "signal(11, core)");
  CHECK(line_of(node.table.view(), first.slot).os_pid == 0);
  node.start({first.slot, first.incarnation + 1});
  CHECK(line_of(node.table.view(), first.slot).last_exit == "signal(11, core)");
  CHECK(line_of(node.table.view(), first.slot).state == "running");
}

TEST_CASE("a process is opened only if the table and the kernel agree on whose child it is, up to the root") {
  test::TestNode node;
  const Pid me = node.add("a");  // the test's own process, and its parent in the role of the root
  const auto opened = [&] { return open_process(node.table.view(), node.owner(me)); };
  node.table.set_os_pid(ipc::root_slot, static_cast<std::uint32_t>(::getppid()));
  REQUIRE(opened());
  SECTION("its supervisor is dead") {
    node.table.set_os_pid(ipc::root_slot, static_cast<std::uint32_t>(::getpid()));
    CHECK(opened().error() == "has ended at this very moment");
  }
  SECTION("its process has no number yet") {
    node.table.set_os_pid(me.slot, 0);
    CHECK(opened().error() == "is running, and has no process just now");
  }
  SECTION("its process has ended") {
    node.end(me, ipc::RowState::restarting);
    CHECK(opened().error() == "is restarting, and has no process just now");
  }
  SECTION("its slot has another owner") {
    const ipc::Owner former = node.owner(me);
    node.table.set_os_pid(node.reuse(me, "b", ipc::RowType::worker).slot,
                          static_cast<std::uint32_t>(::getpid()));
    CHECK(open_process(node.table.view(), former).error() == "has ended at this very moment");
  }
}

TEST_CASE("an uptime is told in two units") {
  CHECK(short_duration(999ms) == "0s");
  CHECK(short_duration(59s) == "59s");
  CHECK(short_duration(65s) == "1m05s");
  CHECK(short_duration(125min) == "2h05m");
  CHECK(short_duration(99h) == "4d03h");
}

TEST_CASE("every refusal of a supervisor is one line that says what to do instead") {
  const Attempt start_child{Verb::start_child, "shop", "shop/cat"};
  const Attempt from_template{Verb::start_from_template, "shop", ""};
  const Attempt start{Verb::start, "shop", "shop/cat"};
  const Attempt delete_child{Verb::delete_child, "", "cat"};
  CHECK(explain({.kind = Kind::already_started, .pid = {3, 1}}, start_child) ==
        R"("shop/cat" runs already, as <3.1>)");
  CHECK(explain({.kind = Kind::already_present}, start_child) ==
        R"("shop/cat" is there already, without a process; `ninelives start shop/cat` starts it, )"
        R"(`ninelives delete-child shop/cat` makes room for another one)");
  CHECK(explain({.kind = Kind::not_found}, start) ==
        R"("shop" has no such child any more; `ninelives which-children shop` shows them)");
  CHECK(explain({.kind = Kind::running}, start) ==
        R"("shop/cat" is running; `ninelives restart shop/cat` stops it and starts it again)");
  CHECK(explain({.kind = Kind::running}, delete_child) ==
        R"("cat" is running; `ninelives stop cat` stops it)");
  CHECK(explain({.kind = Kind::restarting}, delete_child) ==
        R"("cat" is being restarted by its supervisor; `ninelives stop cat` ends that)");
  CHECK(explain({.kind = Kind::start_failed, .text = "no licence"}, start) ==
        R"("shop/cat" did not start: no licence)");
  CHECK(explain({.kind = Kind::start_failed, .text = "no licence"}, from_template) ==
        R"(the new child of "shop" did not start: no licence)");
  CHECK_THAT(explain({.kind = Kind::max_children}, from_template),
             Catch::StartsWith(R"("shop" has as many children as its max_children allows; )"));
  CHECK_THAT(explain({.kind = Kind::simple_one_for_one}, start_child),
             Catch::Contains("`ninelives start-child shop -- ARGUMENT...`"));
  for (const Kind kind : {Kind::simple_one_for_one, Kind::invalid_spec}) {
    CHECK_THAT(explain({.kind = kind}, from_template), Catch::Contains("`ninelives start-child shop FILE`"));
  }
  CHECK(explain({.kind = Kind::invalid_spec, .text = "cat: it is none"}, start_child) ==
        "the child's spec is faulty: cat: it is none");
  CHECK_THAT(
      explain({.kind = Kind::not_found}, delete_child),
      Catch::StartsWith("the root supervisor has no such child any more; `ninelives which-children /`"));
}

}  // namespace ninelives::supervisor
