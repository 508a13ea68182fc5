#include "tests/conformance/oracle.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>

namespace ninelives::conformance {

namespace {

using File = std::unique_ptr<FILE, int (*)(FILE*)>;

// Of no name, and inherited by what is run.
File input_of(std::span<const Scenario> scenarios) {
  File file(std::tmpfile(), std::fclose);
  if (!file) throw std::runtime_error("cannot make a temporary file");
  for (const Scenario& scenario : scenarios) std::fputs(to_string(scenario).c_str(), file.get());
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

std::expected<std::vector<Trace>, std::string> ask_oracle(const std::filesystem::path& escript,
                                                          std::span<const Scenario> scenarios) {
  if (std::system("command -v escript >/dev/null") != 0) {
    return std::unexpected("there is no escript: the oracle is OTP itself, Debian's erlang-base");
  }
  const auto input = input_of(scenarios);
  // It ends with us, however we end.
  const auto output = output_of("exec setpriv --pdeathsig KILL escript '" + escript.string() +
                                "' </proc/self/fd/" + std::to_string(::fileno(input.get())));
  std::vector<Trace> traces = read_traces(output.text);
  if (traces.size() < scenarios.size()) {
    return std::unexpected("the oracle has not come to the end of scenario " +
                           scenarios[traces.size()].title);
  }
  if (!output.is_complete) return std::unexpected("the oracle has failed");
  for (std::size_t index = 0; index < traces.size(); ++index) {
    traces[index] = canonical(scenarios[index], std::move(traces[index]));
  }
  return traces;
}

}  // namespace ninelives::conformance
