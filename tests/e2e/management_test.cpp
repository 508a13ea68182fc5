// What a supervisor does on request, and what it answers in each state that a child can be in, from C++: the
// functions of supervisor(3).
#include <catch2/catch.hpp>
#include <signal.h>

#include "tests/e2e/managed.hpp"
#include "tests/programs/foreman.hpp"
#include "tests/programs/leaver.hpp"

namespace ninelives::test {
namespace {

using namespace std::chrono_literals;
using Process = ChildInfo::Process;
using Why = ChildError::Kind;

// The root, and one below it.
std::string some_supervisor() { return GENERATE(std::string(), std::string("top")); }

// "restarting": the error's word; "": there is none.
template <class T>
std::string why(const Supervisor::Result<T>& result) {
  if (result) return "";
  const std::string text = to_string(result.error());
  return text.substr(0, text.find_first_of(": "));
}

// Where the supervisor says that the child stands.
ChildInfo info_of(const Managed& test, const std::string& id) {
  const auto children = test.top.which_children();
  if (!children) throw std::runtime_error(to_string(children.error()));
  for (const ChildInfo& child : *children) {
    if (child.id == id) return child;
  }
  throw std::runtime_error("there is no child " + id);
}

std::string ids_of(const Supervisor& supervisor) {
  const std::vector<ChildInfo> children = supervisor.which_children().value();
  std::string ids;
  for (const ChildInfo& child : children) ids += (ids.empty() ? "" : " ") + child.id;
  return ids;
}

// The child "a" besides the one that is always there.
bool count_is(const Managed& test, const ChildCounts& expected) {
  const auto counts = test.top.count_children();
  return counts && *counts == expected;
}

// A restart waits for an hour.
ChildSpec with_long_backoff(ChildSpec spec) {
  spec.backoff = Backoff{.first = 1h, .max = 1h};
  return spec;
}

// Its stop takes as long as it takes.
ChildSpec patient(ChildSpec spec) {
  spec.shutdown = Shutdown{.kind = Shutdown::Kind::infinity};
  return spec;
}

}  // namespace

TEST_CASE("a child that runs is not started, restarted or deleted, and can be terminated") {
  const Managed test(some_supervisor());
  const auto started = test.top.start_child(test.moody("a"));
  REQUIRE(started);
  CHECK(started->name == test.name("a"));
  CHECK(started->info == "");
  CHECK(whereis<MoodyApi>(started->name).pid().value() == started->pid);

  const auto again = test.top.start_child(test.moody("a"));
  REQUIRE(why(again) == "already_started");
  CHECK(std::get<ChildError>(again.error().why).pid == started->pid);
  CHECK(why(test.top.restart_child("a")) == "running");
  CHECK(why(test.top.delete_child("a")) == "running");
  CHECK(info_of(test, "a") ==
        ChildInfo{"a", test.name("a"), ChildType::worker, Process::present, started->pid});
  CHECK(count_is(test, {.specs = 2, .active = 2, .workers = 2}));
  CHECK(test.top.get_childspec("a")->command == test.moody("a").command);

  CHECK(why(test.top.terminate_child("a")) == "");
  CHECK(info_of(test, "a").process == Process::undefined);
}

TEST_CASE("a child that is stopped is started again from its spec, or deleted") {
  const Managed test(some_supervisor());
  const Pid first = test.top.start_child(test.moody("a")).value().pid;
  REQUIRE(test.top.terminate_child("a"));

  CHECK(why(test.top.terminate_child("a")) == "");
  CHECK(why(test.top.start_child(test.moody("a"))) == "already_present");
  CHECK(info_of(test, "a") == ChildInfo{"a", test.name("a"), ChildType::worker, Process::undefined, {}});
  CHECK(count_is(test, {.specs = 2, .active = 1, .workers = 2}));
  CHECK(test.top.get_childspec("a")->id == "a");
  SECTION("started") {
    const auto next = test.top.restart_child("a");
    REQUIRE(next);
    CHECK(next->pid == Pid{first.slot, first.incarnation + 1});
    CHECK(next->name == test.name("a"));
    CHECK(count_is(test, {.specs = 2, .active = 2, .workers = 2}));
  }
  SECTION("deleted") {
    CHECK(why(test.top.delete_child("a")) == "");
    CHECK(ids_of(test.top) == "other");
    CHECK(count_is(test, {.specs = 1, .active = 1, .workers = 1}));
    CHECK(test.top.start_child(test.moody("a")).has_value());
  }
}

TEST_CASE("a child that is being restarted is left alone but for terminate_child, which ends that") {
  const Managed test(some_supervisor());
  const Pid first = test.top.start_child(with_long_backoff(test.moody("a"))).value().pid;
  test.running.kill_child(test.name("a"));
  REQUIRE(wait_until([&] { return info_of(test, "a").process == Process::restarting; }));

  CHECK(info_of(test, "a").pid == first);
  CHECK(why(test.top.start_child(test.moody("a"))) == "already_present");
  CHECK(why(test.top.restart_child("a")) == "restarting");
  CHECK(why(test.top.delete_child("a")) == "restarting");
  CHECK(count_is(test, {.specs = 2, .active = 1, .workers = 2}));
  CHECK(test.top.get_childspec("a")->backoff == Backoff{.first = 1h, .max = 1h});

  CHECK(why(test.top.terminate_child("a")) == "");
  CHECK(info_of(test, "a").process == Process::undefined);
  CHECK(test.top.restart_child("a").has_value());
}

TEST_CASE("a child that does not exist is not found") {
  const Managed test(some_supervisor());
  CHECK(why(test.top.terminate_child("a")) == "not_found");
  CHECK(why(test.top.restart_child("a")) == "not_found");
  CHECK(why(test.top.delete_child("a")) == "not_found");
  CHECK(why(test.top.get_childspec("a")) == "not_found");
  // Children of such a supervisor have ids, and are known by them alone.
  const Pid other = info_of(test, "other").pid;
  CHECK(why(test.top.terminate_child(other)) == "not_found");
  CHECK(why(test.top.get_childspec(other)) == "not_found");
}

TEST_CASE("a start that takes its time keeps nobody else waiting") {
  const Managed test(some_supervisor());
  test.make_pipe("start");
  test.mood("slow");
  ChildSpec slow = test.moody("a");
  slow.shutdown = Shutdown{.kind = Shutdown::Kind::brutal_kill};
  auto starting = in_thread([top = test.top, slow] { return top.start_child(slow); });
  test.wait_at("start");

  const ChildInfo child = info_of(test, "a");
  CHECK(child.process == Process::present);
  CHECK(why(test.top.start_child(test.moody("a"))) == "already_started");
  CHECK(why(test.top.restart_child("a")) == "running");
  CHECK(why(test.top.delete_child("a")) == "running");
  CHECK(why(test.top.start_child({.id = "b", .type = ChildType::program, .command = {"sleep", "3600"}})) ==
        "");
  SECTION("and is answered when it is through") {
    test.go_on("start");
    const auto started = starting.get();
    REQUIRE(started);
    CHECK(started->pid == child.pid);
  }
  SECTION("and can be terminated, which is how it ends for whoever waits for it") {
    CHECK(why(test.top.terminate_child("a")) == "");
    CHECK(why(starting.get()) == "start_failed");
  }
}

TEST_CASE("a stop that takes its time keeps nobody waiting but those who need the child down") {
  const Managed test(some_supervisor());
  const ChildSpec spec = patient(test.moody("a"));
  REQUIRE(test.top.start_child(spec));
  test.make_pipe("stop");
  auto stopping = in_thread([top = test.top] { return top.terminate_child("a"); });
  test.wait_at("stop");

  CHECK(info_of(test, "a").process == Process::present);
  CHECK(count_is(test, {.specs = 2, .active = 2, .workers = 2}));
  CHECK(test.top.get_childspec("a").has_value());
  CHECK(test.top.terminate_child("a", 1ms).error().is(CallError::Kind::timeout));
  SECTION("a start of the same id") {
    auto asked = in_thread([top = test.top, spec] { return top.start_child(spec); });
    test.go_on("stop");
    CHECK(why(asked.get()) == "already_present");
  }
  SECTION("its restart") {
    auto asked = in_thread([top = test.top] { return top.restart_child("a"); });
    test.go_on("stop");
    CHECK(asked.get().has_value());
  }
  SECTION("its deletion") {
    auto asked = in_thread([top = test.top] { return top.delete_child("a"); });
    test.go_on("stop");
    CHECK(why(asked.get()) == "");
    CHECK(ids_of(test.top) == "other");
  }
  CHECK(why(stopping.get()) == "");
}

TEST_CASE("a stop that takes longer than its shutdown time ends by a kill") {
  const Managed test(some_supervisor());
  ChildSpec spec = test.moody("a");
  spec.shutdown = Shutdown{.timeout = 50ms};
  REQUIRE(test.top.start_child(spec));
  test.make_pipe("stop");
  CHECK(why(test.top.terminate_child("a")) == "");
  CHECK(test.running.events().wait_for("stopped", test.name("a")).reason == "killed");
}

TEST_CASE("a temporary child that is terminated is forgotten") {
  const Managed test(some_supervisor());
  ChildSpec spec = test.moody("a");
  spec.restart = Restart::temporary;
  REQUIRE(test.top.start_child(spec));
  CHECK(why(test.top.terminate_child("a")) == "");
  CHECK(why(test.top.terminate_child("a")) == "not_found");
  CHECK(why(test.top.restart_child("a")) == "not_found");
  CHECK(ids_of(test.top) == "other");
}

TEST_CASE("the slot and the incarnation of an event are the pid of the life that it tells of") {
  const Managed test(some_supervisor());
  ChildSpec spec = test.moody("a");
  spec.restart = Restart::temporary;
  const auto pid_of = [&](const char* event, std::size_t which) {
    const SeenEvent seen = test.running.events().wait_for(event, test.name("a"), which);
    return Pid{static_cast<Slot>(seen.slot), static_cast<Incarnation>(seen.incarnation)};
  };
  for (std::size_t life = 1; life <= 2; ++life) {
    const Pid pid = test.top.start_child(spec).value().pid;
    REQUIRE(test.top.terminate_child("a"));
    for (const char* event : {"starting", "progress", "started", "stopping", "exited", "gone"}) {
      CAPTURE(life, event);
      CHECK(pid_of(event, life) == pid);
    }
  }
  CHECK(pid_of("starting", 1) != pid_of("starting", 2));
}

TEST_CASE(
    "a significant child that has gone while others are restarted ends all when they are, and is named") {
  const std::string significant = "restart = \"temporary\"\nsignificant = true";
  Managed test(some_supervisor(), "strategy = \"rest_for_one\"\nauto_shutdown = \"any_significant\"",
               {worker("leaver", {test_program("leaver")}, significant), sleeper("other")});
  REQUIRE(test.top.start_child(test.moody("a")));
  test.make_pipe("start");
  test.mood("slow");
  test.running.kill_child(test.name("a"));
  test.wait_at("start");
  REQUIRE(whereis<LeaverApi>(test.name("leaver")).cast(StopNormal{}));
  test.running.events().wait_for("gone", test.name("leaver"));
  test.go_on("start");
  CHECK(test.running.events().wait_for("auto_shutdown", test.name("leaver")).reason == "normal");
  CHECK(test.running.events().count("started", test.name("a")) == 2);
}

TEST_CASE("the children are told the last started first, and keep their places") {
  const Managed test(some_supervisor());
  for (const char* id : {"a", "b", "c"}) REQUIRE(test.top.start_child(test.moody(id)));
  CHECK(ids_of(test.top) == "c b a other");
  REQUIRE(test.top.terminate_child("a"));
  CHECK(ids_of(test.top) == "c b a other");
  REQUIRE(test.top.restart_child("a"));
  CHECK(ids_of(test.top) == "c b a other");
  REQUIRE(test.top.terminate_child("a"));
  REQUIRE(test.top.delete_child("a"));
  REQUIRE(test.top.start_child(test.moody("a")));
  CHECK(ids_of(test.top) == "a c b other");
}

TEST_CASE("a start that fails tells the reason, and leaves everything as it was") {
  const Managed test(some_supervisor());
  SECTION("of a new child") {
    test.mood("fail");
    const auto failed = test.top.start_child(test.moody("a"));
    CHECK(why(failed) == "start_failed");
    CHECK(std::get<ChildError>(failed.error().why).text == R"(error("in no mood"))");
    CHECK(ids_of(test.top) == "other");
    test.mood("");
    CHECK(test.top.start_child(test.moody("a")).has_value());
  }
  SECTION("of one that was there") {
    REQUIRE(test.top.start_child(test.moody("a")));
    REQUIRE(test.top.terminate_child("a"));
    test.mood("fail");
    const auto failed = test.top.restart_child("a");
    CHECK(why(failed) == "start_failed");
    CHECK(std::get<ChildError>(failed.error().why).text == R"(error("in no mood"))");
    CHECK(info_of(test, "a").process == Process::undefined);
    test.mood("");
    CHECK(test.top.restart_child("a").has_value());
  }
  SECTION("of one that takes too long") {
    test.make_pipe("start");
    test.mood("slow");
    ChildSpec spec = test.moody("a");
    spec.start_timeout = 50ms;
    CHECK(why(test.top.start_child(spec)) == "start_failed");
    CHECK(ids_of(test.top) == "other");
  }
  CHECK(info_of(test, "other").process == Process::present);
}

TEST_CASE("a restart that fails for a while can be asked about and ended, and goes on when it can") {
  const Managed test(some_supervisor());
  REQUIRE(test.top.start_child(test.moody("a")));
  test.mood("fail");
  test.running.kill_child(test.name("a"));
  test.running.events().wait_for("restarting", test.name("a"), 5);
  // It is starting at one moment and restarting at the next.
  CHECK_THAT(why(test.top.restart_child("a")), Catch::Matches("running|restarting"));
  CHECK_THAT(why(test.top.start_child(test.moody("a"))), Catch::Matches("already_(started|present)"));
  SECTION("ended") {
    CHECK(why(test.top.terminate_child("a")) == "");
    CHECK(info_of(test, "a").process == Process::undefined);
    test.mood("");
    CHECK(test.top.restart_child("a").has_value());
  }
  SECTION("at last") {
    test.mood("");
    test.running.wait_for_state(test.name("a"), "running");
    CHECK(why(test.top.restart_child("a")) == "running");
  }
}

TEST_CASE("a child that ignores its start is down, and is no failure") {
  const Managed test(some_supervisor());
  test.mood("ignore");
  const auto ignored = test.top.start_child(test.moody("a"));
  REQUIRE(ignored);
  CHECK_FALSE(ignored->pid);
  CHECK(info_of(test, "a").process == Process::undefined);
  CHECK(count_is(test, {.specs = 2, .active = 1, .workers = 2}));
  SECTION("a restart by request may be ignored too") {
    const auto again = test.top.restart_child("a");
    REQUIRE(again);
    CHECK_FALSE(again->pid);
    test.mood("");
    CHECK(test.top.restart_child("a")->pid);
  }
  SECTION("a temporary one is forgotten") {
    ChildSpec spec = test.moody("b");
    spec.restart = Restart::temporary;
    CHECK_FALSE(test.top.start_child(spec)->pid);
    CHECK(ids_of(test.top) == "a other");
  }
  SECTION("so is the restart of one that died, and it is not tried again") {
    test.mood("");
    REQUIRE(test.top.restart_child("a")->pid);
    test.mood("ignore");
    test.running.kill_child(test.name("a"));
    CHECK(wait_until([&] { return info_of(test, "a").process == Process::undefined; }));
  }
}

TEST_CASE("what init says for whoever starts the child comes with the answer, each time anew") {
  const Managed test(some_supervisor());
  test.mood("info port=4711");
  CHECK(test.top.start_child(test.moody("a"))->info == "port=4711");
  REQUIRE(test.top.terminate_child("a"));
  test.mood("info port=4712");
  CHECK(test.top.restart_child("a")->info == "port=4712");
  REQUIRE(test.top.terminate_child("a"));
  test.mood("");
  CHECK(test.top.restart_child("a")->info == "");
}

TEST_CASE("a faulty spec is refused by the supervisor too, and nothing is started") {
  const Managed test(some_supervisor());
  const Ref<SupervisorApi> asked(test.supervisor);  // whose caller checks nothing
  const auto text_of = [&](const ChildSpec& spec) {
    const auto answer = asked.call(supervision::StartChild{spec}).value();
    return answer ? "it started" : to_string(answer.error());
  };
  ChildSpec spec = test.moody("a");
  SECTION("no command") {
    spec.command.clear();
    CHECK_THAT(text_of(spec), Catch::StartsWith("invalid_spec: a: there is no command"));
  }
  SECTION("significant, where that means nothing") {
    spec.restart = Restart::transient;
    spec.significant = true;
    CHECK_THAT(text_of(spec), Catch::StartsWith("invalid_spec: a: ") && Catch::Contains("auto_shutdown"));
  }
  SECTION("a name that does not fit") {
    spec.id = std::string(63, 'a');
    CHECK(text_of(spec) == (test.supervisor.empty() ? "it started"
                                                    : "invalid_spec: its name would be \"top/" + spec.id +
                                                          "\", which is longer than 63 characters"));
  }
  SECTION("a program that is not there") {
    spec.command = {"/no/such/program"};
    CHECK_THAT(text_of(spec), Catch::StartsWith("invalid_spec: ") && Catch::Contains("/no/such/program"));
  }
  CHECK(test.top.which_children()->size() == (spec.id.size() == 63 && test.supervisor.empty() ? 2 : 1));
}

TEST_CASE("a supervisor is a child like any other, with all below it") {
  const Managed test(some_supervisor());
  ChildSpec shop{.id = "shop", .type = ChildType::supervisor};
  shop.supervisor.children = {test.moody("till"), test.moody("door")};
  const auto started = test.top.start_child(shop);
  REQUIRE(started);
  const Supervisor below(started->name);
  CHECK(ids_of(below) == "door till");
  CHECK(count_is(test, {.specs = 2, .active = 2, .supervisors = 1, .workers = 1}));
  CHECK(test.top.get_childspec("shop")->supervisor.children.size() == 2);
  CHECK(whereis<MoodyApi>(started->name + "/till").call(Arguments{}).has_value());

  REQUIRE(below.start_child(test.moody("cellar")));
  CHECK(why(test.top.terminate_child("shop")) == "");
  CHECK(below.which_children().error().is(CallError::Kind::noproc));
  CHECK(whereis<MoodyApi>(started->name + "/till").call(Arguments{}).error().kind == CallError::Kind::noproc);
  REQUIRE(test.top.restart_child("shop"));
  CHECK(ids_of(below) == "door till");  // what was added is lost with the supervisor's life
  REQUIRE(test.top.terminate_child("shop"));
  CHECK(why(test.top.delete_child("shop")) == "");
  CHECK(below.which_children().error().is(CallError::Kind::noproc));
}

TEST_CASE("a start below a supervisor whose child fails has failed for that reason") {
  const Managed test(some_supervisor());
  test.mood("fail");
  ChildSpec shop{.id = "shop", .type = ChildType::supervisor};
  shop.supervisor.children = {test.moody("till")};
  const auto failed = test.top.start_child(shop);
  CHECK(why(failed) == "start_failed");
  CHECK_THAT(to_string(failed.error()),
             Catch::Contains("failed_to_start_child: " + test.name("shop") + "/till") &&
                 Catch::Contains("in no mood"));
  CHECK(ids_of(test.top) == "other");
}

TEST_CASE("another spec changes what will be, and neither starts nor stops anything") {
  const Managed test(some_supervisor());
  for (const char* id : {"a", "b"}) REQUIRE(test.top.start_child(test.moody(id)));
  const Pid a = info_of(test, "a").pid;
  ChildSpec changed = test.moody("a");
  changed.restart = Restart::temporary;
  REQUIRE(test.top.change_spec({.intensity = 7, .children = {test.moody("new"), changed}}));

  CHECK(ids_of(test.top) == "b other a new");  // those that it does not know come behind it
  CHECK(info_of(test, "new").process == Process::undefined);
  CHECK(info_of(test, "a").pid == a);
  CHECK(test.top.get_childspec("a")->restart == Restart::temporary);
  CHECK(test.top.restart_child("new").has_value());
  test.running.kill_child(test.name("a"));
  CHECK(wait_until([&] { return ids_of(test.top) == "b other new"; }));
  CHECK(why(test.top.change_spec({.dynamic = true, .children = {}})) == "not_changed");
}

TEST_CASE("a supervisor that cannot be asked is told from one that refuses") {
  Managed test("top");
  CHECK(Supervisor("topp").which_children().error().is(CallError::Kind::noproc));
  CHECK(Supervisor("top/other").which_children().error().is(CallError::Kind::noproc));  // a program
  REQUIRE(test.top.start_child(patient(test.moody("a"))));
  CHECK(Supervisor("top/a").which_children().error().is(CallError::Kind::bad_message));

  test.make_pipe("stop");
  auto stopping = in_thread([top = test.top] { return top.terminate_child("a"); });
  test.wait_at("stop");
  SECTION("it dies before it has answered") {
    test.running.kill_child("top");
    const auto answer = stopping.get();
    REQUIRE_FALSE(answer);
    CHECK(answer.error().is(CallError::Kind::down));
    CHECK(std::get<CallError>(answer.error().why).reason == ExitReason::signalled(SIGKILL, false));
  }
  SECTION("the whole node does") {
    test.running.root().signal(SIGKILL);
    CHECK(stopping.get().error().is(CallError::Kind::noproc));
    CHECK(Supervisor().which_children().error().is(CallError::Kind::noproc));
  }
}

TEST_CASE("a server manages its siblings, and is told that it cannot wait for its own end") {
  const Managed test(some_supervisor());
  REQUIRE(test.top.start_child({.id = "foreman", .command = {test_program("foreman")}}));
  const auto foreman = whereis<ForemanApi>(test.name("foreman"));
  CHECK(foreman.call(Hire{test.supervisor, "mason"}).value() == "ok");
  CHECK(ids_of(test.top) == "mason foreman other");
  CHECK_THAT(foreman.call(Hire{test.supervisor, "mason"}).value(), Catch::StartsWith("already_started <"));
  CHECK(foreman.call(Fire{test.supervisor, "mason"}).value() == "ok");
  CHECK_THAT(foreman.call(Fire{test.supervisor, "foreman"}).value(), Catch::StartsWith("calling_self: "));
  CHECK(info_of(test, "foreman").process == Process::present);
}

}  // namespace ninelives::test
