#include "tests/conformance/servers/shrink.hpp"

#include "tests/conformance/shrinking.hpp"

namespace ninelives::conformance::servers {

namespace {

void forget(std::vector<Op>& ops, const std::string& server) {
  std::erase_if(ops, [&](const Op& op) { return op.peer == server; });
}

// A step in which nothing is said is none.
void remove_what_is_empty(Script& script) {
  std::erase_if(script.steps, [](const Step& step) {
    if (step.what == "tell") return step.ops.empty();
    return step.what == "cross" && (step.ops.empty() || step.peer_ops.empty() || step.then.empty());
  });
}

Script without_server(Script script, std::size_t at) {
  const std::string server = script.servers[at];
  script.servers.erase(script.servers.begin() + static_cast<std::ptrdiff_t>(at));
  std::erase_if(script.steps, [&](const Step& step) { return step.server == server || step.peer == server; });
  for (Step& step : script.steps) forget(step.ops, server);
  remove_what_is_empty(script);
  return script;
}

Script without_step(Script script, std::size_t at) {
  script.steps.erase(script.steps.begin() + static_cast<std::ptrdiff_t>(at));
  return script;
}

Script without_op(Script script, std::size_t step, std::vector<Op> Step::* list, std::size_t at) {
  auto& ops = script.steps[step].*list;
  ops.erase(ops.begin() + static_cast<std::ptrdiff_t>(at));
  remove_what_is_empty(script);
  return script;
}

std::vector<Script> smaller_than(const Script& script) {
  std::vector<Script> smaller;
  for (std::size_t at = 0; at < script.servers.size() && script.servers.size() > 1; ++at) {
    smaller.push_back(without_server(script, at));
  }
  for (std::size_t at = 0; at < script.steps.size(); ++at) smaller.push_back(without_step(script, at));
  for (std::size_t step = 0; step < script.steps.size(); ++step) {
    for (const auto list : {&Step::ops, &Step::peer_ops}) {
      const std::size_t count = (script.steps[step].*list).size();
      for (std::size_t at = 0; at < count; ++at) smaller.push_back(without_op(script, step, list, at));
    }
  }
  return smaller;
}

}  // namespace

Script shrink(Script script, const StillShows& still_shows) {
  return smallest(std::move(script), smaller_than, still_shows);
}

}  // namespace ninelives::conformance::servers
