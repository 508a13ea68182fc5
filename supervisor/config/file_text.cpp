#include "supervisor/config/file_text.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace ninelives::supervisor {
namespace {

// A thousand bytes for each of the 16 384 slots that a node can have.
constexpr std::size_t most_bytes = 16 << 20;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  int get() const { return fd_; }

 private:
  int fd_;
};

std::unexpected<std::string> system_error() {
  return std::unexpected(std::generic_category().message(errno));
}

}  // namespace

std::expected<std::string, std::string> read_file_text(const std::filesystem::path& file) {
  // Not std::ifstream, which opens directories without an error and does not say why anything else failed.
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.get() < 0) return system_error();
  std::string text;
  std::array<char, 1 << 16> block;
  while (true) {
    const auto count = ::read(descriptor.get(), block.data(), block.size());
    if (count == 0) return text;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error();
    text.append(block.data(), static_cast<std::size_t>(count));
    if (text.size() > most_bytes) return std::unexpected("it has more than 16 MiB");
  }
}

}  // namespace ninelives::supervisor
