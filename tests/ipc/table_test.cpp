// What the process table says to its readers when what it holds cannot be.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fcntl.h>
#include <unistd.h>

#include "tests/support/test_node.hpp"

using namespace ninelives;
using namespace ninelives::ipc;
using ninelives::test::TestNode;

namespace {

void scribble(const TestNode& node, std::size_t at, std::string_view bytes) {
  auto fd = TestNode::must(node.files.open_file(NodeFiles::table, O_RDWR));
  REQUIRE(::pwrite(fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(at)) ==
          static_cast<ssize_t>(bytes.size()));
}

}  // namespace

TEST_CASE("a table that claims more rows than there can be has none beyond") {
  TestNode node;
  scribble(node, offsetof(TableHeader, rows), "\xff\xff\xff\xff");
  const auto table = TestNode::must(TableView::open(node.files));
  CHECK(table.rows() == slots_max);
  CHECK_FALSE(table.has(slots_max));
  CHECK(table.state(slots_max).state == RowState::free);
  CHECK(table.reason({slots_max, 1}) == ExitReason::noproc());
}

TEST_CASE("a child is found by its path and by its registered name, for as long as it has its slot") {
  TestNode node;
  const auto add = [&](std::string_view path, std::string_view registered) {
    const Owner owner =
        TestNode::must(node.table.allot({.name = path, .registered = registered, .type = RowType::worker}));
    return node.start({owner.slot, owner.owner_inc});
  };
  const TableView& table = node.table.view();
  const Pid first = add("front/store", "cache");
  CHECK(table.find("front/store") == node.owner(first));
  CHECK(table.find("cache") == node.owner(first));
  CHECK_FALSE(table.find(""));

  node.table.set_state(first.slot, 1, RowState::restarting);
  CHECK(table.find("cache") == node.owner(first));
  node.table.set_state(first.slot, 1, RowState::gone);
  CHECK_FALSE(table.find("cache"));
  const Pid second = add("back/store", "cache");
  CHECK(table.find("cache") == node.owner(second));
  node.table.free(first.slot);
  CHECK(table.find("cache") == node.owner(second));
  CHECK_FALSE(table.find("front/store"));
}

TEST_CASE("names that come and go leave nothing in the index that a search would have to go past") {
  TestNode node;
  std::vector<Pid> present;
  for (int number = 0; number < 40'000; ++number) {
    const std::string name = "child" + std::to_string(number);
    const std::string registered = "name" + std::to_string(number);
    const Owner owner =
        TestNode::must(node.table.allot({.name = name, .registered = registered, .type = RowType::worker}));
    present.push_back({owner.slot, owner.owner_inc});
    REQUIRE(node.table.view().find(registered) == owner);
    if (present.size() < 100) continue;
    node.table.free(present.front().slot);
    present.erase(present.begin());
  }
  for (const Pid& pid : present) node.table.free(pid.slot);
  const auto file = TestNode::must(node.files.open_file(NodeFiles::table, O_RDONLY));
  const auto mapping = TestNode::must(Mapping::map(file.get(), Access::read, 0, sizeof(TableHeader)));
  const auto& names = mapping.as<TableHeader>()->names;
  CHECK(std::ranges::all_of(names, [](const auto& place) { return place.load() == 0; }));
}

TEST_CASE("the name of a node ends with its field, also without a zero") {
  TestNode node;
  scribble(node, offsetof(TableHeader, node), std::string(name_bytes, 'n'));
  CHECK(TestNode::must(TableView::open(node.files)).node() == std::string(name_bytes, 'n'));
}
