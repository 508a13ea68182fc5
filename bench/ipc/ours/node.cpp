#include "bench/ipc/ours/node.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>

#include "bench/harness/check.hpp"
#include "bench/harness/stopwatch.hpp"

namespace ninelives::bench {
namespace {

constexpr std::chrono::seconds time_to_start{10};

std::string child_spec(const std::string& id, const std::string& program, const std::string& more = {}) {
  return "[[child]]\nid = \"" + id + "\"\ncommand = [\"" + program + "\"]\n" + more;
}

std::string tree(const std::string& name) {
  const std::string via = std::string("via = { registry = \"") + BenchNode::registry + "\", key = \"" +
                          BenchNode::server_key + "\" }\n";
  return "node = \"" + name + "\"\n[supervisor]\nintensity = 1000000\n" +
         child_spec(BenchNode::registry, NINELIVES_REGISTRY) +
         child_spec(BenchNode::server, NINELIVES_BENCH_ECHO, via) +
         child_spec(BenchNode::idle_worker, NINELIVES_BENCH_ECHO);
}

// A file without a name cannot be left behind.
Fd nameless_file(const std::string& text) {
  Fd file(check(::memfd_create("tree.toml", MFD_CLOEXEC), "memfd_create"));
  write_all(file.get(), std::as_bytes(std::span(text)));
  return file;
}

std::filesystem::path base_directory() {
  if (const char* given = std::getenv("NINELIVES_DIR")) return given;
  return "/dev/shm/ninelives-" + std::to_string(::getuid());
}

}  // namespace

BenchNode::BenchNode()
    : name_("bench-" + std::to_string(::getpid())),
      tree_(nameless_file(tree(name_))),
      root_([this] { become_root(); }, SIGTERM) {
  wait_for_workers();
}

Node BenchNode::attach() const {
  auto node = Node::attach(name_);
  if (!node) throw std::runtime_error(node.error());
  return std::move(*node);
}

std::filesystem::path BenchNode::directory() const {
  for (const auto& entry : std::filesystem::directory_iterator(base_directory())) {
    if (entry.path().filename().string().starts_with(name_ + '.')) return entry.path();
  }
  throw std::runtime_error("no directory of " + name_ + " below " + base_directory().string());
}

void BenchNode::become_root() const {
  const int log = check(::open("/dev/null", O_WRONLY | O_CLOEXEC), "/dev/null");
  check(::dup2(log, STDOUT_FILENO), "dup2");
  check(::dup2(log, STDERR_FILENO), "dup2");
  check(::fcntl(tree_.get(), F_SETFD, 0), "F_SETFD");
  const std::string file = "/proc/self/fd/" + std::to_string(tree_.get());
  ::execl(NINELIVES_COMMAND, "ninelives", "run", file.c_str(), nullptr);
  throw std::runtime_error("cannot execute " NINELIVES_COMMAND);
}

// In a process of its own: one that has been part of a node may not fork others that will be.
void BenchNode::wait_for_workers() const {
  Child waiting([&] {
    for (;;) {
      auto node = Node::attach(name_);
      if (node && whereis<EchoApi>(server).call(Lookup{"up?"}) && whereis<EchoApi>(idle_worker).pid()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  if (waiting.ended_within(time_to_start) && waiting.trouble().empty()) return;
  throw std::runtime_error("the node of the benchmark has not come up; try " NINELIVES_COMMAND
                           " run by hand");
}

}  // namespace ninelives::bench
