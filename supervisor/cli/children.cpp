// The verbs about one child: each asks the child's supervisor, and returns when what was asked for has
// happened.
#include <iostream>

#include <ninelives/spec/toml.hpp>

#include "supervisor/cli/child_path.hpp"
#include "supervisor/cli/client.hpp"
#include "supervisor/cli/commands.hpp"
#include "supervisor/cli/json_output.hpp"
#include "supervisor/cli/tried.hpp"

namespace ninelives::supervisor {
namespace {

namespace asked = ninelives::supervision;

// A child of a running node.
class Subject {
 public:
  static Tried<Subject> find(const ChildOptions& options) {
    auto client = Client::attach(options.node);
    if (!client) return std::unexpected(std::move(client.error()));
    auto address = client->find_child(options.child);
    if (!address) return std::unexpected(std::move(address.error()));
    return Subject(std::move(*client), std::move(*address), options);
  }

  // One whose spec outlives its process.
  static Tried<Subject> find_static(const ChildOptions& options) {
    auto subject = find(options);
    if (subject && is_dynamic_child(subject->path()))
      return std::unexpected(no_spec_remains(subject->path()));
    return subject;
  }

  template <class Request>
  auto ask(Verb verb) const {
    return tried(client_.ask(address_.supervisor, Request{address_.name}, options_.timeout),
                 {verb, supervisor_of(path()), path()});
  }
  const std::string& path() const { return address_.path; }

 private:
  Subject(Client client, ChildAddress address, const ChildOptions& options)
      : client_(std::move(client)), address_(std::move(address)), options_(options) {}

  Client client_;
  ChildAddress address_;
  const ChildOptions& options_;
};

// Asks once, and says nothing where all went well.
template <class Request>
int order(const Tried<Subject>& subject, Verb verb) {
  if (!subject) return fail(exit_failed, subject.error());
  const auto done = subject->ask<Request>(verb);
  return done ? exit_ok : fail(exit_failed, done.error());
}

// A temporary child's spec would be gone with its process.
Tried<void> check_restartable(const Subject& subject) {
  const auto spec = subject.ask<asked::GetChildspec>(Verb::get_childspec);
  if (!spec) return std::unexpected(spec.error());
  if (spec->restart != Restart::temporary) return {};
  return std::unexpected('"' + subject.path() +
                         "\" is temporary: when it stops, its spec is gone; save that with `ninelives "
                         "get-childspec " +
                         subject.path() + "`, then use `ninelives stop` and `ninelives start-child`");
}

Tried<asked::Started> stop_and_start(const Subject& subject) {
  if (auto can = check_restartable(subject); !can) return std::unexpected(std::move(can.error()));
  if (auto stopped = subject.ask<asked::TerminateChild>(Verb::stop); !stopped) {
    return std::unexpected(std::move(stopped.error()));
  }
  return subject.ask<asked::RestartChild>(Verb::start);
}

}  // namespace

int stop(const ChildOptions& options) {
  if (options.child.empty()) return stop_node(options.node);
  return order<asked::TerminateChild>(Subject::find(options), Verb::stop);
}

int start(const ChildOptions& options) {
  const auto subject = Subject::find_static(options);
  if (!subject) return fail(exit_failed, subject.error());
  return tell(subject->ask<asked::RestartChild>(Verb::start), Shows::info, options.json);
}

int restart(const ChildOptions& options) {
  const auto subject = Subject::find_static(options);
  if (!subject) return fail(exit_failed, subject.error());
  return tell(stop_and_start(*subject), Shows::info, options.json);
}

int delete_child(const ChildOptions& options) {
  return order<asked::DeleteChild>(Subject::find_static(options), Verb::delete_child);
}

int get_childspec(const ChildOptions& options) {
  const auto subject = Subject::find(options);
  if (!subject) return fail(exit_failed, subject.error());
  const auto spec = subject->ask<asked::GetChildspec>(Verb::get_childspec);
  if (!spec) return fail(exit_failed, spec.error());
  if (options.json) {
    print_json(*spec);
  } else {
    std::cout << to_toml(*spec);
  }
  return exit_ok;
}

}  // namespace ninelives::supervisor
