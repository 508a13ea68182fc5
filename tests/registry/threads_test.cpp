// Readers of a registry's table beside its writer, each in a thread of its own; for the thread sanitizer,
// too.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <thread>

#include "ipc/registry_view.hpp"
#include "ipc/registry_writer.hpp"
#include "tests/support/seed.hpp"
#include "tests/support/test_node.hpp"

namespace ninelives::ipc {
namespace {

using test::TestNode;

RegistryKey key_of(std::string_view text) { return {RegistrySpace::keys, text}; }

// A value that tells whose it is and whether it is whole.
std::string value_of(std::string_view key, std::uint64_t number) {
  const std::string piece = std::string(key) + " " + std::to_string(number) + ";";
  std::string value;
  for (std::uint64_t i = 0; i <= number % 23; ++i) value += piece;
  return value;
}
bool is_value_of(std::string_view key, const std::string& value) {
  const auto end = value.find(';');
  if (end == std::string::npos || value.substr(0, key.size()) != key) return false;
  const std::string piece = value.substr(0, end + 1);
  return value == value_of(key, std::stoull(piece.substr(key.size() + 1)));
}

class Chorus {
 public:
  Chorus() {
    for (int i = 0; i < 4; ++i) owners_.push_back(node_.add("owner " + std::to_string(i)));
    for (int i = 0; i < 8; ++i)
      TestNode::must(writer_.add(key_of("always"), {owners_[0], value_of("always", 7)}));
  }

  void run(std::uint64_t seed, int changes) {
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i)
      readers.emplace_back([this, seed, i] { read(seed + static_cast<std::uint64_t>(i)); });
    change(seed, changes);
    over_ = true;
    for (std::thread& reader : readers) reader.join();
    CHECK(wrong_ == 0);
    CHECK(seen_ > 0);
  }

 private:
  // "always" stands there eight times, whoever replaces whom, and never of the last owner; the others come
  // and go.
  void change(std::uint64_t seed, int changes) {
    std::mt19937_64 random(seed);
    std::size_t holder = 0;
    for (int i = 0; i < changes; ++i) {
      const std::string key = "k" + std::to_string(random() % 24);
      const Pid& owner = owners_[random() % owners_.size()];
      const std::uint64_t dice = random() % 100;
      const std::string value = value_of(key, random() % 1000);
      if (dice < 50) {
        TestNode::must(writer_.add(key_of(key), {owner, value}));
      } else if (dice < 90) {
        writer_.remove(key_of(key), owner);
      } else if (dice < 99) {
        const std::size_t next = random() % 2 == 0 ? holder : (holder + 1) % (owners_.size() - 1);
        const auto lines = writer_.owners(key_of("always"));
        const Pid former = lines[random() % lines.size()];
        TestNode::must(
            writer_.replace(key_of("always"), former, {owners_[next], value_of("always", random() % 1000)}));
        holder = next;
      } else {
        writer_.remove_all(owners_.back());
      }
    }
  }

  void read(std::uint64_t seed) {
    auto view = TestNode::must(RegistryView::open(node_.files, node_.table.view(), me_));
    std::mt19937_64 random(seed);
    while (!over_) {
      const std::string key = random() % 4 == 0 ? "always" : "k" + std::to_string(random() % 24);
      check(key, view.lookup(key_of(key)));
      if (const auto mine = view.of_owner(owners_[random() % owners_.size()])) {
        for (const RegistryRecord& record : *mine) require(is_value_of(record.key, record.value));
      }
      if (const auto found = view.find(key_of(key)))
        require(!*found || std::ranges::count(owners_, *found) == 1);
    }
  }
  void check(const std::string& key, const RegistryView::Answer<std::vector<RegistryRecord>>& found) {
    if (!found) return require(found.error() == RegistryView::Trouble::busy);
    for (const RegistryRecord& record : *found) require(is_value_of(key, record.value));
    if (key == "always") require(found->size() == 8);
    ++seen_;
  }
  void require(bool holds) {
    if (!holds) ++wrong_;
  }

  TestNode node_;
  Pid me_ = node_.add("registry");
  RegistryWriter writer_ = TestNode::must(
      RegistryWriter::create(node_.files, node_.owner(me_), me_.incarnation, RegistryKeys::duplicate));
  std::vector<Pid> owners_;
  std::atomic<bool> over_{false};
  std::atomic<std::uint64_t> wrong_{0}, seen_{0};
};

}  // namespace

TEST_CASE(
    "threads: what a reader finds in a registry's table was there as a whole, while everything changes") {
  const std::uint64_t seed = test::seed();
  INFO("NINELIVES_SEED=" << seed);
  Chorus().run(seed, 30'000);
}

}  // namespace ninelives::ipc
