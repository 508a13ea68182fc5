// The files of one node: their names, and how they are opened. Layout of their contents: layout.hpp.
//
//   <base>/<node>.<run id>/     mode 0700; base: $NINELIVES_DIR, else /dev/shm/ninelives-<uid>
//     lock                      flock of the root: held means that the node is alive
//     table                     the process table
//     box.<slot>.<owner_inc>    how one slot is reached
//     in.<slot>.<owner_inc>/    one ring for each slot that sends to it: <from>.<owner_inc of from>,
//                               and beside it an arena if it sends what is too large for a ring
//     door.<slot>.<owner_inc>   FIFO by which a slot is woken that waits on file descriptors
//     registry.<slot>.<owner_inc>/   the table of a registry: registry_file.hpp
//     control                   socket for processes that are not in the tree
//
// Names carry the owner_inc, so that a slot that changes its owner never meets the files of the former one.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "ipc/error.hpp"
#include "ipc/layout.hpp"
#include "ipc/mapping.hpp"
#include "ipc/unique_fd.hpp"

namespace ninelives::ipc {

// A slot together with the incarnation that its present child spec began with: what a file is named for.
struct Owner {
  Slot slot = 0;
  Incarnation owner_inc = 0;
  friend bool operator==(const Owner&, const Owner&) = default;
};
std::string to_string(const Owner& owner);                     // "<slot>.<owner_inc>"
std::optional<Owner> parse_owner(std::string_view file_name);  // the reverse; nullopt for any other name

class NodeFiles {
 public:
  static Result<NodeFiles> open(const std::filesystem::path& directory);

  const std::filesystem::path& path() const { return path_; }
  int dir() const { return dir_.get(); }

  static std::string box(const Owner& owner) { return "box." + to_string(owner); }
  static std::string inbox(const Owner& owner) { return "in." + to_string(owner); }
  static std::string ring(const Owner& from, const Owner& to) { return inbox(to) + "/" + to_string(from); }
  // Where one life of a ring's sender puts payloads too large for it: <ring>.<life>.arena
  static std::string arena(const Owner& from, Incarnation life, const Owner& to) {
    return ring(from, to) + "." + std::to_string(life) + ".arena";
  }
  static std::optional<std::pair<Owner, Incarnation>> parse_arena(std::string_view file_name);
  static std::string door(const Owner& owner) { return "door." + to_string(owner); }
  // Where a registry has its table, and the files of it that one life has made: <life>.<number>
  static std::string registry(const Owner& owner) { return "registry." + to_string(owner); }
  static std::string registry_file(Incarnation life, std::uint32_t number) {
    return std::to_string(life) + "." + std::to_string(number);
  }
  static std::optional<std::pair<Incarnation, std::uint32_t>> parse_registry_file(std::string_view file_name);
  static constexpr const char* table = "table";
  static constexpr const char* lock = "lock";
  static constexpr const char* control = "control";

  // Opens a file of the node by one of the names above; close-on-exec.
  Result<UniqueFd> open_file(const std::string& name, int flags) const;
  // The same, and refuses a file that is shorter than `bytes`, whose first `allocated` bytes have no memory
  // behind them: touching those could be a SIGBUS.
  Result<UniqueFd> open_mappable(const std::string& name, int flags, std::size_t bytes,
                                 std::size_t allocated) const;

 private:
  NodeFiles(std::filesystem::path path, UniqueFd dir) : path_(std::move(path)), dir_(std::move(dir)) {}

  std::filesystem::path path_;
  UniqueFd dir_;
};

// Makes the slot's box, inbox directory and door. Done by the slot's supervisor before the first launch.
Result<void> create_box(const NodeFiles& files, const Owner& owner);
// Removes them, every ring to that slot, and its table if it was a registry. What does not exist is no error:
// twice is once.
void remove_box(const NodeFiles& files, const Owner& owner);

}  // namespace ninelives::ipc
