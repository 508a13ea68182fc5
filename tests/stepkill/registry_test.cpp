// A registry killed at every instruction of a change of its table. Whoever reads it finds what was there
// before or what is there afterwards, and never waits; nobody mends anything, for the next life has a table
// of its own.
#include <catch2/catch.hpp>
#include <map>

#include "ipc/registry_view.hpp"
#include "ipc/registry_writer.hpp"
#include "tests/stepkill/campaign.hpp"
#include "tests/stepkill/markers.hpp"
#include "tests/stepkill/world.hpp"

namespace ninelives::test::stepkill {
namespace {

using ipc::RegistryKey;
using ipc::RegistryRecord;
using ipc::RegistryView;
using ipc::RegistryWriter;

enum class Change { add, take_over, remove, remove_all, grow };

std::string in_words(Change change) {
  switch (change) {
    case Change::add:
      return "an entry is added to a registry";
    case Change::take_over:
      return "a key of a registry is taken over";
    case Change::remove:
      return "an entry is removed from a registry";
    case Change::remove_all:
      return "all entries of a process are removed from a registry";
    case Change::grow:
      return "a registry's table grows";
  }
  std::unreachable();
}

RegistryKey key_of(std::string_view text) { return {ipc::RegistrySpace::keys, text}; }

// What each key stands for.
using Contents = std::map<std::string, std::vector<RegistryRecord>>;

class RegistryChange : public Scenario {
 public:
  explicit RegistryChange(Change change)
      : change_(change), nursery_([this](const Order& order) {
          const auto files = must(ipc::NodeFiles::open(world_.path()));
          RegistryWriter writer = make_table(files, order.me);
          stop_for_the_test();
          make_change(writer);
          operation_has_returned();
        }) {}

  std::string name() const override { return in_words(change_); }
  const Nursery& nursery() const override { return nursery_; }
  const std::filesystem::path& node() const override { return world_.path(); }

  Order next_order(std::uint64_t number) override {
    registry_ = world_.next_life(registry_);
    return {registry_, number, {}};
  }
  void at_stop(int /*stop*/) override {
    view_.emplace(must(RegistryView::open(world_.files(), world_.table(), registry_)));
    before_ = read();
    require(before_.at("steady").size() == 1, "the table was not made");
  }
  void while_stopped() override { check(); }

  Outcome after_kill(bool returned) override {
    const bool is_done = check();
    world_.restarting(registry_);
    require(view_->find(key_of("steady")).error() == RegistryView::Trouble::over, "its end is not seen");
    if (returned) require(is_done && has_grown() == (change_ == Change::grow), "what was done is not there");
    return {is_done ? "the table as it is afterwards" : "the table as it was",
            "its next life makes another one"};
  }

 private:
  static std::string numbered(int i) { return "key " + std::to_string(i); }

  RegistryWriter make_table(const ipc::NodeFiles& files, const Pid& me) const {
    auto writer = must(RegistryWriter::create(files, owner_, me.incarnation, ipc::RegistryKeys::unique));
    must(writer.add(key_of("steady"), {first_, "stays"}));
    must(writer.add(key_of("k"), {second_, "before"}));
    for (int i = 0; i < (change_ == Change::grow ? 32 - 2 : 1); ++i)
      must(writer.add(key_of(numbered(i)), {second_, "many"}));
    if (change_ == Change::add) writer.remove(key_of("k"), second_);
    return writer;
  }

  void make_change(RegistryWriter& writer) const {
    switch (change_) {
      case Change::add:
        return must(writer.add(key_of("k"), {first_, "after"}));
      case Change::take_over:
        return must(writer.replace(key_of("k"), second_, {first_, "after"}));
      case Change::remove:
        writer.remove(key_of("k"), second_);
        return;
      case Change::remove_all:
        writer.remove_all(second_);
        return;
      case Change::grow:
        return must(writer.add(key_of("new"), {first_, "after"}));
    }
  }

  Contents read() {
    Contents contents;
    for (const char* key : {"steady", "k", "new"}) {
      contents[key] = view_->lookup(key_of(key)).value();
      const Pid found = view_->find(key_of(key)).value();
      require(contents[key].empty() ? !found : found == contents[key].at(0).owner, "find and lookup differ");
    }
    require(view_->count().has_value(), "a question has no answer");
    const auto of_second = view_->of_owner(second_).value();
    for (const RegistryRecord& record : of_second)
      require(record.value == "before" || record.value == "many", "a value is not whole");
    return contents;
  }

  // Whether the change is seen; and it is, or it is not.
  bool check() {
    const Contents now = read();
    require(now.at("steady") == before_.at("steady"), "somebody else's entry has changed");
    if (now == before_) return false;
    const auto& k = now.at(change_ == Change::grow ? "new" : "k");
    const bool is_written = k == std::vector<RegistryRecord>{{.owner = first_, .value = "after"}};
    const bool writes = change_ == Change::add || change_ == Change::take_over || change_ == Change::grow;
    require(writes ? is_written : k.empty(), "the change is neither made nor not made");
    return true;
  }

  bool has_grown() const {
    return std::filesystem::exists(world_.path() /
                                   ipc::RegistryFileName{owner_, registry_.incarnation, 1}.path());
  }

  World world_;
  Change change_;
  Pid registry_ = world_.allot("registry");
  ipc::Owner owner_ = world_.owner(registry_);
  Pid first_ = world_.add("first");
  Pid second_ = world_.add("second");
  Nursery nursery_;
  std::optional<RegistryView> view_;
  Contents before_;
};

}  // namespace

TEST_CASE(
    "a registry that is killed or stopped while it changes its table leaves it as it was or as it is to be") {
  const auto change = GENERATE(Change::add, Change::take_over, Change::remove, Change::remove_all);
  const By by = GENERATE(By::kill, By::stop);
  RegistryChange scenario(change);
  CHECK_NOTHROW(run(scenario, by));
}

TEST_CASE("a registry that is killed while its table grows leaves the small one or the large one") {
  RegistryChange scenario(Change::grow);
  CHECK_NOTHROW(run(scenario));
}

}  // namespace ninelives::test::stepkill
