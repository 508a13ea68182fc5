// What a verb that manages children has come to.
#pragma once
#include <expected>
#include <string>

#include <ninelives/ipc/supervision.hpp>

#include "supervisor/cli/commands.hpp"
#include "supervisor/cli/explain.hpp"

namespace ninelives::supervisor {

// A value, or the line that says why there is none.
template <class T>
using Tried = std::expected<T, std::string>;

// Of a reply that says itself whether it went well.
template <class T>
Tried<T> tried(std::expected<std::expected<T, supervision::ChildError>, std::string> reply,
               const Attempt& attempt) {
  if (!reply) return std::unexpected(std::move(reply.error()));
  if (!*reply) return std::unexpected(explain(reply->error(), attempt));
  return std::move(**reply);
}

// Prints what came of a start, and returns the exit code. The name only where nobody can know it: of a new
// child.
enum class Shows { info, name_and_info };
int tell(const Tried<supervision::Started>& started, Shows shows, bool as_json);

}  // namespace ninelives::supervisor
