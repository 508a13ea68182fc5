// The table of a registry: what its writer has written, as its readers find it, beside a model.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <random>

#include "ipc/registry_view.hpp"
#include "ipc/registry_writer.hpp"
#include "tests/support/mail.hpp"
#include "tests/support/seed.hpp"
#include "tests/support/test_node.hpp"

namespace ninelives::ipc {
namespace {

using test::TestNode;

RegistryKey key_of(std::string_view text) { return {RegistrySpace::keys, text}; }

// A registry, its table and a reader of it.
struct Registry {
  explicit Registry(RegistryKeys keys = RegistryKeys::unique)
      : writer(TestNode::must(RegistryWriter::create(node.files, node.owner(me), me.incarnation, keys))),
        view(open()) {}

  RegistryView open() const { return TestNode::must(RegistryView::open(node.files, node.table.view(), me)); }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& file :
         std::filesystem::directory_iterator(node.files.path() / NodeFiles::registry(node.owner(me))))
      names.push_back(file.path().filename().string());
    return names;
  }

  TestNode node;
  Pid me = node.add("registry");
  RegistryWriter writer;
  RegistryView view;
};

// What should be in the table.
struct Model {
  std::map<std::string, std::vector<RegistryRecord>> entries;

  std::vector<RegistryRecord> lookup(const std::string& key) const {
    const auto found = entries.find(key);
    return found == entries.end() ? std::vector<RegistryRecord>() : found->second;
  }
  std::vector<RegistryRecord> of_owner(const Pid& owner) const {
    std::vector<RegistryRecord> found;
    for (const auto& [key, records] : entries) {
      for (const RegistryRecord& record : records) {
        if (record.owner == owner) found.push_back({owner, key, record.value});
      }
    }
    return found;
  }
  std::uint64_t count() const {
    std::uint64_t all = 0;
    for (const auto& [key, records] : entries) all += records.size();
    return all;
  }
  void remove(const std::string& key, const Pid& owner) {
    std::erase_if(entries[key], [&](const RegistryRecord& record) { return record.owner == owner; });
  }
};

std::vector<RegistryRecord> sorted(std::vector<RegistryRecord> records) {
  std::ranges::sort(records, [](const RegistryRecord& a, const RegistryRecord& b) {
    return std::tie(a.key, a.value) < std::tie(b.key, b.value);
  });
  return records;
}

// Random changes, most of them of few keys by few owners, and each of them checked.
class Play {
 public:
  explicit Play(std::uint64_t seed) : random_(seed) {
    for (int i = 0; i < 6; ++i) owners_.push_back(registry_.node.add("owner " + std::to_string(i)));
  }

  void run(int changes) {
    for (int i = 0; i < changes; ++i) {
      change();
      if (i % 16 == 0) check();
    }
    for (const Pid& owner : owners_) remove_all(owner);
    check();
    CHECK(registry_.writer.entries() == 0);
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  const Pid& any_owner() { return owners_[below(owners_.size())]; }
  // Of every length up to two words, and now and then a long one.
  std::string any_key() {
    return std::string(below(40) == 0 ? 1000 : below(17), 'a' + static_cast<char>(below(12)));
  }
  std::string any_value() {
    std::string value(below(50) == 0 ? below(registry_value_max) : below(40), '\0');
    std::ranges::generate(value, [&] { return static_cast<char>(random_()); });
    return value;
  }

  void change() {
    const std::size_t dice = below(100);
    const Pid& owner = any_owner();
    const std::string key = any_key();
    if (dice < 55) {
      add(key, owner);
    } else if (dice < 70) {
      replace(key);
    } else if (dice < 97) {
      const auto had = model_.lookup(key);
      const auto removed = registry_.writer.remove(key_of(key), owner);
      model_.remove(key, owner);
      CHECK(removed == had.size() - model_.lookup(key).size());
    } else {
      remove_all(owner);
    }
  }
  void add(const std::string& key, const Pid& owner) {
    const std::string value = any_value();
    TestNode::must(registry_.writer.add(key_of(key), {owner, value}));
    model_.entries[key].push_back({.owner = owner, .value = value});
  }
  void replace(const std::string& key) {
    auto& records = model_.entries[key];
    if (records.empty()) return;
    // The first one of its owner: which of several it is, is nobody's business.
    RegistryRecord& record = records.front();
    const RegistryRecord next{.owner = any_owner(), .value = any_value()};
    const bool is_one_of_several = std::ranges::count(records, record.owner, &RegistryRecord::owner) > 1;
    if (is_one_of_several) return;
    TestNode::must(registry_.writer.replace(key_of(key), record.owner, {next.owner, next.value}));
    record = next;
  }
  void remove_all(const Pid& owner) {
    std::vector<std::string> keys;
    for (const RegistryRecord& record : model_.of_owner(owner)) keys.push_back(record.key);
    auto removed = registry_.writer.remove_all(owner);
    std::ranges::sort(keys);
    std::ranges::sort(removed);
    CHECK(removed == keys);
    for (const std::string& key : keys) model_.remove(key, owner);
    CHECK_FALSE(registry_.writer.has_entries(owner));
  }

  void check() {
    for (const auto& [key, records] : model_.entries) {
      CHECK(registry_.view.lookup(key_of(key)).value() == records);
      CHECK(registry_.view.find(key_of(key)).value() == (records.empty() ? Pid() : records.front().owner));
    }
    for (const Pid& owner : owners_)
      CHECK(sorted(registry_.view.of_owner(owner).value()) == sorted(model_.of_owner(owner)));
    CHECK(registry_.view.count().value() == model_.count());
  }

  std::mt19937_64 random_;
  Registry registry_{RegistryKeys::duplicate};
  Model model_;
  std::vector<Pid> owners_;
};

}  // namespace

