#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <numeric>
#include <random>

#include <ninelives/spec/toml.hpp>

#include "tests/supervisor/workshop.hpp"

namespace ninelives::supervisor::test {
namespace {

constexpr std::string_view tree_with_everything = R"(# A shop.
node = "shop"

[supervisor]
strategy      = "rest_for_one"
intensity     = 7
period        = "1.5s"
auto_shutdown = "any_significant"

[[child]]
id          = "store"
type        = "worker"
command     = ["./store", "--port", "80 81", ""]
restart     = "transient"
significant = true
shutdown    = "200ms"
ready       = "init"
mailbox     = "drop"
directory   = "data"
start_timeout = "10s"
backoff     = { first = "1s", max = "2s", jitter = 0.5, reset = "1h" }
[child.environment]
LANG = "C"
"odd.name" = "a=b"

[[child]]
id       = "sessions"
type     = "supervisor"
strategy = "simple_one_for_one"
[[child.child]]
id         = "session"
type       = "program"
command    = "sh"
executable = "./store"
shutdown   = "brutal_kill"
ready      = "exec"

[[child]]
id              = "jobs"
type            = "supervisor"
dynamic         = true
max_children    = 8
extra_arguments = ["-v"]

[[child]]
id      = "part"
type    = "supervisor"
include = "part.toml"
)";

constexpr std::string_view part = R"([supervisor]
strategy = "one_for_all"
[[child]]
id = "a"
command = "./store"
)";

/// Small damage of the kinds that typing, merging and disks do.
std::string mutated(std::string text, std::mt19937& random) {
  constexpr std::string_view spice = "\"'[]{}=.,#\n\r\t -0_a\\\x80\xff";
  const auto place = random() % (text.size() + 1);
  const auto other_place = random() % (text.size() + 1);
  switch (random() % 5) {
    case 0:
      text.insert(place, 1, spice[random() % spice.size()]);
      break;
    case 1:
      text.erase(place, 1 + random() % 4);
      break;
    case 2:
      text.resize(place);
      break;
    case 3:
      text.insert(place, text.substr(other_place, random() % 40));
      break;
    default:
      if (place < text.size()) text[place] = static_cast<char>(random());
  }
  return text;
}

/// NINELIVES_SEED=<number> runs that seed alone.
std::vector<unsigned> seeds(unsigned count) {
  if (const char* seed = std::getenv("NINELIVES_SEED")) return {static_cast<unsigned>(std::stoul(seed))};
  std::vector<unsigned> all(count);
  std::iota(all.begin(), all.end(), 1U);
  return all;
}

bool is_sound(const std::expected<TreeFile, std::vector<Fault>>& loaded, const std::string& text) {
  if (loaded) return !loaded->tree.node.empty();
  const auto lines = static_cast<unsigned>(std::ranges::count(text, '\n')) + 1;
  return !loaded.error().empty() && std::ranges::all_of(loaded.error(), [&](const Fault& fault) {
    return fault.line >= 1 && fault.line <= lines && fault.column >= 1 && !fault.text.empty() &&
           !fault.text.contains('\n');
  });
}

TEST_CASE("damaged tree files give a tree or faults in lines that exist") {
  const Workshop workshop;
  std::filesystem::create_directory(workshop.directory() / "data");
  workshop.add("part.toml", part, 0644);
  REQUIRE(workshop.load(tree_with_everything));
  for (const unsigned seed : seeds(1000)) {
    std::mt19937 random(seed);
    std::string text(tree_with_everything);
    for (auto damages = 1 + random() % 4; damages > 0; --damages) text = mutated(std::move(text), random);
    const auto loaded = workshop.load(text);
    INFO("replay with NINELIVES_SEED=" << seed << "\n" << text);
    REQUIRE(is_sound(loaded, text));
    if (loaded) REQUIRE(workshop.load(to_toml(loaded->tree)).value().tree == loaded->tree);
  }
}

}  // namespace
}  // namespace ninelives::supervisor::test
