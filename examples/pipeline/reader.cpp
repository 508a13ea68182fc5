// The first stage: gives lines of the input.
#include <filesystem>
#include <fstream>

#include <ninelives/serve.hpp>

#include "lines.hpp"

using namespace pipeline;

class Reader : public ninelives::GenServer<StageApi> {
 public:
  void init() { input_.exceptions(std::ios::badbit); }
  Part handle_call(const Demand& asked) {
    const std::uint64_t begin = asked.begin == 0 ? 0 : asked.begin - 1;
    bytes_.resize(asked.end - begin + longest_line);
    input_.clear();
    input_.seekg(static_cast<std::streamoff>(begin));
    input_.read(bytes_.data(), static_cast<std::streamsize>(bytes_.size()));
    Part part =
        lines_of(asked, std::string_view(bytes_).substr(0, static_cast<std::size_t>(input_.gcount())));
    part.last = asked.end >= size_;
    return part;
  }

 private:
  static constexpr std::uint64_t longest_line = 4096;

  const std::string path_ = std::getenv("PIPELINE_INPUT");
  const std::uint64_t size_ = std::filesystem::file_size(path_);
  std::ifstream input_{path_};
  std::string bytes_;
};

int main(int argc, char** argv) { return ninelives::serve<Reader>(argc, argv); }