TEST_CASE("a registry's table has what was written into it, whatever that is and in whatever order") {
  const std::uint64_t seed = test::seed();
  INFO("NINELIVES_SEED=" << seed);
  Play(seed).run(4000);
}

TEST_CASE("a registry's table grows, and who has read the small one reads the large one") {
  Registry registry;
  const Pid owner = registry.node.add("owner");
  constexpr int many = 20'000;
  for (int i = 0; i < many; ++i)
    TestNode::must(registry.writer.add(key_of("key " + std::to_string(i)), {owner, std::to_string(i)}));
  CHECK(registry.view.count().value() == many);
  for (int i = 0; i < many; i += 7) {
    const auto found = registry.view.lookup(key_of("key " + std::to_string(i))).value();
    REQUIRE(found.size() == 1);
    CHECK(found[0].value == std::to_string(i));
  }
  CHECK(registry.open().count().value() == many);
  CHECK(registry.files().size() == 1);
}

TEST_CASE("a registry's table that stays as large as it is uses its memory again") {
  Registry registry(RegistryKeys::duplicate);
  const Pid owner = registry.node.add("owner");
  auto fill = [&](int round) {
    for (int i = 0; i < 100; ++i) {
      const std::string value(static_cast<std::size_t>(i), static_cast<char>('a' + round % 26));
      TestNode::must(registry.writer.add(key_of("key " + std::to_string(i + round)), {owner, value}));
    }
  };
  fill(0);
  registry.writer.remove_all(owner);
  const auto before = registry.files();
  for (int round = 1; round < 200; ++round) {
    fill(round);
    CHECK(registry.writer.remove_all(owner).size() == 100);
  }
  CHECK(registry.files() == before);
}

TEST_CASE("a registry's reader finds nobody who is dead, and a takeover is one store") {
  Registry registry;
  const Pid first = registry.node.add("first");
  const Pid second = registry.node.add("second");
  TestNode::must(registry.writer.add(key_of("k"), {first, "1"}));
  registry.node.end(first, RowState::restarting);
  CHECK(registry.view.find(key_of("k")).value() == Pid());
  CHECK(registry.view.lookup(key_of("k")).value().empty());
  CHECK(registry.view.of_owner(first).value().empty());
  CHECK(registry.view.count().value() == 0);
  CHECK(registry.writer.owners(key_of("k")) == std::vector{first});

  TestNode::must(registry.writer.replace(key_of("k"), first, {second, "2"}));
  CHECK(registry.view.find(key_of("k")).value() == second);
  CHECK(registry.writer.entries() == 1);
  CHECK(registry.writer.remove_all(first).empty());
  CHECK(registry.view.find(key_of("k")).value() == second);
  SECTION("and the next life of the dead one is another one") {
    const Pid next = registry.node.start({first.slot, first.incarnation + 1});
    TestNode::must(registry.writer.replace(key_of("k"), second, {next, "3"}));
    CHECK(registry.writer.remove_all(first).empty());
    CHECK(registry.view.find(key_of("k")).value() == next);
  }
}

