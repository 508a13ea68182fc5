// A program that does not hear SIGTERM. Its argument is a file that it makes when it has stopped listening.
#include <csignal>
#include <fstream>
#include <unistd.h>

int main(int, char** argv) {
  std::signal(SIGTERM, SIG_IGN);
  std::ofstream(argv[1]) << "deaf\n";
  for (;;) ::pause();
}
