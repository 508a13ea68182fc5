// What a traced process has done to the world outside it. Private memory and registers die with it, so a kill
// leaves the same after every instruction that neither was a system call nor changed a byte of shared memory:
// between two of those that did, one kill stands for all.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "ipc/mapping.hpp"

namespace ninelives::test::stepkill {

class Outside {
 public:
  // `notes` counts what the process writes elsewhere than into the node's files.
  Outside(pid_t process, std::filesystem::path node, std::function<std::size_t()> notes);

  // After every instruction. True also when that cannot be told.
  bool has_changed(bool by_system_call);

 private:
  struct Part {
    ipc::Mapping mapping;
    std::vector<std::byte> seen;
  };
  void map_anew();
  std::string name_of(const std::string& mapped_file, std::uint64_t inode) const;
  void map_parts_of(const std::string& file);
  bool notice_changes();

  pid_t process_;
  std::filesystem::path node_;
  std::function<std::size_t()> notes_;
  std::size_t notes_seen_;
  bool is_blind_ = false;  // some of its shared memory has no name any more
  std::vector<Part> parts_;
};

}  // namespace ninelives::test::stepkill