TEST_CASE("keys and metadata of one name are two") {
  Registry registry;
  const Pid owner = registry.node.add("owner");
  TestNode::must(registry.writer.add({RegistrySpace::meta, "k"}, {registry.me, "m"}));
  TestNode::must(registry.writer.add(key_of("k"), {owner, "v"}));
  CHECK(registry.view.lookup({RegistrySpace::meta, "k"}).value() ==
        std::vector<RegistryRecord>{{.owner = registry.me, .value = "m"}});
  CHECK(registry.view.lookup(key_of("k")).value() ==
        std::vector<RegistryRecord>{{.owner = owner, .value = "v"}});
  CHECK(registry.view.count().value() == 1);
  CHECK(registry.view.of_owner(registry.me).value().empty());
}

TEST_CASE("what is too large for a registry is refused, and changes nothing") {
  Registry registry;
  const Pid owner = registry.node.add("owner");
  const std::string long_key(registry_key_max + 1, 'k');
  const std::string long_value(registry_value_max + 1, 'v');
  CHECK(registry.writer.add(key_of(long_key), {owner, ""}).error().number == EMSGSIZE);
  CHECK(registry.writer.add(key_of("k"), {owner, long_value}).error().text ==
        "a key takes at most 4096 bytes in a registry, and a value 65536");
  CHECK(registry.view.count().value() == 0);
  const std::string_view largest_key = std::string_view(long_key).substr(1);
  TestNode::must(registry.writer.add(key_of(largest_key), {owner, std::string_view(long_value).substr(1)}));
  CHECK(registry.view.lookup(key_of(largest_key)).value().at(0).value.size() == registry_value_max);
}

TEST_CASE("a registry that cannot grow says so, and has what it had") {
  Registry registry;
  const Pid owner = registry.node.add("owner");
  int added = 0;
  {
    const test::OutOfFiles none;
    while (registry.writer.add(key_of("key " + std::to_string(added)), {owner, "v"})) ++added;
    CHECK(registry.view.count().value() == static_cast<std::uint64_t>(added));
  }
  CHECK(added > 20);
  TestNode::must(registry.writer.add(key_of("one more"), {owner, "v"}));
  SECTION("a reader that cannot map the larger table says so, and reads it later") {
    {
      const test::OutOfFiles none;
      CHECK(registry.view.count().error() == RegistryView::Trouble::no_table);
    }
    CHECK(registry.view.count().value() == static_cast<std::uint64_t>(added) + 1);
  }
}

TEST_CASE(
    "a registry's next life begins with an empty table, and its readers are told that the former is over") {
  Registry registry;
  const Pid owner = registry.node.add("owner");
  TestNode::must(registry.writer.add(key_of("k"), {owner, "v"}));
  const Pid next = registry.node.restart(registry.me);
  CHECK(registry.view.find(key_of("k")).error() == RegistryView::Trouble::over);
  CHECK(registry.view.lookup(key_of("k")).error() == RegistryView::Trouble::over);
  CHECK(RegistryView::open(registry.node.files, registry.node.table.view(), next).error().number == ENOENT);
  const auto writer = TestNode::must(RegistryWriter::create(registry.node.files, registry.node.owner(next),
                                                            next.incarnation, RegistryKeys::unique));
  auto view = TestNode::must(RegistryView::open(registry.node.files, registry.node.table.view(), next));
  CHECK(view.find(key_of("k")).value() == Pid());
  CHECK(registry.files() == std::vector<std::string>{std::to_string(next.incarnation) + ".0"});
}

TEST_CASE("a slot that is freed leaves nothing of its registry") {
  Registry registry;
  remove_box(registry.node.files, registry.node.owner(registry.me));
  CHECK_FALSE(std::filesystem::exists(registry.node.files.path() /
                                      NodeFiles::registry(registry.node.owner(registry.me))));
}

TEST_CASE("a registry's table that is not what its name says is refused") {
  Registry registry;
  const auto directory = registry.node.files.path() / NodeFiles::registry(registry.node.owner(registry.me));
  const std::string name = std::to_string(registry.me.incarnation) + ".1";
  SECTION("another one's") {
    std::filesystem::copy_file(directory / registry.files().at(0), directory / name);
  }
  SECTION("too short") { std::ofstream(directory / name) << "short"; }
  SECTION("without memory") {
    std::ofstream(directory / name) << "";
    std::filesystem::resize_file(directory / name, 64 * page_bytes);
  }
  const auto refused = RegistryView::open(registry.node.files, registry.node.table.view(), registry.me);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().number == 0);
}

}  // namespace ninelives::ipc
