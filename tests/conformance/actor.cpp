#include "tests/conformance/actor.hpp"

#include <fcntl.h>
#include <stdexcept>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include <ninelives/serve.hpp>

#include "ipc/last_words.hpp"
#include "ipc/unique_fd.hpp"
#include "worker/node_process.hpp"

namespace ninelives::conformance {

namespace {

ExitReason reason_of(std::string_view word) {
  if (word == "normal") return ExitReason::normal();
  if (word == "shutdown") return ExitReason::shutdown();
  if (word == "{shutdown,x}") return ExitReason::shutdown("x");
  return ExitReason::error(std::string(word));
}

// So many starts before this one, over all incarnations: the file is one byte longer for each.
std::size_t count_start(const char* path) {
  const ipc::UniqueFd file(::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  struct stat found{};
  if (!file || ::write(file.get(), ".", 1) != 1 || ::fstat(file.get(), &found) != 0) {
    throw std::runtime_error("cannot count in " + std::string(path));
  }
  return static_cast<std::size_t>(found.st_size) - 1;
}

// A server ends with `shutdown` when it is asked to; the children of OTP's supervisors may end as they like.
[[noreturn]] void leave(const ExitReason& reason) {
  ipc::Endpoint& endpoint = static_cast<detail::NodeProcess*>(detail::Process::current())->endpoint();
  ipc::write_last_words(endpoint.status(), endpoint.self().incarnation, reason);
  ::_exit(exit_code(reason));
}

}  // namespace

class Actor : public GenServer<ActorApi> {
 public:
  Actor(int argc, char** argv) : counter_(argv[1]), stops_(argv[2]), starts_(argv + 3, argv + argc) {}

  InitResult init() {
    const std::size_t turn = count_start(counter_);
    const std::string_view start = turn < starts_.size() ? starts_[turn] : "ok";
    if (start == "ignore") return ignore();
    if (start == "error") return stop(ExitReason::error("error"));
    return ok();
  }

  Result handle_cast(const End& end) {
    ends_by_itself_ = true;
    return stop(reason_of(end.reason));
  }

  void terminate(const ExitReason&) {
    if (ends_by_itself_) return;
    while (stops_ == "deaf") ::pause();
    leave(reason_of(stops_));
  }

 private:
  const char* counter_;
  std::string_view stops_;
  std::vector<std::string_view> starts_;
  bool ends_by_itself_ = false;
};

}  // namespace ninelives::conformance

int main(int argc, char** argv) { return ninelives::serve<ninelives::conformance::Actor>(argc, argv); }
