// The steps, and what is seen of them.
#include "tests/conformance/real_world.hpp"

#include <algorithm>
#include <utility>

#include <ninelives/spec/toml.hpp>
#include <ninelives/supervisor.hpp>

#include "tests/conformance/canonical.hpp"
#include "tests/conformance/visible.hpp"
#include "tests/conformance/words.hpp"
#include "tests/support/wait_until.hpp"

namespace ninelives::conformance {

namespace {

constexpr auto answer_bound = std::chrono::seconds(5);

}  // namespace

RealWorld::RealWorld(const test::Sandbox& sandbox, const Scenario& scenario, const std::string& node)
    : sandbox_(sandbox),
      scenario_(scenario),
      node_name_(node),
      chronicle_(scenario),
      node_(sandbox,
            to_toml(TreeSpec{.node = node, .supervisor = spec_of(scenario.definitions.front()).supervisor})) {
}

Trace RealWorld::run(const Trace& expected) {
  Trace seen;
  for (const TraceStep& step : expected) {
    chronicle_.begin_step();
    replies_.clear();
    if (!seen.empty()) play(scenario_.steps.at(seen.size() - 1));
    const bool is_as_expected = test::wait_until([&] { return is_seen(step); });
    seen.push_back(look());
    seen.back().name = step.name;
    if (!is_as_expected || seen.back() != step) return seen;
  }
  node_.wait();
  return seen;
}

bool RealWorld::is_seen(const TraceStep& expected) { return look().lines == expected.lines; }

// Everything of this step that can be seen by now.
TraceStep RealWorld::look() {
  read_events();
  tree_.clear();
  const Definition& top = scenario_.definitions.front();
  if (!chronicle_.is_over() && attach()) ask_below(id_of(top) + "#1", "", top);
  read_events();
  TraceStep step{.name = {}, .lines = chronicle_.lines()};
  step.lines.insert(step.lines.begin(), replies_.begin(), replies_.end());
  for (const Answers& supervisor : tree_) {
    const auto& counts = supervisor.counts;
    step.lines.push_back(supervisor.life + " children " + words_of(supervisor, supervisor.children));
    step.lines.push_back(supervisor.life + " counts " + words_of(counts));
  }
  return visible(scenario_, canonical(scenario_, {std::move(step)})).front();
}

void RealWorld::read_events() {
  if (!std::filesystem::exists(sandbox_ / (node_name_ + ".events"))) return;
  const auto events = node_.events().all();
  for (; events_read_ < events.size(); ++events_read_) chronicle_.add(events[events_read_]);
}

bool RealWorld::attach() {
  if (place_) return true;
  if (auto place = Node::attach(node_name_)) place_ = std::move(*place);
  return place_.has_value();
}

// False: it does not answer, because it has ended or has not begun.
bool RealWorld::ask_below(const std::string& life, const std::string& path, const Definition& definition) {
  const Supervisor supervisor(path);
  auto children = supervisor.which_children(answer_bound);
  const auto counts = supervisor.count_children(answer_bound);
  if (!children || !counts) return false;
  read_events();  // which tell who is meant
  tree_.push_back({life, path, &definition, *children, *counts});
  for (const supervision::ChildInfo& child : *children) {
    if (child.process != supervision::ChildInfo::Process::present) continue;
    const std::string name = name_of(child);
    if (child.type == ChildType::supervisor)
      ask_below(name, child.name, definition_of_id(scenario_, child.id));
  }
  return true;
}

const RealWorld::Answers* RealWorld::find_supervisor(std::string_view name) const {
  const Answers* found = nullptr;
  const auto nth = [](const Answers& answers) {
    return std::stoul(answers.life.substr(answers.life.find('#') + 1));
  };
  for (const Answers& supervisor : tree_) {
    const bool is_meant = supervisor.life == name || id_of(*supervisor.definition) == name;
    if (is_meant && (found == nullptr || nth(*found) < nth(supervisor))) found = &supervisor;
  }
  return found;
}

// ---- OTP's words

std::string RealWorld::name_of(const supervision::ChildInfo& child) const {
  const SeenLife* life = chronicle_.life(child.pid);
  return life == nullptr ? child.id + "#?" : life->name;
}

std::string RealWorld::words_of(const Answers& supervisor,
                                const std::vector<supervision::ChildInfo>& children) const {
  using Process = supervision::ChildInfo::Process;
  const bool has_ids = supervisor.definition->spec.supervisor.strategy != Strategy::simple_one_for_one;
  std::vector<std::string> words;
  for (const supervision::ChildInfo& child : children) {
    const std::string process = child.process == Process::undefined    ? "undefined"
                                : child.process == Process::restarting ? "restarting"
                                                                       : name_of(child);
    words.push_back(has_ids ? "{" + child.id + "," + process + "}" : process);
  }
  // Without ids their order means nothing: a#2 is before a#10.
  if (!has_ids) {
    std::ranges::sort(words, {}, [](const std::string& word) { return std::pair(word.size(), word); });
  }
  return "[" + join(words, ",") + "]";
}

std::string RealWorld::words_of(const supervision::ChildCounts& counts) {
  return "[{specs," + std::to_string(counts.specs) + "},{active," + std::to_string(counts.active) +
         "},{supervisors," + std::to_string(counts.supervisors) + "},{workers," +
         std::to_string(counts.workers) + "}]";
}

std::string RealWorld::words_of(const supervision::StartResult& result) const {
  if (!result) return words_of(result.error());
  if (result->pid == Pid{}) return "{ok,undefined}";
  const SeenLife* life = chronicle_.life(result->pid);
  return "{ok," + (life == nullptr ? result->name : life->name) + "}";
}

std::string RealWorld::words_of(const supervision::Done& done) const {
  return done ? "ok" : words_of(done.error());
}

std::string RealWorld::words_of(const std::expected<ChildSpec, supervision::ChildError>& found) const {
  if (!found) return words_of(found.error());
  const Shutdown shutdown = shutdown_of(*found);
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(shutdown.timeout).count();
  return "{ok,{" +
         join({found->id, to_string(found->restart),
               shutdown.kind == Shutdown::Kind::timeout ? std::to_string(milliseconds) : to_string(shutdown),
               found->significant ? "true" : "false", to_string(found->type)},
              ",") +
         "}}";
}

std::string RealWorld::words_of(const supervision::ChildError& error) const {
  using Kind = supervision::ChildError::Kind;
  switch (error.kind) {
    case Kind::already_started: {
      const SeenLife* life = chronicle_.life(error.pid);
      return "{error,{already_started," + (life == nullptr ? "?" : life->name) + "}}";
    }
    case Kind::already_present:
      return "{error,already_present}";
    case Kind::not_found:
      return "{error,not_found}";
    case Kind::running:
      return "{error,running}";
    case Kind::restarting:
      return "{error,restarting}";
    case Kind::simple_one_for_one:
      return "{error,simple_one_for_one}";
    case Kind::start_failed:
      return "{error," + Chronicle::reason_of(error.text) + "}";
    default:
      return "{error," + error.text + "}";
  }
}

}  // namespace ninelives::conformance
