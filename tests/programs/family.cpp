// A program with two grandchildren for its supervisor: one in its process group, and one that has left it, as
// daemons do. Their process ids are in the file that the argument names when both are there.
#include <fcntl.h>
#include <fstream>
#include <string>
#include <unistd.h>

namespace {

[[noreturn]] void stay() {
  for (;;) ::pause();
}

pid_t start_in_group() {
  const pid_t pid = ::fork();
  if (pid == 0) stay();
  return pid;
}

// daemon(7): fork, setsid, fork again, so that the grandchild's parent has ended.
pid_t start_daemon() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return -1;
  if (::fork() == 0) {
    ::setsid();
    const pid_t daemon = ::fork();
    if (daemon == 0) stay();
    const bool told = ::write(ends[1], &daemon, sizeof daemon) == sizeof daemon;
    ::_exit(told ? 0 : 1);
  }
  pid_t daemon = -1;
  return ::read(ends[0], &daemon, sizeof daemon) == sizeof daemon ? daemon : -1;
}

}  // namespace

int main(int, char** argv) {
  const std::string line = std::to_string(start_in_group()) + ' ' + std::to_string(start_daemon()) + '\n';
  std::ofstream(argv[1]) << line;
  stay();
}
