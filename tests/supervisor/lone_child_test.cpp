// A text that holds one child, as the command line takes it for a supervisor that runs already.
#include <catch2/catch.hpp>

#include "tests/supervisor/workshop.hpp"

namespace ninelives::supervisor::test {
namespace {

TEST_CASE("a text with one child is that child") {
  const Workshop workshop;
  std::filesystem::create_directory(workshop.directory() / "parts");
  workshop.add("parts/part.toml", "[supervisor]\ndynamic = true\n", 0644);
  const auto worker = load_child(
      "[[child]]\nid = \"a\"\ncommand = \"./store\"\nsignificant = true\nrestart = \"transient\"\n",
      workshop.directory(), "<stdin>");
  REQUIRE(worker);
  CHECK(worker->id == "a");
  CHECK(worker->significant);  // whether it may be is for its supervisor to say
  CHECK(worker->executable == workshop.directory() / "store");
  CHECK(worker->directory == workshop.directory());
  const auto supervisor =
      load_child("[[child]]\nid = \"a\"\ntype = \"supervisor\"\ninclude = \"parts/part.toml\"\n",
                 workshop.directory(), "<stdin>");
  REQUIRE(supervisor);
  CHECK(supervisor->supervisor.dynamic);
  workshop.add("child.toml", "[[child]]\nid = \"a\"\ncommand = \"./store\"\n", 0644);
  const auto file = load_child_file(workshop.directory() / "child.toml");
  REQUIRE(file);
  CHECK(file->executable == workshop.directory() / "store");
}

TEST_CASE("a text that is not one child is refused with the place") {
  const Workshop workshop;
  const auto lines = [&](std::string_view text) {
    const auto loaded = load_child(text, workshop.directory(), "child.toml");
    REQUIRE_FALSE(loaded);
    Lines out;
    for (const Fault& fault : loaded.error()) out.push_back(workshop.line(fault));
    return out;
  };
  const std::string child = "[[child]]\nid = \"a\"\ncommand = \"./store\"\n";
  CHECK(lines("") == Lines{"child.toml:1:1: there is no child here; add a [[child]]"});
  CHECK(lines("child = []") == Lines{"child.toml:1:9: there is no child here; add a [[child]]"});
  CHECK(
      lines("child = 3") ==
      Lines{R"(child.toml:1:9: "child" must be an array of tables: write [[child]], here it is an integer)"});
  CHECK(lines(child + "[[child]]\nid = \"b\"\ncommand = \"./store\"\n") ==
        Lines{"child.toml:4:1: there may be only one child here"});
  CHECK(lines("node = \"shop\"\nx = 1\n" + child) ==
        Lines{R"(child.toml:1:1: "node" belongs in a tree file; here is one [[child]] alone)",
              R"(child.toml:2:1: unknown key "x"; the key of the top of a file with one child is "child")"});
  CHECK(
      lines("[[child]]\nid = \"a b\"\ncommand = \"./stroe\"\n") ==
      Lines{
          R"(child.toml:2:6: the id "a b" may consist of letters (a to z, A to Z), digits, "_", "-" and "." only)",
          R"(child.toml:3:11: command "./stroe": no such file: DIR/stroe)"});
  CHECK(lines("x").size() == 1);
  const auto missing = load_child_file(workshop.directory() / "none.toml");
  REQUIRE_FALSE(missing);
  CHECK(workshop.line(missing.error().at(0)) ==
        "none.toml:1:1: cannot read this file: No such file or directory");
}

}  // namespace
}  // namespace ninelives::supervisor::test
