#include "supervisor/node/handover.hpp"

#include <array>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ninelives/ipc/supervision.hpp>

namespace ninelives::supervisor {
namespace {

struct WireHandover {
  std::string name;
  std::string events;
  SupervisorSpec spec;
};
BOOST_DESCRIBE_STRUCT(WireHandover, (), (name, events, spec))

// A tree of ten thousand children takes some megabytes.
constexpr std::size_t most_memory = std::size_t{1} << 30;

}  // namespace

ipc::Result<ipc::UniqueFd> write_handover(const Handover& handover) {
  const std::string bytes = to_bytes(WireHandover{handover.name, handover.events.string(), handover.spec});
  ipc::UniqueFd memory(::memfd_create("ninelives-handover", MFD_CLOEXEC));
  if (!memory) return ipc::os_error("cannot make memory for a handover");
  for (std::size_t written = 0; written < bytes.size();) {
    const ssize_t n = ::write(memory.get(), bytes.data() + written, bytes.size() - written);
    if (n < 0) return ipc::os_error("cannot write a handover");
    written += static_cast<std::size_t>(n);
  }
  ::lseek(memory.get(), 0, SEEK_SET);
  return memory;
}

ipc::Result<Handover> read_handover() {
  std::string bytes;
  std::array<char, 65536> part;
  for (;;) {
    const ssize_t n = ::read(STDIN_FILENO, part.data(), part.size());
    if (n < 0) return ipc::os_error("cannot read what the supervisor above hands over");
    if (n == 0) break;
    bytes.append(part.data(), static_cast<std::size_t>(n));
  }
  if (const ipc::UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC)); null) {
    ::dup2(null.get(), STDIN_FILENO);
  }
  auto read = from_bytes<WireHandover>(bytes, most_memory);
  if (!read) return ipc::fault("what the supervisor above hands over is faulty: " + read.error());
  return Handover{std::move(read->name), std::move(read->events), std::move(read->spec)};
}

}  // namespace ninelives::supervisor
