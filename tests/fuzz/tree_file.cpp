// Any text as a tree file: a tree, which is the same when it is printed and read again, or faults that each
// have a place inside of the text.
#include "supervisor/config/tree_file.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include <ninelives/spec/check.hpp>
#include <ninelives/spec/toml.hpp>

#include "tests/fuzz/memory_file.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using namespace ninelives::supervisor;
using ninelives::fuzz::MemoryFile;
using ninelives::fuzz::require;

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

// The line with that number, counted from 1; or none. What follows the last line break is a line, too.
std::optional<std::string_view> line_of(std::string_view text, unsigned number) {
  for (; number > 1; --number) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

bool is_utf8_fault(const Fault& fault) { return fault.text.starts_with("this is not UTF-8"); }

void check(const Fault& fault, std::string_view text) {
  require(fault.line >= 1 && fault.column >= 1, "lines and columns are counted from 1");
  const auto line = line_of(text, fault.line);
  require(line.has_value(), "a fault is in a line of the file");
  // A byte that is no UTF-8 counts as a character here; and where a line ends too early, the place is behind
  // it.
  const auto characters =
      line->size() - static_cast<std::size_t>(std::ranges::count_if(*line, is_continuation));
  const auto most = is_utf8_fault(fault) ? line->size() : characters + 1;
  require(fault.column <= most, "a fault is in a column of its line");
  require(!fault.text.empty() && fault.text.find('\n') == std::string::npos, "a fault is told in one line");
}

void check_children(const ninelives::SupervisorSpec& supervisor) {
  for (const auto& child : supervisor.children) {
    const bool is_process = child.type != ninelives::ChildType::supervisor;
    require(!child.id.empty(), "each child has a name");
    require(!is_process || (!child.command.empty() && child.executable.starts_with('/') &&
                            child.directory.starts_with('/')),
            "what is started, and where, is known");
    check_children(child.supervisor);
  }
}

void check(const TreeFile& loaded, MemoryFile& printed) {
  require(!loaded.tree.node.empty(), "a tree has a name");
  require(ninelives::check(loaded.tree).empty(), "what is loaded passes the check");
  check_children(loaded.tree.supervisor);
  printed.write(to_toml(loaded.tree));
  const auto again = load_tree_file(printed.path());
  require(again && again->tree == loaded.tree, "a tree that is printed is read as the same");
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  ::setenv("PATH", "/bin", 1);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static MemoryFile file, printed;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  file.write(text);
  const auto loaded = load_tree_file(file.path());
  if (loaded) {
    check(*loaded, printed);
  } else {
    require(!loaded.error().empty(), "a tree that is refused has a fault");
    for (const Fault& fault : loaded.error()) {
      if (fault.file == file.path()) check(fault, text);
    }
  }
  return 0;
}
