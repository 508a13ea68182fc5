// The programs that a spec names, for specs that were not read from a file: they are looked for when the spec
// comes to the supervisor, in its working directory and its PATH.
#pragma once
#include <expected>
#include <string>

#include <ninelives/spec/tree.hpp>

namespace ninelives::supervisor {

// Fills in what has no `executable` yet, down to the leaves. The error is for people.
std::expected<void, std::string> find_executables(ChildSpec& spec);
std::expected<void, std::string> find_executables(SupervisorSpec& spec);

}  // namespace ninelives::supervisor
