// A worker that knows no manners: it talks with everybody, so that it has their memory before it, and a
// thread of it scribbles over all that. Only while the file that $STORM_RAMPAGE names exists, and never
// before its supervisor has seen it start.
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <time.h>

#include <ninelives/serve.hpp>

#include "ipc/launch_environment.hpp"
#include "ipc/table_view.hpp"
#include "tests/storm/scribbler.hpp"
#include "tests/storm/speaker.hpp"

namespace ninelives::storm {
namespace {

constexpr std::chrono::milliseconds a_moment(20);
constexpr std::uint64_t no_life = std::uint64_t{1}
                                  << 60;  // what is garbled of it must not pass for another's

std::string variable(const char* name) {
  const char* text = std::getenv(name);
  return text ? text : "";
}

// Never returns: it is ended with its process.
void rampage(Pid me) {
  const std::string directory = variable(ipc::env_node);
  auto files = ipc::NodeFiles::open(directory);
  auto table = files ? ipc::TableView::open(*files) : std::unexpected(files.error());
  if (!table) return;
  Scribbler scribbler(directory, std::strtoull(variable(env_seed).c_str(), nullptr, 10) + me.incarnation);
  const timespec breath{0, 1'000'000};
  for (;; ::nanosleep(&breath, nullptr)) {
    if (table->state(me.slot).state == ipc::RowState::running) scribbler.scribble();
  }
}

class Vandal : public GenServer<StormApi> {
 public:
  void init() {
    const bool rampages = std::filesystem::exists(variable(env_rampage));
    talk(10, rampages ? a_moment : patience);
    if (rampages) std::thread(rampage, self()).detach();
  }
  void handle_cast(const Tell&) { talk(200'000, a_moment); }
  Letter handle_call(const Ask& ask) {
    talk(1'000'000, a_moment);
    return sealed(vandal, no_life, ask.letter.number, ask.wanted);
  }

 private:
  void talk(std::size_t bytes, std::chrono::nanoseconds lasting) {
    for (Actor other = 0; other < roster.size(); ++other) {
      const auto ref = whereis<StormApi>(name_of(other));
      static_cast<void>(ref.cast(Tell{sealed(vandal, no_life, ++said_, bytes)}, lasting));
      static_cast<void>(ref.call(Ask{.letter = sealed(vandal, no_life, ++said_, 10)}, lasting));
      ++said_;
      static_cast<void>(ref.cast(Tell{sealed(vandal, no_life, said_, said_ % 3000)}, lasting));
    }
  }

  std::uint64_t said_ = 0;
};

}  // namespace
}  // namespace ninelives::storm

int main(int argc, char** argv) { return ninelives::serve<ninelives::storm::Vandal>(argc, argv); }
