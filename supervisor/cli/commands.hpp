// What the verbs of the `ninelives` command do. Each prints its result to stdout and one line for people to
// stderr if it cannot, and returns the exit code.
#pragma once
#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ninelives::supervisor {

enum ExitCode : int {
  exit_ok = 0,
  exit_failed = 1,       // it was tried, and did not work; of `run`: the supervisor gave up
  exit_usage = 2,        // the command line, the tree file or the [[child]] is faulty: nothing was tried
  exit_not_running = 3,  // of `status`: the child is there, and does not run just now
};

struct RunOptions {
  std::filesystem::path tree;
  std::filesystem::path events;  // empty: none
};
int run(const RunOptions& options);
int check(const std::filesystem::path& tree);
// What a supervisor launches for a supervisor below it; not for people.
int supervise_below();

// ---- looking: these read the process table, and ask nobody

struct ListOptions {
  std::string node;  // empty: the only one
  bool json = false;
};
int list(const ListOptions& options);

inline constexpr std::chrono::nanoseconds no_timeout = std::chrono::nanoseconds::max();

struct ChildOptions {
  std::string node;
  std::string child;
  bool json = false;
  std::chrono::nanoseconds timeout = no_timeout;
};
int status(const ChildOptions& options);

int debug_node(const std::string& node);

// ---- talking to servers

struct MessageOptions {
  std::string node;
  std::string to;
  std::string message;
  std::string json;
  std::chrono::nanoseconds timeout = std::chrono::seconds(5);
};
int call(const MessageOptions& options);
int cast(const MessageOptions& options);

// ---- asking any server about itself: sys.cpp

struct ServerOptions {
  std::string node;
  std::string server;
  std::chrono::nanoseconds timeout = std::chrono::seconds(5);
};
int suspend(const ServerOptions& options);
int resume(const ServerOptions& options);
int statistics(const ServerOptions& options);

struct StateOptions {
  ServerOptions server;
  std::optional<std::string> replace;  // JSON
};
int state(const StateOptions& options);

struct ChangeCodeOptions {
  ServerOptions server;
  std::string from;
  std::string extra;
};
int change_code(const ChangeCodeOptions& options);

struct TerminateOptions {
  ServerOptions server;
  std::string reason;  // empty: normal
};
int terminate(const TerminateOptions& options);

struct TraceOptions {
  ServerOptions server;
  std::size_t count = 0;  // events; 0: until it is interrupted
};
int trace(const TraceOptions& options);

// ---- asking supervisors; each returns when what was asked for has happened, or the time is up

int stop(const ChildOptions& options);  // without a child: the whole node
int stop_node(const std::string& node);
int start(const ChildOptions& options);
int restart(const ChildOptions& options);
int delete_child(const ChildOptions& options);
int get_childspec(const ChildOptions& options);

struct StartChildOptions {
  std::string node;
  std::string supervisor;                             // "/": the root
  std::string file;                                   // empty, or "-": stdin
  std::optional<std::vector<std::string>> arguments;  // for a template; none: it is from a file
  bool json = false;
  std::chrono::nanoseconds timeout = no_timeout;
};
int start_child(const StartChildOptions& options);

struct SupervisorOptions {
  std::string node;
  std::string supervisor;  // empty, or "/": the root
  bool json = false;
  std::chrono::nanoseconds timeout = no_timeout;
};
int which_children(const SupervisorOptions& options);
int count_children(const SupervisorOptions& options);

// ---- past the supervisors

struct KillOptions {
  std::string node;
  std::string child;
  int signal = SIGKILL;
};
int kill_child(const KillOptions& options);

// "ninelives: <text>" to stderr; returns the code.
int fail(ExitCode code, const std::string& text);

}  // namespace ninelives::supervisor
