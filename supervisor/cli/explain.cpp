#include "supervisor/cli/explain.hpp"

#include <utility>

#include "supervisor/cli/child_path.hpp"

namespace ninelives::supervisor {
namespace {

using Kind = supervision::ChildError::Kind;

std::string quoted(const std::string& text) { return '"' + text + '"'; }
std::string command(const std::string& verb, const std::string& argument) {
  return "`ninelives " + verb + ' ' + argument + '`';
}

std::string typed(const std::string& supervisor) { return supervisor.empty() ? "/" : supervisor; }
std::string named(const std::string& supervisor) {
  return supervisor.empty() ? "the root supervisor" : quoted(supervisor);
}
std::string child_of(const Attempt& attempt) {
  return attempt.child.empty() ? "the new child of " + named(attempt.supervisor) : quoted(attempt.child);
}
std::string shown_by_which_children(const std::string& supervisor) {
  return command("which-children", typed(supervisor)) + " shows them";
}

std::string running(const Attempt& attempt) {
  const std::string way_out = attempt.verb == Verb::start
                                  ? command("restart", attempt.child) + " stops it and starts it again"
                                  : command("stop", attempt.child) + " stops it";
  return child_of(attempt) + " is running; " + way_out;
}

std::string needs_arguments(const std::string& supervisor) {
  return named(supervisor) + " makes its children from its template; give it nothing but arguments: " +
         command("start-child", typed(supervisor) + " -- ARGUMENT...");
}

std::string needs_spec(const std::string& supervisor) {
  return named(supervisor) + " has no template to make children from; give it a [[child]] in a file: " +
         command("start-child", typed(supervisor) + " FILE");
}

}  // namespace

std::string explain(const supervision::ChildError& error, const Attempt& attempt) {
  const auto& [verb, supervisor, child] = attempt;
  if (!error.name.empty()) return child_of(attempt) + " is not started: " + error.text;
  switch (error.kind) {
    case Kind::already_started:
      return child_of(attempt) + " runs already, as " + ninelives::to_string(error.pid);
    case Kind::already_present:
      return child_of(attempt) + " is there already, without a process; " + command("start", child) +
             " starts it, " + command("delete-child", child) + " makes room for another one";
    case Kind::not_found:
      return named(supervisor) + " has no such child any more; " + shown_by_which_children(supervisor);
    case Kind::running:
      return running(attempt);
    case Kind::restarting:
      return child_of(attempt) + " is being restarted by its supervisor; " + command("stop", child) +
             " ends that";
    case Kind::start_failed:
      return child_of(attempt) + " did not start: " + error.text;
    case Kind::max_children:
      return named(supervisor) + " has as many children as its max_children allows; " +
             shown_by_which_children(supervisor);
    case Kind::simple_one_for_one:
      return verb == Verb::start_from_template ? needs_spec(supervisor) : needs_arguments(supervisor);
    case Kind::invalid_spec:
      if (verb == Verb::start_from_template) return needs_spec(supervisor);
      return "the child's spec is faulty: " + error.text;
    case Kind::partitioned:
      return named(supervisor) + " has its partitions for children, and no others";
    case Kind::not_changed:
      return error.text;
  }
  std::unreachable();
}

std::string no_spec_remains(const std::string& child) {
  return quoted(child) + " is a child of a dynamic supervisor: nothing of it remains when it is stopped; " +
         command("start-child", supervisor_of(child)) + " starts a new one";
}

}  // namespace ninelives::supervisor
