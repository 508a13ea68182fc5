// How this folder treats a caller that breaks a contract: one sentence on stderr and abort(), in all builds.
// The contracts guard process ids; going on could signal or reap a process that is not ours.
#pragma once
#include <string>

namespace ninelives::supervisor {

[[noreturn]] void broken_contract(const std::string& sentence);

}  // namespace ninelives::supervisor
