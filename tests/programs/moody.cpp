#include "tests/programs/moody.hpp"

#include <filesystem>
#include <fstream>

#include <ninelives/serve.hpp>

namespace {

void wait_at(const std::string& pipe) {
  std::ofstream(pipe + ".reached") << "here\n";
  std::ifstream waits(pipe);
}

}  // namespace

class Moody : public ninelives::GenServer<MoodyApi> {
 public:
  Moody(int argc, char** argv) : arguments_(argv + 1, argv + argc), file_(arguments_.at(0)) {}

  ninelives::InitResult init() {
    std::ifstream mood(file_);
    std::string word;
    std::string text;
    mood >> word >> text;
    if (word == "fail") return ninelives::stop(ninelives::ExitReason::error("in no mood"));
    if (word == "ignore") return ninelives::ignore();
    if (word == "info") return ninelives::ok(text);
    if (word == "slow") wait_at(file_ + ".start");
    return ninelives::ok();
  }
  void terminate(const ninelives::ExitReason&) {
    if (std::filesystem::exists(file_ + ".stop")) wait_at(file_ + ".stop");
  }
  std::vector<std::string> handle_call(const Arguments&) { return arguments_; }

 private:
  std::vector<std::string> arguments_;
  std::string file_;
};

int main(int argc, char** argv) { return ninelives::serve<Moody>(argc, argv); }
