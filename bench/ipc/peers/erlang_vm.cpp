#include "bench/ipc/peers/erlang_vm.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "bench/harness/check.hpp"
#include "bench/ipc/peers/casts.hpp"

namespace ninelives::bench {
namespace {

bool in_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (::access((folder + '/' + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

[[noreturn]] void become_vm(const Pipe& commands, const Pipe& answers) {
  check(::dup2(commands.read_end.get(), STDIN_FILENO), "dup2");
  check(::dup2(answers.write_end.get(), STDOUT_FILENO), "dup2");
  ::execlp("escript", "escript", NINELIVES_BENCH_ESCRIPT, nullptr);
  ::_exit(127);
}

// The first number of an answer says how many follow, which is all that the VM ever writes.
Samples read_answer(int fd) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> in(::fdopen(check(::dup(fd), "dup"), "r"), std::fclose);
  std::size_t count = 0;
  if (!in || std::fscanf(in.get(), "%zu", &count) != 1) throw std::runtime_error("the Erlang VM has ended");
  Samples samples(count);
  for (double& sample : samples) {
    if (std::fscanf(in.get(), "%lf", &sample) != 1) throw std::runtime_error("the Erlang VM has ended");
  }
  return samples;
}

std::string microseconds(Nanoseconds time) { return std::to_string(time.count() / 1000); }

}  // namespace

std::string ErlangVm::trouble() {
  return in_path("escript") ? "" : "not installed: apt-get install erlang-base";
}

ErlangVm::ErlangVm()
    : vm_([this] {
        if (trouble().empty()) become_vm(commands_, answers_);
      }) {
  commands_.read_end.close();
  answers_.write_end.close();
}

Samples ErlangVm::calls(Nanoseconds budget) { return ask("call " + microseconds(budget) + "\n"); }

Samples ErlangVm::look_ups(Nanoseconds budget) { return ask("lookup " + microseconds(budget) + "\n"); }

Samples ErlangVm::casts(int senders, Nanoseconds budget) {
  return ask("cast " + std::to_string(senders) + ' ' + std::to_string(casts_per_batch) + ' ' +
             microseconds(budget) + "\n");
}

Samples ErlangVm::ask(const std::string& command) {
  write_all(commands_.write_end.get(), std::as_bytes(std::span(command)));
  return read_answer(answers_.read_end.get());
}

}  // namespace ninelives::bench
