#include "tests/crash/sole_tree.hpp"

#include <algorithm>
#include <fcntl.h>
#include <functional>
#include <sys/file.h>

#include <ninelives/spec/check.hpp>

#include "ipc/unique_fd.hpp"
#include "tests/support/sandbox.hpp"
#include "tests/support/trees.hpp"

namespace ninelives::test {
namespace {

// Starts and stops last long enough to be hit by a kill.
ChildSpec sole(std::string_view kind, const std::string& supervisor, const std::string& id) {
  const std::string name = supervisor + '/' + id;
  const bool is_program = kind == "program";
  return {.id = id,
          .type = is_program ? ChildType::program : ChildType::worker,
          .command = {test_program("sole"), std::string(kind), name, is_program ? "0" : "3", "5"}};
}

ChildSpec below(const std::string& id, Strategy strategy, std::vector<ChildSpec> children) {
  return {.id = id,
          .type = ChildType::supervisor,
          .supervisor = {.strategy = strategy,
                         .intensity = highest_intensity,
                         .period = std::chrono::seconds(1),
                         .children = std::move(children)}};
}

using Visit = std::function<void(const std::string& name, const ChildSpec& child)>;

void visit_all(const SupervisorSpec& supervisor, const std::string& prefix, const Visit& visit) {
  for (const ChildSpec& child : supervisor.children) {
    visit(prefix + child.id, child);
    visit_all(child.supervisor, prefix + child.id + '/', visit);
  }
}

template <class Wanted>
std::vector<std::string> names_of(const TreeSpec& tree, Wanted is_wanted) {
  std::vector<std::string> names;
  visit_all(tree.supervisor, "", [&](const std::string& name, const ChildSpec& child) {
    if (is_wanted(child)) names.push_back(name);
  });
  return names;
}

}  // namespace

TreeSpec sole_tree(std::string_view kind) {
  const std::string upper = "upper", lower = "upper/lower", group = "group";
  ChildSpec root =
      below("", Strategy::one_for_one,
            {below(upper, Strategy::one_for_one,
                   {sole("worker", upper, "a"),
                    below("lower", Strategy::rest_for_one,
                          {sole("worker", lower, "b"), sole(kind, lower, "c"), sole("program", lower, "d")}),
                    sole(kind, upper, "e")}),
             below(group, Strategy::one_for_all, {sole("program", group, "f"), sole("worker", group, "g")})});
  return {.node = "n", .supervisor = std::move(root.supervisor)};
}

ChildSpec sole_worker(const std::string& supervisor, const std::string& id) {
  return sole("worker", supervisor, id);
}

std::vector<std::string> all_names(const TreeSpec& tree) {
  return names_of(tree, [](const ChildSpec&) { return true; });
}

std::vector<std::string> supervisor_names(const TreeSpec& tree) {
  return names_of(tree, [](const ChildSpec& child) { return child.type == ChildType::supervisor; });
}

std::vector<std::string> server_names(const TreeSpec& tree) {
  return names_of(tree, [](const ChildSpec& child) { return child.type == ChildType::worker; });
}

std::vector<std::string> sole_names(const TreeSpec& tree) {
  auto names = names_of(tree, [](const ChildSpec& child) { return child.type != ChildType::supervisor; });
  std::ranges::sort(names);
  return names;
}

const SupervisorSpec& supervisor_in(const TreeSpec& tree, std::string_view name) {
  const SupervisorSpec* found = nullptr;
  visit_all(tree.supervisor, "", [&](const std::string& each, const ChildSpec& child) {
    if (each == name) found = &child.supervisor;
  });
  return *found;
}

// ---- files

namespace {

// As tests/programs/sole.cpp calls it.
std::string name_of_lock(const std::filesystem::path& file) {
  std::string name = file.stem().string();
  std::ranges::replace(name, '.', '/');
  return name;
}

}  // namespace

SoleFiles::SoleFiles(std::filesystem::path directory) : directory_(std::move(directory)) {
  std::filesystem::create_directories(directory_);
}

std::string SoleFiles::violations() const { return contents(directory_ / "violations"); }

std::vector<std::string> SoleFiles::held() const {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(directory_)) {
    if (file.path().extension() != ".lock") continue;
    const ipc::UniqueFd lock(::open(file.path().c_str(), O_RDWR | O_CLOEXEC));
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) names.push_back(name_of_lock(file.path()));
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace ninelives::test
