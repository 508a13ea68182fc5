// The two grandchildren that tests/programs/family.cpp starts, by pidfd.
#pragma once
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "supervisor/os/pidfd.hpp"
#include "tests/support/sandbox.hpp"

namespace ninelives::test {

struct Family {
  ipc::UniqueFd in_group, daemon;
};

// Waits until both are there.
inline Family family_in(const std::filesystem::path& file) {
  if (!wait_until([&] { return contents(file).ends_with('\n'); }))
    throw std::runtime_error("the family is not complete");
  pid_t in_group = 0, daemon = 0;
  std::ifstream(file) >> in_group >> daemon;
  Family family{supervisor::open_pidfd(in_group), supervisor::open_pidfd(daemon)};
  if (!family.in_group || !family.daemon) throw std::runtime_error("the family is dead already");
  return family;
}

}  // namespace ninelives::test
