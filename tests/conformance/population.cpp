#include "tests/conformance/population.hpp"

#include <algorithm>
#include <ranges>

namespace ninelives::conformance {

namespace core = supervisor;

namespace {

bool has_name(const Process& process, std::string_view name) {
  return name.contains('#') ? process.name() == name : id_of(*process.definition) == name;
}

}  // namespace

Process& Population::start(const Definition& definition, Instance* under) {
  const unsigned nth = ++lives_[id_of(definition)];
  return processes_.emplace_back(Process{.definition = &definition, .nth = nth, .under = under});
}

Instance& Population::supervise(Process& process) {
  Instance& instance =
      instances_.emplace_back(process, child_spec(scenario_, *process.definition).supervisor);
  process.instance = &instance;
  for (const core::ChildNumber number : instance.core.children()) {
    const std::string& name = instance.core.child_spec(number).command.front();
    instance.definitions.emplace(number, &definition_of(scenario_, name));
  }
  return instance;
}

Start Population::outcome(const Definition& definition) {
  const std::size_t turn = starts_[&definition]++;
  return turn < definition.starts.size() ? definition.starts[turn] : Start::ok;
}

std::vector<Instance*> Population::living() {
  std::vector<Instance*> living;
  if (!top().is_over) add_living(top(), living);
  return living;
}

void Population::add_living(Instance& instance, std::vector<Instance*>& living) {
  living.push_back(&instance);
  std::vector<Process*> below;
  for (const auto& view : instance.core.which_children()) {
    if (view.process != core::ChildView::Process::present) continue;
    Process* child = life_of(instance, view.number, view.life);
    if (child->instance != nullptr) below.push_back(child);
  }
  // Their order means nothing where they have no ids.
  if (is_dynamic(instance.core.spec())) std::ranges::sort(below, {}, &Process::nth);
  for (const Process* child : below) add_living(*child->instance, living);
}

Process* Population::find(std::string_view name) {
  const auto newest_first = processes_ | std::views::reverse;
  const auto found =
      std::ranges::find_if(newest_first, [name](const Process& process) { return has_name(process, name); });
  return found == newest_first.end() ? nullptr : &*found;
}

Process* Population::child_of(const Instance& instance, std::string_view name) {
  const auto newest_first = processes_ | std::views::reverse;
  const auto found = std::ranges::find_if(newest_first, [&](const Process& process) {
    return process.under == &instance && has_name(process, name);
  });
  return found == newest_first.end() ? nullptr : &*found;
}

Process* Population::life_of(const Instance& instance, core::ChildNumber number, core::Life life) {
  const auto found = std::ranges::find_if(processes_, [&](const Process& process) {
    return process.under == &instance && process.number == number && process.life == life;
  });
  return found == processes_.end() ? nullptr : &*found;
}

}  // namespace ninelives::conformance
