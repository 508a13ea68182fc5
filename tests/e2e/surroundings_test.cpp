// What a child finds around itself, and what of it is left when it has ended.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fcntl.h>
#include <signal.h>

#include "tests/e2e/family.hpp"
#include "tests/support/processes.hpp"
#include "tests/support/running_node.hpp"
#include "tests/support/trees.hpp"

namespace ninelives::test {
namespace {

std::vector<std::string> lines_with(const std::vector<std::string>& lines, std::string_view beginning) {
  std::vector<std::string> found;
  std::ranges::copy_if(lines, std::back_inserter(found),
                       [&](const std::string& line) { return line.starts_with(beginning); });
  return found;
}

// The test's own signal dispositions and mask, made unusual for a while: what a careless parent passes on.
class UnusualSignals {
 public:
  UnusualSignals() {
    sigset_t some;
    ::sigemptyset(&some);
    ::sigaddset(&some, SIGUSR1);
    ::pthread_sigmask(SIG_BLOCK, &some, &old_mask_);
    old_pipe_ = ::signal(SIGPIPE, SIG_IGN);
  }
  UnusualSignals(const UnusualSignals&) = delete;
  UnusualSignals& operator=(const UnusualSignals&) = delete;
  ~UnusualSignals() {
    ::signal(SIGPIPE, old_pipe_);
    ::pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
  }

 private:
  sigset_t old_mask_{};
  sighandler_t old_pipe_ = nullptr;
};

}  // namespace

TEST_CASE("a child has the directory and the environment of the tree file besides its supervisor's own") {
  const Sandbox sandbox;
  const auto directory = sandbox / "elsewhere";
  std::filesystem::create_directory(directory);
  RunningNode node(
      sandbox,
      tree_of(
          {program("there", {test_program("report"), sandbox / "there"},
                   "directory = \"elsewhere\"\nenvironment = { COLOUR = \"red\", OWN = \"from the tree\" }"),
           program("here", {test_program("report"), sandbox / "here"})}),
      {{"OWN", "from outside"}, {"INHERITED", "yes"}});
  REQUIRE(wait_until([&] {
    return std::filesystem::exists(sandbox / "there") && std::filesystem::exists(sandbox / "here");
  }));

  const auto there = lines_of(contents(sandbox / "there"));
  CHECK(lines_with(there, "directory") == std::vector{"directory " + directory.string()});
  CHECK(lines_with(there, "environment COLOUR=") == std::vector<std::string>{"environment COLOUR=red"});
  CHECK(lines_with(there, "environment OWN=") == std::vector<std::string>{"environment OWN=from the tree"});
  CHECK(lines_with(there, "environment INHERITED=") == std::vector<std::string>{"environment INHERITED=yes"});
  CHECK(lines_with(there, "environment NINELIVES_NODE=") ==
        std::vector{"environment NINELIVES_NODE=" + node.directory().string()});

  const auto here = lines_of(contents(sandbox / "here"));
  CHECK(lines_with(here, "directory") == std::vector{"directory " + (sandbox / "").parent_path().string()});
  CHECK(lines_with(here, "environment COLOUR=").empty());
  CHECK(lines_with(here, "environment OWN=") == std::vector<std::string>{"environment OWN=from outside"});
}

TEST_CASE("a child gets no descriptor of its supervisor's and the default signals") {
  const Sandbox sandbox;
  const UnusualSignals unusual;
  const ipc::UniqueFd inheritable(::open("/dev/null", O_RDONLY));  // no O_CLOEXEC: the supervisor has it
  RunningNode node(sandbox, tree_of({worker("talker", {test_program("talker")}),
                                     program("report", {test_program("report"), sandbox / "report"})}));
  REQUIRE(wait_until([&] { return std::filesystem::exists(sandbox / "report"); }));
  const auto report = lines_of(contents(sandbox / "report"));

  auto descriptors = lines_with(report, "fd ");
  // The file that it is writing this to is its own.
  std::erase_if(descriptors, [](const std::string& line) { return line.ends_with("report.part"); });
  CAPTURE(descriptors);
  REQUIRE(descriptors.size() == 3);
  CHECK(descriptors[0] == "fd 0 /dev/null");
  CHECK_THAT(descriptors[1], Catch::StartsWith("fd 1 "));
  CHECK_THAT(descriptors[2], Catch::StartsWith("fd 2 "));

  const std::string none(16, '0');
  CHECK(lines_with(report, "SigBlk:") == std::vector{"SigBlk:\t" + none});
  CHECK(lines_with(report, "SigIgn:") == std::vector{"SigIgn:\t" + none});
  CHECK(node.stop().code == 0);
}

TEST_CASE("what a killed child has started is gone after it whether it stayed in the group or not") {
  const Sandbox sandbox;
  RunningNode node(
      sandbox, tree_of({program("family", {test_program("family"), sandbox / "pids"}), sleeper("other")}));
  node.wait_for_start("other");
  const Family family = family_in(sandbox / "pids");
  node.kill_child("family");
  CHECK(has_died(family.in_group.get()));
  CHECK(has_died(family.daemon.get()));
  node.events().wait_for("started", "family", 2);
  CHECK(wait_until([&] { return zombies_below(node.root().pid()) == 0; }));
  CHECK(node.events().story_of("other") == "starting started");
  CHECK(node.stop().code == 0);
}

TEST_CASE("what a child has started is gone when the node has stopped") {
  const Sandbox sandbox;
  RunningNode node(sandbox, tree_of({program("family", {test_program("family"), sandbox / "pids"})}));
  const Family family = family_in(sandbox / "pids");
  CHECK(node.stop().code == 0);
  CHECK(has_died(family.in_group.get(), std::chrono::milliseconds(0)));
  CHECK(has_died(family.daemon.get(), std::chrono::milliseconds(0)));
}

}  // namespace ninelives::test
