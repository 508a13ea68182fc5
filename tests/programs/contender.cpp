// `contender REGISTRY KEYS DIRECTORY`: registers under one of so many keys, and then takes the lock of that
// key: if somebody holds it, two stand under one key, and that is a line in the file `violations`. The kernel
// lets go of a lock when its holder is dead.
#include <fcntl.h>
#include <random>
#include <string>
#include <sys/file.h>
#include <unistd.h>

#include <ninelives/registry.hpp>
#include <ninelives/serve.hpp>

struct ContenderApi {
  using Calls = ninelives::Calls<>;
};

class Contender : public ninelives::GenServer<ContenderApi> {
 public:
  Contender(int, char** argv) : registry_(argv[1]), keys_(std::stoul(argv[2])), directory_(argv[3]) {}

  ninelives::InitResult init() {
    const std::string key = "key " + std::to_string(std::random_device{}() % keys_);
    const auto registered = registry_.register_name(key, getpid());
    if (registered) take_lock(key);
    return ninelives::ok();
  }

 private:
  void take_lock(const std::string& key) const {
    const int lock = open_file(key + ".lock");
    if (::flock(lock, LOCK_EX | LOCK_NB) == 0) return;
    const std::string line = key + " has two owners, one of them " + to_string(self()) + '\n';
    if (::write(open_file("violations"), line.data(), line.size()) < 0) ::_exit(4);
  }
  int open_file(const std::string& name) const {
    const int file =
        ::open((directory_ + "/" + name).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) ::_exit(4);
    return file;
  }

  ninelives::Registry registry_;
  std::size_t keys_;
  std::string directory_;
};

int main(int argc, char** argv) { return argc == 4 ? ninelives::serve<Contender>(argc, argv) : 2; }
