// A program that leaves two processes which are hard to get rid of, and stays. One is an orphan that has
// joined the process group of its supervisor, and lets anybody trace it. The other stays in its own group and
// bears no mark. Their process ids are in the file that the argument names when both are there.
#include <fcntl.h>
#include <fstream>
#include <string>
#include <sys/prctl.h>
#include <unistd.h>

namespace {

[[noreturn]] void stay() {
  for (;;) ::pause();
}

pid_t start_in_group_of_supervisor() {
  const pid_t group = ::getppid();
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return -1;
  if (::fork() == 0) {
    if (::fork() != 0) ::_exit(0);
    ::setpgid(0, group);
    ::prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
    const pid_t self = ::getpid();
    if (::write(ends[1], &self, sizeof self) == sizeof self) stay();
    ::_exit(1);
  }
  pid_t orphan = -1;
  return ::read(ends[0], &orphan, sizeof orphan) == sizeof orphan ? orphan : -1;
}

pid_t start_without_marks() {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  char* const command[] = {const_cast<char*>("sleep"), const_cast<char*>("3600"), nullptr};
  char* const nothing[] = {nullptr};
  ::execve("/bin/sleep", command, nothing);
  ::_exit(1);
}

}  // namespace

int main(int, char** argv) {
  const std::string line =
      std::to_string(start_in_group_of_supervisor()) + ' ' + std::to_string(start_without_marks()) + '\n';
  std::ofstream(argv[1]) << line;
  stay();
}
