// What the process table says to its readers when what it holds cannot be.
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

TEST_CASE("the name of a node ends with its field, also without a zero") {
  TestNode node;
  scribble(node, offsetof(TableHeader, node), std::string(name_bytes, 'n'));
  CHECK(TestNode::must(TableView::open(node.files)).node() == std::string(name_bytes, 'n'));
}
