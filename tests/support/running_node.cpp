#include "tests/support/running_node.hpp"

#include <boost/json.hpp>
#include <optional>
#include <signal.h>
#include <stdexcept>

#include "supervisor/os/pidfd.hpp"

namespace ninelives::test {
namespace {

std::string node_name(std::string_view tree) {
  const auto begin = tree.find('"') + 1;
  return std::string(tree.substr(begin, tree.find('"', begin) - begin));
}

ProgramPlan run_plan(const Sandbox& sandbox, std::string_view tree,
                     std::map<std::string, std::string> environment) {
  const std::string name = node_name(tree);
  const auto file = sandbox.write(name + ".toml", tree);
  auto plan =
      sandbox.ninelives_plan({"run", file.string(), "--events", (sandbox / (name + ".events")).string()});
  plan.environment = std::move(environment);
  return plan;
}

ListedChild listed(const boost::json::object& child) {
  const auto& last_exit = child.at("last_exit");
  return {.name = std::string(child.at("name").as_string()),
          .type = std::string(child.at("type").as_string()),
          .state = std::string(child.at("state").as_string()),
          .last_exit = last_exit.is_null() ? "" : std::string(last_exit.as_string()),
          .pid = child.at("pid").to_number<int>(),
          .incarnation = child.at("incarnation").to_number<std::int64_t>(),
          .restarts = child.at("restarts").to_number<std::int64_t>()};
}

}  // namespace

RunningNode::RunningNode(const Sandbox& sandbox, std::string_view tree,
                         std::map<std::string, std::string> environment)
    : sandbox_(sandbox),
      name_(node_name(tree)),
      events_(sandbox / (name_ + ".events")),
      root_(run_plan(sandbox, tree, std::move(environment))) {}

RunningNode& RunningNode::wait_for_start(std::string_view child) {
  events_.wait_for("started", child);
  return *this;
}

ListedChild RunningNode::child(std::string_view name) const {
  const Ended list = sandbox_.ninelives({"ls", "--json", "--node", name_});
  if (list.code != 0) throw std::runtime_error("ls: " + list.err);
  const boost::json::value node = boost::json::parse(list.out);
  for (const auto& row : node.at("children").as_array()) {
    if (auto found = listed(row.as_object()); found.name == name) return found;
  }
  throw std::runtime_error("ls does not show \"" + std::string(name) + "\": " + list.out);
}

ListedChild RunningNode::wait_for_state(std::string_view name, std::string_view state) const {
  ListedChild found;
  const bool reached = wait_until([&] { return (found = child(name)).state == state; });
  if (!reached)
    throw std::runtime_error(std::string(name) + " is " + found.state + ", not " + std::string(state));
  return found;
}

void RunningNode::kill_child(std::string_view name) const {
  const ipc::UniqueFd pidfd = open_child(table().row(name), root_.pid());
  if (!pidfd) throw std::runtime_error(std::string(name) + " does not run");
  supervisor::send_signal(pidfd.get(), SIGKILL);
}

Ended RunningNode::stop() {
  const Ended stopped = sandbox_.ninelives({"stop", "--node", name_});
  if (stopped.code != 0) throw std::runtime_error("stop: " + stopped.err);
  return root_.wait();
}

std::filesystem::path RunningNode::directory() const {
  for (const auto& directory : sandbox_.node_directories()) {
    if (directory.filename().string().starts_with(name_ + ".")) return directory;
  }
  throw std::runtime_error("node " + name_ + " has no directory");
}

}  // namespace ninelives::test
