#pragma once
#include <expected>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "tests/conformance/scenario.hpp"
#include "tests/conformance/trace.hpp"

namespace ninelives::conformance {

// What OTP's supervisor does in these scenarios, by oracle.escript; canonical. An error is a text for people.
std::expected<std::vector<Trace>, std::string> ask_oracle(const std::filesystem::path& escript,
                                                          std::span<const Scenario> scenarios);

}  // namespace ninelives::conformance
