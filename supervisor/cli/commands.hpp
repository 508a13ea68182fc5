// What the verbs of the `ninelives` command do. Each prints its result to stdout and one line for people to
// stderr if it cannot, and returns the exit code.
#pragma once
#include <chrono>
#include <filesystem>
#include <string>

namespace ninelives::supervisor {

enum ExitCode : int {
  exit_ok = 0,
  exit_failed = 1,  // it was tried, and did not work; of `run`: the supervisor gave up
  exit_usage = 2,   // the command line or the tree file is faulty: nothing was tried
};

struct RunOptions {
  std::filesystem::path tree;
  std::filesystem::path events;  // empty: none
};
int run(const RunOptions& options);
int check(const std::filesystem::path& tree);
// What a supervisor launches for a supervisor below it; not for people.
int supervise_below();

struct ListOptions {
  std::string node;  // empty: the only one
  bool json = false;
};
int list(const ListOptions& options);

struct MessageOptions {
  std::string node;
  std::string to;
  std::string message;
  std::string json;
  std::chrono::nanoseconds timeout{};
};
int call(const MessageOptions& options);
int cast(const MessageOptions& options);

struct ChildOptions {
  std::string node;
  std::string child;  // empty: the whole node
};
int stop(const ChildOptions& options);
int start(const ChildOptions& options);

int debug_node(const std::string& node);

// "ninelives: <text>" to stderr; returns the code.
int fail(ExitCode code, const std::string& text);

}  // namespace ninelives::supervisor
