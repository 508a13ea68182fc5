// Supervisors as servers: what supervisor(3) does on request, for tests that are processes of the node.
#pragma once
#include <ninelives/ipc/supervision.hpp>
#include <ninelives/protocol.hpp>
#include <ninelives/ref.hpp>

namespace ninelives::test {

struct SupervisorApi {
  using Calls = ninelives::Calls<
      supervision::StartResult(supervision::StartChild), supervision::StartResult(supervision::RestartChild),
      supervision::Done(supervision::TerminateChild), supervision::Done(supervision::DeleteChild),
      std::vector<supervision::ChildInfo>(supervision::WhichChildren)>;
};

// One below the root, by its name.
inline Ref<SupervisorApi> supervisor_called(std::string_view name) { return whereis<SupervisorApi>(name); }

}  // namespace ninelives::test
