// A tree as a value, as a text and as a value again (<ninelives/spec/toml.hpp>, load_tree_file).
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <regex>

#include <ninelives/spec/check.hpp>
#include <ninelives/spec/toml.hpp>

#include "tests/spec/random_tree.hpp"
#include "tests/supervisor/workshop.hpp"
#include "tests/support/seed.hpp"

namespace ninelives::supervisor::test {
namespace {

using ninelives::test::RandomTree;
using ninelives::test::seed;

constexpr int trees = 2000;

std::string all_of(const Workshop& workshop, const std::vector<Fault>& faults) {
  std::string lines;
  for (const Fault& fault : faults) lines += workshop.line(fault) + '\n';
  return lines;
}

TEST_CASE("a tree that is printed and read is the same tree") {
  const Workshop workshop;
  const auto first = seed();
  for (std::uint64_t each = first; each < first + trees; ++each) {
    const TreeSpec tree = RandomTree(each).tree();
    const std::string text = to_toml(tree);
    INFO("replay with NINELIVES_SEED=" << each << '\n' << text);
    REQUIRE(to_string(check(tree)) == "");
    const auto loaded = workshop.load(text);
    if (!loaded) FAIL(all_of(workshop, loaded.error()));
    REQUIRE(loaded->tree == tree);
  }
}

TEST_CASE("a child that is printed and read is the same child") {
  const Workshop workshop;
  const auto first = seed();
  for (std::uint64_t each = first; each < first + trees; ++each) {
    for (const ninelives::ChildSpec& child : RandomTree(each).tree().supervisor.children) {
      if (child.id.empty()) continue;  // the one that partitions are made from: no child by itself
      const std::string text = to_toml(child);
      INFO("replay with NINELIVES_SEED=" << each << '\n' << text);
      const auto loaded = load_child(text, workshop.directory(), "child.toml");
      if (!loaded) FAIL(all_of(workshop, loaded.error()));
      REQUIRE(*loaded == child);
    }
  }
}

// Whether or not it is the reader's own words that refuse it.
TEST_CASE("what check() refuses in a tree is refused in its text, and nothing else is") {
  const Workshop workshop;
  const auto first = seed();
  for (std::uint64_t each = first; each < first + trees; ++each) {
    RandomTree random(each);
    TreeSpec tree = random.tree();
    random.spoil(tree);
    const std::string text = to_toml(tree);
    const auto loaded = workshop.load(text);
    INFO("replay with NINELIVES_SEED=" << each << '\n'
                                       << text << (loaded ? "" : all_of(workshop, loaded.error())));
    REQUIRE(to_string(check(tree)).empty() == loaded.has_value());
    if (loaded) REQUIRE(loaded->tree == tree);
  }
}

// Everything that we show to people, with a program for each that it names.
std::vector<std::string> trees_that_we_show() {
  std::vector<std::string> found;
  const auto text_of = [](const std::string& file) {
    std::ifstream stream(NINELIVES_SOURCE "/" + file);
    INFO(file);
    REQUIRE(stream);
    return std::string(std::istreambuf_iterator<char>(stream), {});
  };
  for (const std::string file : {"examples/kv/tree.toml", "examples/kill9/tree.toml"}) {
    found.push_back(text_of(file));
  }
  const std::regex block("```toml\n(node[^`]*)```");
  for (const std::string file : {"README.md", "docs/tree-file.md"}) {
    const std::string text = text_of(file);
    const auto before = found.size();
    for (std::sregex_iterator each(text.begin(), text.end(), block), end; each != end; ++each) {
      found.push_back((*each)[1]);
    }
    CHECK(found.size() > before);
  }
  return found;
}

void add_programs(const Workshop& workshop, const std::string& tree) {
  const std::regex program(R"re("\./(\w+)")re");
  for (std::sregex_iterator each(tree.begin(), tree.end(), program), end; each != end; ++each) {
    workshop.add((*each)[1], "#!/bin/sh\n", 0755);
  }
}

TEST_CASE("the trees of the examples and the documentation are read, and the same when they are printed") {
  const Workshop workshop;
  for (const std::string& tree : trees_that_we_show()) {
    INFO(tree);
    add_programs(workshop, tree);
    const auto loaded = workshop.load(tree);
    if (!loaded) FAIL(all_of(workshop, loaded.error()));
    const auto again = workshop.load(to_toml(loaded->tree));
    if (!again) FAIL(all_of(workshop, again.error()));
    CHECK(again->tree == loaded->tree);
  }
}

}  // namespace
}  // namespace ninelives::supervisor::test
