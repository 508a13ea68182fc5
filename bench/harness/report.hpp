// The results: for people as tables, for programs as JSON.
#pragma once
#include <filesystem>

#include "bench/harness/row.hpp"

namespace ninelives::bench {

// What the figures were measured on, and how busy it was: the load of others is in every figure.
void print_machine();
void print_tables(const std::vector<Group>& groups);

// An array with one object for each row: group, name, p50, p99, p999, p50_lowest, p50_highest, unit, ratio_to
// (ours divided by each peer; empty for the peers), trouble. The file is replaced when it is complete.
void write_json(const std::vector<Group>& groups, const std::filesystem::path& file);

}  // namespace ninelives::bench
