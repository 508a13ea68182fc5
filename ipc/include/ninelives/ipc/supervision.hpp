// What a supervisor is asked, and what it answers: the functions of supervisor(3) as calls. Any process of
// the node may make them; a supervisor is called like a server, by the name of its slot. The answer comes
// when what was asked has happened: a start when the child is ready, a stop when it has ended. The supervisor
// takes other requests meanwhile; one that ends first answers nothing, and its caller hears `down`.
#pragma once
#include <boost/describe.hpp>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <ninelives/ipc/codec.hpp>
#include <ninelives/ipc/pid.hpp>
#include <ninelives/spec/tree.hpp>

namespace ninelives {

BOOST_DESCRIBE_ENUM(ChildType, worker, program, supervisor)
BOOST_DESCRIBE_ENUM(Restart, permanent, transient, temporary)
BOOST_DESCRIBE_ENUM(Strategy, one_for_one, rest_for_one, one_for_all, simple_one_for_one)
BOOST_DESCRIBE_ENUM(AutoShutdown, never, any_significant, all_significant)
BOOST_DESCRIBE_ENUM(Mailbox, keep, drop)
BOOST_DESCRIBE_ENUM(Shutdown::Kind, brutal_kill, timeout, infinity)
BOOST_DESCRIBE_STRUCT(Shutdown, (), (kind, timeout))
BOOST_DESCRIBE_STRUCT(Backoff, (), (first, max, jitter, reset))
BOOST_DESCRIBE_STRUCT(Via, (), (registry, key))
BOOST_DESCRIBE_STRUCT(SupervisorSpec, (),
                      (strategy, intensity, period, auto_shutdown, dynamic, max_children, extra_arguments,
                       partitions, children))
BOOST_DESCRIBE_STRUCT(ChildSpec, (),
                      (id, name, via, type, restart, shutdown, significant, backoff, start_timeout, command,
                       executable, directory, environment, mailbox, watchdog, supervisor))

namespace supervision {

// A child: by its id, or, under a dynamic supervisor, by its process.
using ChildName = std::variant<std::string, Pid>;

struct ChildError {
  // OTP's words.
  enum class Kind : std::uint8_t {
    already_started,  // `pid` runs
    already_present,  // the id is taken, and there is no process just now
    not_found,
    running,
    restarting,
    start_failed,  // `text`: the reason
    max_children,
    simple_one_for_one,  // not for this kind of supervisor
    invalid_spec,        // `text`: every fault
    not_changed,         // the new spec is of another kind of supervisor
    partitioned,         // it has its partitions for children, and no others
  };
  Kind kind = Kind::not_found;
  Pid pid = {};
  std::string text = {};  // for people
  // Of already_started and already_present: the registered name that another child of the node has; empty: it
  // is the id that is taken.
  std::string name = {};
  friend bool operator==(const ChildError&, const ChildError&) = default;
};
BOOST_DESCRIBE_ENUM(ChildError::Kind, already_started, already_present, not_found, running, restarting,
                    start_failed, max_children, simple_one_for_one, invalid_spec, not_changed, partitioned)
BOOST_DESCRIBE_STRUCT(ChildError, (), (kind, pid, text, name))
std::string to_string(const ChildError& error);  // "already_started <3.1>", "start_failed: no licence"

struct Ok {
  friend bool operator==(const Ok&, const Ok&) = default;
};
using Done = std::expected<Ok, ChildError>;

// {ok, Child} or {ok, Child, Info}.
struct Started {
  Pid pid = {};           // nobody: the child's init has returned `ignore`
  std::string name = {};  // by which it is called
  std::string info = {};  // what its init has returned for whoever starts it
  friend bool operator==(const Started&, const Started&) = default;
};
BOOST_DESCRIBE_STRUCT(Started, (), (pid, name, info))
using StartResult = std::expected<Started, ChildError>;

// ---- what can be asked; `Reply` is the type of the answer

// Under simple_one_for_one it is start_from_template.
struct StartChild {
  using Reply = StartResult;
  ChildSpec spec = {};
};
BOOST_DESCRIBE_STRUCT(StartChild, (), (spec))
struct StartFromTemplate {
  using Reply = StartResult;
  std::vector<std::string> arguments = {};  // put behind those of the template
};
BOOST_DESCRIBE_STRUCT(StartFromTemplate, (), (arguments))
struct RestartChild {
  using Reply = StartResult;
  ChildName child = {};
};
BOOST_DESCRIBE_STRUCT(RestartChild, (), (child))
struct TerminateChild {
  using Reply = Done;
  ChildName child = {};
};
BOOST_DESCRIBE_STRUCT(TerminateChild, (), (child))
struct DeleteChild {
  using Reply = Done;
  ChildName child = {};
};
BOOST_DESCRIBE_STRUCT(DeleteChild, (), (child))
// What code_change does to a supervisor. Nothing is started or stopped by it.
struct ChangeSpec {
  using Reply = Done;
  SupervisorSpec spec = {};
};
BOOST_DESCRIBE_STRUCT(ChangeSpec, (), (spec))

// exit(Pid, kill): that process ends at once, and its reason is `killed`. What follows is as after any other
// death. not_found: it is over already.
struct KillProcess {
  using Reply = Done;
  Pid pid = {};
};
BOOST_DESCRIBE_STRUCT(KillProcess, (), (pid))

struct ChildInfo {
  enum class Process : std::uint8_t { undefined, restarting, present };
  std::string id = {};
  std::string name = {};
  ChildType type = ChildType::worker;
  Process process = Process::undefined;
  Pid pid = {};  // of the present process; while restarting, of the last one that ran: it is known by it
  friend bool operator==(const ChildInfo&, const ChildInfo&) = default;
};
BOOST_DESCRIBE_ENUM(ChildInfo::Process, undefined, restarting, present)
BOOST_DESCRIBE_STRUCT(ChildInfo, (), (id, name, type, process, pid))
// The last started first.
struct WhichChildren {
  using Reply = std::vector<ChildInfo>;
};

struct ChildCounts {
  std::uint64_t specs = 0;
  std::uint64_t active = 0;
  std::uint64_t supervisors = 0;
  std::uint64_t workers = 0;  // programs too
  friend bool operator==(const ChildCounts&, const ChildCounts&) = default;
};
BOOST_DESCRIBE_STRUCT(ChildCounts, (), (specs, active, supervisors, workers))
struct CountChildren {
  using Reply = ChildCounts;
};

struct GetChildspec {
  using Reply = std::expected<ChildSpec, ChildError>;
  ChildName child = {};
};
BOOST_DESCRIBE_STRUCT(GetChildspec, (), (child))

}  // namespace supervision
}  // namespace ninelives
