#include "tests/support/trees.hpp"

namespace ninelives::test {
namespace {

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

std::string child(std::string_view id, std::string_view type, const std::vector<std::string>& command,
                  std::string_view more) {
  std::string words;
  for (const std::string& word : command) words += (words.empty() ? "" : ", ") + quoted(word);
  return "[[child]]\nid = " + quoted(id) + "\ntype = " + quoted(type) + "\ncommand = [" + words + "]\n" +
         std::string(more) + "\n";
}

}  // namespace

std::string test_program(std::string_view name) { return NINELIVES_TEST_PROGRAMS "/" + std::string(name); }

std::string worker(std::string_view id, const std::vector<std::string>& command, std::string_view more) {
  return child(id, "worker", command, more);
}

std::string program(std::string_view id, const std::vector<std::string>& command, std::string_view more) {
  return child(id, "program", command, more);
}

std::string sleeper(std::string_view id, std::string_view more) {
  return program(id, {"sleep", "3600"}, more);
}

std::string registry(std::string_view id, const std::vector<std::string>& options) {
  std::vector<std::string> command{NINELIVES_REGISTRY};
  command.insert(command.end(), options.begin(), options.end());
  return worker(id, command);
}

// What is a [[child]] by itself is one level further down here.
std::string supervisor(std::string_view id, const std::vector<std::string>& children, std::string_view more) {
  constexpr std::string_view header = "[[child";
  std::string text = "[[child]]\nid = " + quoted(id) + "\ntype = \"supervisor\"\n" + std::string(more) + "\n";
  for (std::string below : children) {
    for (auto at = below.find(header); at != std::string::npos;
         at = below.find(header, at + 2 * header.size())) {
      below.insert(at + header.size(), ".child");
    }
    text += below;
  }
  return text;
}

std::string tree_of(const std::vector<std::string>& children, std::string_view supervisor) {
  return tree_named("n", children, supervisor);
}

std::string tree_named(std::string_view node, const std::vector<std::string>& children,
                       std::string_view supervisor) {
  std::string tree = "node = " + quoted(node) + "\n[supervisor]\n" + std::string(supervisor) + "\n";
  for (const std::string& each : children) tree += each;
  return tree;
}

}  // namespace ninelives::test
