// A node of our own for the run: a real supervisor with the measured server and idle workers below it. Its
// name is the benchmark's alone; it ends in order when the benchmark does, however that ends.
#pragma once
#include <filesystem>
#include <string>

#include <ninelives/node.hpp>

#include "bench/harness/child.hpp"
#include "bench/harness/fd.hpp"
#include "bench/ipc/ours/echo_api.hpp"

namespace ninelives::bench {

class BenchNode {
 public:
  // Returns when its workers answer. Throws if they do not.
  BenchNode();

  // The calling process becomes a process of the node.
  Node attach() const;
  std::filesystem::path directory() const;

  static constexpr const char* server = "echo";
  static constexpr const char* idle_worker = "idle";
  static constexpr const char* registry = "names";
  static constexpr const char* server_key = "the server";  // in that registry

 private:
  void become_root() const;
  void wait_for_workers() const;

  std::string name_;
  Fd tree_;
  Child root_;
};

}  // namespace ninelives::bench
