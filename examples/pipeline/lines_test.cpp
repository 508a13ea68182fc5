#include "lines.hpp"

#include <catch2/catch.hpp>

using namespace pipeline;

namespace {

const std::string input = "one\nthe second\n\nlast\n";

// What a reader sees of it.
Part read(std::uint64_t begin, std::uint64_t end) {
  return lines_of({begin, end}, std::string_view(input).substr(begin == 0 ? 0 : begin - 1));
}

}  // namespace

TEST_CASE("pipeline: wherever two parts touch, each line belongs to one of them, whole") {
  for (std::uint64_t cut = 1; cut < input.size(); ++cut) {
    const Part first = read(0, cut), second = read(cut, input.size());
    CAPTURE(cut);
    CHECK(first.text + second.text == input);
    if (!second.text.empty()) CHECK(second.begin == first.text.size());
  }
}

TEST_CASE("pipeline: a last line without its newline is a line") {
  CHECK(lines_of({0, 100}, "a\nb").text == "a\nb");
  CHECK(lines_of({2, 100}, "\nb").text == "b");
}

TEST_CASE("pipeline: a row says host, path, status and time, and where its line ends in the input") {
  CHECK(rows_of({100, "web3 GET /cart/17 200 1532\nweb1 GET /static/x.css 200 3\nnonsense!\n", false}) ==
        "127 web3 /cart 2xx 1532\n166 malformed\n");
}

TEST_CASE("pipeline: wherever a writer is killed, what it goes on with gives the same output") {
  const std::string whole = rows_of({0, input, false});
  for (std::size_t written = 0; written <= whole.size(); ++written) {
    const std::string left = whole.substr(0, written);
    const Progress progress = progress_of(left.size(), left);
    CAPTURE(written, progress.rows, progress.next);
    CHECK(left.substr(0, progress.rows) + rows_of(read(progress.next, input.size())) == whole);
  }
}

TEST_CASE("pipeline: how far an output is stands in its last bytes") {
  const Progress progress = progress_of(1000, "alf a row\n4711 web1 /cart 2xx 9\n4790 web");
  CHECK(progress.rows == 992);
  CHECK(progress.next == 4711);
}
