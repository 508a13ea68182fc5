// Tree files for tests, put together from children.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace ninelives::test {

// The path of one of tests/programs/.
std::string test_program(std::string_view name);

// One [[child]]. The words of `command` are separate arguments; `more` holds further lines, such as
// R"(restart = "temporary")".
std::string worker(std::string_view id, const std::vector<std::string>& command, std::string_view more = {});
std::string program(std::string_view id, const std::vector<std::string>& command, std::string_view more = {});
// A program that does nothing, and ends when it is told.
std::string sleeper(std::string_view id, std::string_view more = {});
// A registry, with options of ninelives-registry.
std::string registry(std::string_view id, const std::vector<std::string>& options = {});
// With children of its own, which are put together in the same way.
std::string supervisor(std::string_view id, const std::vector<std::string>& children,
                       std::string_view more = {});

// The file. `supervisor` holds lines for [supervisor].
std::string tree_of(const std::vector<std::string>& children, std::string_view supervisor = {});
std::string tree_named(std::string_view node, const std::vector<std::string>& children,
                       std::string_view supervisor = {});

}  // namespace ninelives::test
