// A program that writes down how it was started, one line a fact, into the file that its argument names, and
// stays.
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

extern char** environ;

namespace {

void report_descriptors(std::ostream& out) {
  for (int fd = 0; fd < 1024; ++fd) {
    std::error_code error;
    const auto target = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), error);
    if (!error) out << "fd " << fd << ' ' << target.string() << '\n';
  }
}

// SigBlk, SigIgn and the others: proc(5).
void report_signals(std::ostream& out) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("Sig")) out << line << '\n';
  }
}

}  // namespace

int main(int, char** argv) {
  const std::string unfinished = std::string(argv[1]) + ".part";
  {
    std::ofstream out(unfinished);
    out << "directory " << std::filesystem::current_path().string() << '\n';
    for (char** variable = environ; *variable; ++variable) out << "environment " << *variable << '\n';
    report_signals(out);
    out.flush();
  }
  {
    // Its own descriptors are counted while this one file is open, which is left out.
    std::ofstream out(unfinished, std::ios::app);
    report_descriptors(out);
  }
  std::filesystem::rename(unfinished, argv[1]);
  for (;;) ::pause();
}
