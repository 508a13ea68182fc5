#include "tests/support/sandbox.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "supervisor/os/descendants.hpp"
#include "supervisor/os/proc.hpp"
#include "tests/support/wait_until.hpp"

namespace ninelives::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* variable = "NINELIVES_DIR";

}  // namespace

Sandbox::Sandbox() { ::setenv(variable, nodes().c_str(), 1); }

Sandbox::~Sandbox() {
  const supervisor::Markers marks{mark()};
  wait_until([&] {
    const auto sweep = supervisor::kill_marked(marks);
    return sweep.complete && sweep.killed.empty();
  });
  ::unsetenv(variable);
}

fs::path Sandbox::write(std::string_view name, std::string_view text) const {
  const fs::path file = *this / name;
  std::ofstream(file) << text;
  return file;
}

std::vector<fs::path> Sandbox::node_directories() const {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator file(nodes(), error), end; !error && file != end; file.increment(error)) {
    if (file->is_directory(error)) found.push_back(file->path());
  }
  return found;
}

// Not the test itself, whose environment the kernel shows as it was in the beginning.
std::vector<pid_t> Sandbox::processes() const {
  auto found = supervisor::all_processes().value_or(std::vector<pid_t>());
  std::erase_if(found, [mark = '\0' + mark() + '\0'](pid_t pid) {
    const auto environment = supervisor::environment_of(pid);
    return environment && !('\0' + *environment).contains(mark);
  });
  return found;
}

std::string Sandbox::mark() const { return std::string(variable) + "=" + nodes().string(); }

ProgramPlan Sandbox::ninelives_plan(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), NINELIVES_COMMAND);
  return {.command = std::move(arguments)};
}

Ended Sandbox::ninelives(std::vector<std::string> arguments) const {
  return run_to_end(ninelives_plan(std::move(arguments)));
}

std::string contents(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

}  // namespace ninelives::test
