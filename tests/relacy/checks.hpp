// All scenarios, by the part of the protocol that they are about.
#pragma once
#include "tests/relacy/checker.hpp"

namespace ninelives::test::relacy {

std::vector<Check> ring_checks();
std::vector<Check> room_checks();
std::vector<Check> wake_checks();
std::vector<Check> death_checks();
std::vector<Check> call_checks();

}  // namespace ninelives::test::relacy
