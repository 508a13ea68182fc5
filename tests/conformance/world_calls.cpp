// supervisor(3): how it is called here, and its answers in OTP's words.
#include <algorithm>
#include <ranges>

#include "tests/conformance/words.hpp"
#include "tests/conformance/world.hpp"

namespace ninelives::conformance {

namespace core = supervisor;

// ---- calls

void World::call(Instance& instance, const Event& event, core::RequestId request) {
  const auto answer = [&](const std::string& words) {
    replies_.at(request) = "reply " + to_string(event) + ": " + words;
  };
  if (event.what == "which_children") return answer(children_of(instance));
  if (event.what == "count_children") return answer(counts_of(instance));
  if (event.what == "get_childspec") return answer(childspec_of(instance, event.child));
  if (event.what == "start_child") {
    const ChildSpec spec =
        event.child.empty()
            ? instance.core.spec().children.front()
            : child_spec(population_.scenario(), definition_of(population_.scenario(), event.child));
    return step(instance, core::StartChild{request, spec});
  }
  const core::ChildName child = child_name(instance, event.child);
  if (event.what == "terminate_child") count_cancelled(instance, child);
  if (event.what == "terminate_child") return step(instance, core::TerminateChild{request, child});
  if (event.what == "restart_child") return step(instance, core::RestartChild{request, child});
  return step(instance, core::DeleteChild{request, child});
}

// See Difference::cancelled_restart.
void World::count_cancelled(Instance& instance, const core::ChildName& child) {
  const auto* named = std::get_if<core::ProcessRef>(&child);
  if (named == nullptr || !is_dynamic(instance.core.spec())) return;
  const bool is_cancelled =
      std::ranges::any_of(instance.core.which_children(), [named](const core::ChildView& view) {
        return view.process == core::ChildView::Process::restarting && view.number == named->child &&
               view.life == named->life;
      });
  if (!is_cancelled) return;
  ++instance.cancelled_restarts;
  differences_.insert(Difference::cancelled_restart);
}

// A life that never had a process cannot be named.
bool World::is_callable(const Event& event) {
  if (!event.child.contains('#')) return true;
  const Process* process = population_.find(event.child);
  return process != nullptr && process->had_pid;
}

core::ChildName World::child_name(const Instance& instance, const std::string& child) {
  if (child == "stranger") return core::Stranger{.is_alive = true};
  if (!child.contains('#')) return child;
  const Process& process = *population_.find(child);
  if (process.under == &instance) return core::ProcessRef{process.number, process.life};
  return core::Stranger{process.is_alive};
}

// ---- answers

std::string World::words_of(Instance& instance, const core::Reply& reply) {
  const auto process = [&] { return population_.life_of(instance, reply.child, reply.life); };
  switch (reply.answer) {
    case core::Answer::ok:
      return "ok";
    case core::Answer::started:
      return "{ok," + process()->name() + "}";
    case core::Answer::ignored:
      return "{ok,undefined}";
    case core::Answer::already_started:
      return "{error,{already_started," + process()->name() + "}}";
    case core::Answer::start_failed:
      return "{error," + process()->ending + "}";
    default:
      return "{error," + std::string(to_string(reply.answer)) + "}";
  }
}

std::string World::children_of(const Instance& instance) {
  const auto word = [&](const core::ChildView& view) -> std::string {
    if (view.process == core::ChildView::Process::undefined) return "undefined";
    if (view.process == core::ChildView::Process::restarting) return "restarting";
    return population_.life_of(instance, view.number, view.life)->name();
  };
  std::vector<core::ChildView> views = instance.core.which_children();
  const bool has_ids = !is_dynamic(instance.core.spec());
  // Without ids their order means nothing: those that are restarting first, then the eldest.
  if (!has_ids) {
    std::ranges::sort(views, {}, [&](const core::ChildView& view) {
      return view.process == core::ChildView::Process::present
                 ? population_.life_of(instance, view.number, view.life)->nth
                 : 0;
    });
  }
  std::vector<std::string> words;
  for (const core::ChildView& view : views) {
    words.push_back(has_ids ? "{" + view.id + "," + word(view) + "}" : word(view));
  }
  return "[" + join(words, ",") + "]";
}

std::string World::counts_of(const Instance& instance) {
  const core::Counts counts = instance.core.count_children();
  const long active = static_cast<long>(counts.active) - instance.cancelled_restarts;  // below 0, too
  return "[{specs," + std::to_string(counts.specs) + "},{active," + std::to_string(active) +
         "},{supervisors," + std::to_string(counts.supervisors) + "},{workers," +
         std::to_string(counts.workers) + "}]";
}

std::string World::childspec_of(const Instance& instance, const std::string& child) {
  const ChildSpec* spec = instance.core.get_childspec(child_name(instance, child));
  if (spec == nullptr) return "{error,not_found}";
  const Shutdown shutdown = shutdown_of(*spec);
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(shutdown.timeout).count();
  return "{ok,{" +
         join({spec->id, to_string(spec->restart),
               shutdown.kind == Shutdown::Kind::timeout ? std::to_string(milliseconds) : to_string(shutdown),
               spec->significant ? "true" : "false", to_string(spec->type)},
              ",") +
         "}}";
}

}  // namespace ninelives::conformance
