// kill -9 of those who stand in a registry, and of the registry itself.
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "tests/e2e/registry_node.hpp"
#include "tests/support/seed.hpp"

namespace ninelives::test {
namespace {

constexpr int contenders = 8;
constexpr int keys = 3;

std::vector<std::string> contenders_in(const std::filesystem::path& directory) {
  std::vector<std::string> children;
  for (int i = 0; i < contenders; ++i) {
    children.push_back(worker("contender-" + std::to_string(i),
                              {test_program("contender"), "names", std::to_string(keys), directory}));
  }
  return children;
}

// Looks for all keys again and again, beside the process table.
class Watcher {
 public:
  explicit Watcher(const std::filesystem::path& node)
      : files_(must(ipc::NodeFiles::open(node))), table_(must(ipc::TableView::open(files_))) {}

  // Where the registry is killed, too, it is nobody for a while, and forgets who stood in it before those
  // hear of that.
  void look(bool is_registry_killed = false) {
    const Registry names("names");
    for (int key = 0; key < keys; ++key) {
      const auto over = lives_over();
      const auto found = names.lookup("key " + std::to_string(key));
      if (!found && is_registry_killed && to_string(found.error()).starts_with("noproc")) continue;
      if (!found) throw std::runtime_error(to_string(found.error()));
      require(found->size() <= 1, "a key has two owners");
      if (found->empty()) continue;
      const Pid owner = found->front().pid;
      require(owner.incarnation > over[owner.slot], to_string(owner) + " was dead before it was looked for");
      Pid& former = owners_[key];
      if (former != owner && !is_registry_killed)
        require(!former || is_over(former), to_string(former) + " has lost its key, and lives");
      former = owner;
      ++seen_;
    }
  }

  std::vector<std::string> wrong;
  std::size_t seen() const { return seen_; }

 private:
  template <class T>
  static T must(ipc::Result<T> result) {
    if (!result) throw std::runtime_error(result.error().text);
    return std::move(*result);
  }

  // Of each slot, the last life that is over.
  std::vector<Incarnation> lives_over() const {
    std::vector<Incarnation> over(table_.rows());
    for (Slot slot = 0; slot < over.size(); ++slot) {
      const ipc::RowWord word = table_.state(slot);
      over[slot] = word.is_alive() ? word.incarnation - 1 : word.incarnation;
    }
    return over;
  }
  bool is_over(const Pid& pid) const { return table_.state(pid.slot).is_over(pid.incarnation); }
  void require(bool holds, const std::string& otherwise) {
    if (!holds) wrong.push_back(otherwise);
  }

  ipc::NodeFiles files_;
  ipc::TableView table_;
  std::map<int, Pid> owners_;
  std::size_t seen_ = 0;
};

void kill_once_it_runs(const RegistryNode& test, const std::string& victim) {
  SeenRow seen;
  REQUIRE(wait_until([&] {
    seen = test.running.table().row(victim);
    return seen.is_alive && seen.os_pid != 0;
  }));
  test.running.kill_child(victim);
  REQUIRE(
      wait_until([&] { return test.running.table().row(victim).pid.incarnation > seen.pid.incarnation; }));
}

// Does this last, also when the test fails.
template <class Do>
class Last {
 public:
  explicit Last(Do what) : what_(std::move(what)) {}
  Last(const Last&) = delete;
  Last& operator=(const Last&) = delete;
  ~Last() { what_(); }

 private:
  Do what_;
};

// Somebody looks for all keys, as long as `kill` kills.
template <class Kill>
void look_while(const RegistryNode& test, bool is_registry_killed, Kill kill) {
  Watcher watcher(test.running.directory());
  std::atomic<bool> over{false};
  Someone reader;
  const Last ends_reading([&] { over = true; });
  auto reading = reader.begins([&] {
    while (!over) watcher.look(is_registry_killed);
  });
  kill();
  over = true;
  CHECK_NOTHROW(reading.get());
  for (const std::string& wrong : watcher.wrong) FAIL_CHECK(wrong);
  CHECK(watcher.seen() > 0);
}

}  // namespace

TEST_CASE("registry: nobody is found who was dead, and no key has two owners, while many are killed") {
  const std::uint64_t seed = test::seed();
  INFO("NINELIVES_SEED=" << seed);
  const TempDir locks;
  RegistryNode test({}, contenders_in(locks.path()));
  std::mt19937_64 random(seed);
  look_while(test, false, [&] {
    for (int kills = 0; kills < 200; ++kills) {
      kill_once_it_runs(test, "contender-" + std::to_string(random() % contenders));
    }
  });
  CHECK(contents(locks.path() / "violations") == "");
}

TEST_CASE(
    "registry: when it is killed, its next life begins with nothing, and who asks it then is answered") {
  RegistryNode test;
  REQUIRE(test.names.register_name("hello", "value"));
  REQUIRE(test.names.put_meta("motto", "let it crash"));
  const Pid former = test.running.table().row("names").pid;
  test.running.kill_child("names");
  REQUIRE(wait_until(
      [&] { return test.names.lookup("hello").has_value() && test.names.lookup("hello")->empty(); }));
  CHECK(test.running.table().row("names").pid.incarnation > former.incarnation);
  CHECK(test.names.meta<std::string>("motto").value() == std::nullopt);
  CHECK(test.names.count().value() == 0);
}

TEST_CASE("registry: nobody is found who was dead, while it is killed itself among those who stand in it") {
  const std::uint64_t seed = test::seed();
  INFO("NINELIVES_SEED=" << seed);
  const TempDir locks;
  RegistryNode test({}, contenders_in(locks.path()));
  std::mt19937_64 random(seed);
  look_while(test, true, [&] {
    for (int kills = 0; kills < 100; ++kills) {
      const auto victim = random() % (2 * contenders);
      kill_once_it_runs(test, victim < contenders ? "contender-" + std::to_string(victim) : "names");
    }
  });
  // Whoever stood in it when it was killed last has come again and stands in it again, or finds his key
  // taken.
  CHECK(wait_until([&] {
    const auto count = test.names.count();
    return count && *count > 0;
  }));
  for (int i = 0; i < contenders; ++i) {
    CHECK(test.running.wait_for_state("contender-" + std::to_string(i), "running").state == "running");
  }
}

}  // namespace ninelives::test
