// `sole KIND NAME START STOP`: takes the lock of its name before anything else; if somebody holds it, that is
// a line in the file `violations`. The kernel lets go of a lock when the last process that has it is dead.
// Files are in the directory that $SOLE names. START and STOP are how long it takes to become ready and to
// stop, in milliseconds. The KIND says what it is:
//   worker, program
//   family    a worker with another process in its group, which has the lock too
//   stranger  the same, but that process has wiped out what it inherited in its environment
#include "tests/programs/sole.hpp"

#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <signal.h>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <ninelives/serve.hpp>

extern char** environ;

namespace {

std::string directory() { return std::getenv("SOLE"); }

void sleep_ms(long milliseconds) {
  const timespec time{milliseconds / 1000, milliseconds % 1000 * 1'000'000};
  ::nanosleep(&time, nullptr);
}

std::string holder_of(int lock) {
  std::string text(32, '\0');
  const ssize_t length = ::pread(lock, text.data(), text.size(), 0);
  text.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  return text.substr(0, text.find('\n'));
}

// One write(2): whole or not there.
void complain(const std::string& line) {
  const int file =
      ::open((directory() + "/violations").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (::write(file, line.data(), line.size()) < 0) ::_exit(4);
  ::close(file);
}

void take_lock(std::string name) {
  const std::string me = std::to_string(::getpid());
  for (char& letter : name) letter = letter == '/' ? '.' : letter;
  const int lock = ::open((directory() + "/" + name + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) ::_exit(4);
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    complain(name + ": process " + me + " has started while " + holder_of(lock) + " was alive\n");
  }
  const std::string line = me + '\n';
  if (::pwrite(lock, line.data(), line.size(), 0) < 0) ::_exit(4);
}

// Nobody finds it by its environment then, nor any sandbox: it ends when the directory is gone.
[[noreturn]] void stay_in_group(bool is_stranger) {
  const std::string files = directory();
  if (is_stranger) {
    for (char** variable = environ; *variable; ++variable) std::memset(*variable, 0, std::strlen(*variable));
  }
  while (::access(files.c_str(), F_OK) == 0) sleep_ms(20);
  ::_exit(0);
}

[[noreturn]] void be_program(long stop_ms) {
  sigset_t end;
  ::sigemptyset(&end);
  ::sigaddset(&end, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &end, nullptr);
  int number = 0;
  ::sigwait(&end, &number);
  sleep_ms(stop_ms);
  ::_exit(0);
}

class Sole : public ninelives::GenServer<SoleApi> {
 public:
  Sole(int, char** argv) : start_ms_(std::atol(argv[3])), stop_ms_(std::atol(argv[4])) {}
  void init() { sleep_ms(start_ms_); }
  std::uint64_t handle_call(const Echo& echo) { return echo.number; }
  void terminate(const ninelives::ExitReason&) { sleep_ms(stop_ms_); }

 private:
  long start_ms_, stop_ms_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  take_lock(argv[2]);
  const std::string_view kind = argv[1];
  const bool is_stranger = kind == "stranger";
  if ((is_stranger || kind == "family") && ::fork() == 0) stay_in_group(is_stranger);
  if (kind == "program") be_program(std::atol(argv[4]));
  return ninelives::serve<Sole>(argc, argv);
}
