// Its argument, if there is one, is a file that it makes when it hears of an end.
#include "tests/programs/talker.hpp"

#include <fstream>
#include <map>

#include <ninelives/serve.hpp>

class Talker : public ninelives::GenServer<TalkerApi> {
 public:
  Talker(int argc, char** argv) : file_(argc > 1 ? argv[1] : nullptr) {}

  std::int64_t handle_call(const Now& now) { return now.number; }
  ninelives::CallResult<std::int64_t> handle_call(const Later& later,
                                                  const ninelives::From<std::int64_t>& from) {
    waiting_.emplace_back(later.number, from);
    return ninelives::noreply();
  }
  ninelives::CallResult<void> handle_call(const Never&) { return ninelives::noreply(); }
  void handle_call(const Release&) {
    for (const auto& [number, from] : waiting_) from.reply(number);
    waiting_.clear();
  }
  std::uint64_t handle_call(const Waiting&) { return waiting_.size(); }
  std::vector<std::string> handle_call(const Heard&) { return heard_; }
  void handle_call(const Watch& watch) {
    watched_[monitor(ninelives::whereis<TalkerApi>(watch.name)).number] = watch.name;
  }

  void handle_info(const Note& note) { heard_.push_back(note.text); }
  void handle_info(const ninelives::Down& down) {
    heard_.push_back(watched_[down.ref.number] + " down: " + to_string(down.reason));
    if (file_) std::ofstream(file_) << "down\n";
  }

 private:
  const char* file_;
  std::vector<std::pair<std::int64_t, ninelives::From<std::int64_t>>> waiting_;
  std::map<std::uint64_t, std::string> watched_;
  std::vector<std::string> heard_;
};

int main(int argc, char** argv) { return ninelives::serve<Talker>(argc, argv); }
