// An Actor in a process of its own. Its argument names the file into which it writes what it hears, after its
// process id.
#include <fcntl.h>
#include <memory>
#include <stdexcept>
#include <unistd.h>

#include <ninelives/serve.hpp>

#include "ipc/unique_fd.hpp"
#include "tests/conformance/servers/actor.hpp"

namespace ninelives::conformance::servers {

namespace {

class Diary {
 public:
  explicit Diary(const char* path) : file_(::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) {
    write(std::to_string(::getpid()));
  }
  // Whole, also when the next thing is a kill.
  void write(const std::string& text) const {
    const std::string line = text + '\n';
    if (::write(file_.get(), line.data(), line.size()) < 0) {
      throw std::runtime_error("cannot write the diary");
    }
  }

 private:
  ipc::UniqueFd file_;
};

}  // namespace

class RealActor : public Actor {
 public:
  RealActor(int, char** argv)
      : Actor([diary = std::make_shared<Diary>(argv[1])](const std::string& line) { diary->write(line); }) {}
};

}  // namespace ninelives::conformance::servers

int main(int argc, char** argv) {
  return ninelives::serve<ninelives::conformance::servers::RealActor>(argc, argv);
}
