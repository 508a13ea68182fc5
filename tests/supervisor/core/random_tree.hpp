// Supervisors, children and whole trees as they may come, without faults.
#pragma once
#include <string>

#include <ninelives/spec/tree.hpp>

#include "tests/supervisor/core/random.hpp"

namespace ninelives::supervisor::test {

// With supervisors below it down to so many levels.
SupervisorSpec random_supervisor(Random& random, int levels);
// For start_child: one that fits under this supervisor. Its id may be that of a present child.
ChildSpec random_child(Random& random, const SupervisorSpec& under);
// For change_spec: one of the same kind.
SupervisorSpec random_change(Random& random, const SupervisorSpec& present);

// The ids that static children have.
std::string random_id(Random& random);

}  // namespace ninelives::supervisor::test
