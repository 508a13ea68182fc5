// One ring, its writer and its reader: random lengths against a plain queue, restarts of both ends, garbage.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <random>
#include <sys/stat.h>

#include "ipc/ring_file.hpp"
#include "ipc/ring_reader.hpp"
#include "ipc/ring_writer.hpp"
#include "tests/support/seed.hpp"
#include "tests/support/temp_dir.hpp"

using namespace ninelives;
using namespace ninelives::ipc;

namespace {

constexpr Owner from{1, 1};
constexpr Owner to{2, 1};

class RingFixture {
 public:
  RingFixture() : files(NodeFiles::open(dir_.path()).value()) {
    std::filesystem::create_directory(dir_.path() / NodeFiles::inbox(to));
  }
  RingWriter writer(Incarnation life = 1) {
    return RingWriter(make_or_adopt_ring(files, from, to, life, entry).value());
  }
  RingReader reader(Incarnation life = 1) {
    return RingReader(open_ring(files, from, to).value(), entry, life);
  }
  std::size_t allocated() {
    struct stat found{};
    ::fstat(files.open_file(NodeFiles::ring(from, to), O_RDONLY)->get(), &found);
    return static_cast<std::size_t>(found.st_blocks) * 512;
  }
  Mapping raw() {
    auto fd = files.open_file(NodeFiles::ring(from, to), O_RDWR).value();
    return Mapping::map(fd.get(), Access::write, 0, sizeof(Ring)).value();
  }

 private:
  test::TempDir dir_;

 public:
  NodeFiles files;
  Entry entry{};
};

RecordFields fields(std::uint64_t ref) { return {Kind::cast, 1, 1, ref, 0}; }

std::string text_of(const RecordView& record) { return {record.payload, record.bytes}; }

}  // namespace

TEST_CASE("a ring is a queue, whatever the lengths, and whoever begins a new life in between") {
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  RingFixture ring;
  std::optional<RingWriter> writer(ring.writer());
  std::optional<RingReader> reader(ring.reader());
  std::deque<std::string> expected;
  std::uint64_t sent = 0;
  for (int step = 0; step < 50'000; ++step) {
    switch (random() % 8) {
      case 0:
      case 1:
      case 2:
      case 3: {
        const bool large = random() % 16 == 0;
        const std::string payload(random() % (large ? inline_max + 1 : 300),
                                  static_cast<char>('a' + sent % 26));
        if (writer->append(fields(++sent), payload, ring.entry.cursor)) expected.push_back(payload);
        break;
      }
      case 4:
      case 5:
      case 6:
        if (auto record = reader->front()) {
          REQUIRE_FALSE(expected.empty());
          REQUIRE(text_of(*record) == expected.front());
          reader->take(*record);
          expected.pop_front();
        } else {
          REQUIRE(expected.empty());
        }
        break;
      default:
        if (random() % 32 == 0) writer.emplace(ring.writer(2));
        if (random() % 32 == 0) reader.emplace(ring.reader(2));
    }
  }
  CHECK_FALSE(reader->closed());
}

TEST_CASE("what a payload has written before it threw is not taken for a record") {
  RingFixture ring;
  auto writer = ring.writer();
  auto reader = ring.reader();
  REQUIRE(writer.append(fields(1), "first", 0));
  const auto writes_and_throws = [](const void*, std::span<char> room) {
    std::ranges::fill(room, '\x40');
    throw std::runtime_error("not today");
  };
  CHECK_THROWS(writer.append(fields(2), Payload(300, nullptr, writes_and_throws), 0));
  REQUIRE(writer.append(fields(3), "second", 0));
  for (std::uint64_t ref : {1U, 3U}) {
    const auto record = reader.front();
    REQUIRE(record);
    CHECK(record->ref == ref);
    reader.take(*record);
  }
  CHECK_FALSE(reader.front());
  CHECK_FALSE(reader.closed());
}

TEST_CASE("a ring in light use stays in its first page") {
  RingFixture ring;
  auto writer = ring.writer();
  auto reader = ring.reader();
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    REQUIRE(writer.append(fields(i), "a small message", ring.entry.cursor));
    auto record = reader.front();
    REQUIRE(record);
    reader.take(*record);
  }
  CHECK(ring.allocated() == 2 * page_bytes);
}

TEST_CASE("looking ahead does not take") {
  RingFixture ring;
  auto writer = ring.writer();
  auto reader = ring.reader();
  for (std::uint64_t i = 0; i < 3; ++i) REQUIRE(writer.append(fields(i), "x", 0));
  auto first = reader.front();
  auto second = reader.look(first->end);
  REQUIRE(second);
  CHECK(second->ref == 1);
  CHECK(reader.front()->ref == 0);
  CHECK(ring.entry.cursor == 0);
}

TEST_CASE("what a killed writer left beyond its last commit is not seen, and is written over") {
  RingFixture ring;
  {
    auto writer = ring.writer();
    REQUIRE(writer.append(fields(1), "whole", 0));
    // As a writer leaves it that is killed before the commit: everything but the one word.
    auto raw = ring.raw();
    auto* place = raw.as<std::byte>(page_bytes + writer.tail());
    std::memset(place + sizeof(Word), 0x77, 200);
  }
  auto reader = ring.reader();
  auto next_life = ring.writer(2);
  REQUIRE(next_life.append(fields(2), "after", 0));
  auto first = reader.front();
  REQUIRE(first);
  CHECK(text_of(*first) == "whole");
  reader.take(*first);
  auto second = reader.front();
  REQUIRE(second);
  CHECK(text_of(*second) == "after");
}

TEST_CASE("a writer that was killed after the commit and before its note goes on behind that record") {
  RingFixture ring;
  std::uint64_t before = 0;
  {
    auto writer = ring.writer();
    REQUIRE(writer.append(fields(1), "one", 0));
    before = writer.tail();
    REQUIRE(writer.append(fields(2), "two", 0));
  }
  ring.raw().as<RingHeader>()->tail_hint = before;
  auto next_life = ring.writer(2);
  REQUIRE(next_life.append(fields(3), "three", 0));
  auto reader = ring.reader();
  for (std::uint64_t ref : {1U, 2U, 3U}) {
    auto record = reader.front();
    REQUIRE(record);
    CHECK(record->ref == ref);
    reader.take(*record);
  }
}

TEST_CASE("random bytes in a ring never crash its reader") {
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 300; ++round) {
    RingFixture ring;
    auto writer = ring.writer();
    auto reader = ring.reader();
    for (std::uint64_t i = 0; i < 20; ++i)
      REQUIRE(writer.append(fields(i), std::string(random() % 100, 'x'), 0));
    auto raw = ring.raw();
    auto* bytes = raw.as<unsigned char>(page_bytes);
    for (int i = 0; i < 20; ++i)
      bytes[random() % page_bytes] = static_cast<unsigned char>(random() % 3 ? random() : 0);
    // They may lead round in circles: whoever reads takes a turn, and no more.
    while (reader.cursor() < 3 * ring_capacity) {
      const auto record = reader.front();
      if (!record) break;
      volatile char last = record->bytes ? record->payload[record->bytes - 1] : '\0';
      static_cast<void>(last);
      reader.take(*record);
    }
    RingWriter next_life = ring.writer(2);
    static_cast<void>(next_life.append(fields(1), "x", 0));
  }
}
