// The operating system's process of a child, for whoever is not its supervisor.
#pragma once
#include <expected>
#include <string>

#include "ipc/table_view.hpp"
#include "ipc/unique_fd.hpp"

namespace ninelives::supervisor {

// A descriptor (pidfd_open(2)) of the process of that child's present life, and never of another one's,
// though processes end and their numbers are given to others meanwhile. The error completes `"name" ...`.
std::expected<ipc::UniqueFd, std::string> open_process(const ipc::TableView& table, const ipc::Owner& child);

}  // namespace ninelives::supervisor
