#include "todo_list.hpp"

#include <catch2/catch.hpp>

#include <ninelives/test.hpp>

#include "todo_server.hpp"

using namespace std::chrono_literals;
using namespace todo;

TEST_CASE("todo_cache: entries are found by their day in the order in which they came") {
  TodoList list;
  CHECK(list.add("2026-08-02", "feed the cat") == 1);
  CHECK(list.add("2026-08-03", "buy tea") == 2);
  CHECK(list.add("2026-08-02", "sleep") == 3);
  CHECK(list.entries("2026-08-02") ==
        std::vector<Entry>{{1, "2026-08-02", "feed the cat"}, {3, "2026-08-02", "sleep"}});
  CHECK(list.entries("").size() == 3);
  CHECK(list.entries("2026-08-04").empty());
}

TEST_CASE(
    "todo_cache: a list ends when nobody has asked it for so long and any question sets the time anew") {
  ninelives::test::Node node;
  node.start<TodoServer>("ann", 60s);
  node.advance(50s);
  CHECK(ninelives::whereis<TodoApi>("ann").call(Add{"2026-08-02", "feed the cat"}) == 1u);
  node.advance(50s);
  CHECK(node.is_alive("ann"));
  node.advance(10s);
  CHECK(node.reason("ann") == ninelives::ExitReason::normal());
}
