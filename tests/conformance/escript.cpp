#include "tests/conformance/escript.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <vector>

namespace ninelives::conformance {

namespace {

using File = std::unique_ptr<FILE, int (*)(FILE*)>;

// Of no name, and inherited by what is run.
File input_of(const std::string& text) {
  File file(std::tmpfile(), std::fclose);
  if (!file) throw std::runtime_error("cannot make a temporary file");
  std::fputs(text.c_str(), file.get());
  std::fflush(file.get());
  return file;
}

struct Output {
  std::string text;
  bool is_complete;
};

Output output_of(const std::string& command) {
  File pipe(::popen(command.c_str(), "re"), ::pclose);
  Output output{.text = {}, .is_complete = false};
  if (!pipe) return output;
  std::vector<char> buffer(1 << 20);
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    output.text.append(buffer.data(), size);
  }
  output.is_complete = ::pclose(pipe.release()) == 0;
  return output;
}

}  // namespace

std::expected<std::string, std::string> run_escript(const std::filesystem::path& escript,
                                                    const std::string& text) {
  if (std::system("command -v escript >/dev/null") != 0) {
    return std::unexpected("there is no escript: the oracle is OTP itself, Debian's erlang-base");
  }
  const auto input = input_of(text);
  // It ends with us, however we end.
  auto output = output_of("exec setpriv --pdeathsig KILL escript '" + escript.string() + "' </proc/self/fd/" +
                          std::to_string(::fileno(input.get())));
  if (!output.is_complete) {
    return std::unexpected("the oracle has failed, after this:\n" +
                           output.text.substr(output.text.rfind("\nend\n") + 1));
  }
  return std::move(output.text);
}

}  // namespace ninelives::conformance
