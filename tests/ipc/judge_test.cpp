// What a caller concludes from the words that the supervisor and the server have written, case by case.
#include "ipc/judge.hpp"

#include <catch2/catch.hpp>
#include <memory>

using namespace ninelives;
using namespace ninelives::ipc;
using Fate = Judgement::Fate;

namespace {

// A request of life 1 at position 100 of ring 7, in a slot whose owner began with incarnation 1.
constexpr Request request{.owner_inc = 1, .dest_inc = 1, .ring_id = 7, .position = 100};

struct Words {
  std::unique_ptr<Row> row = std::make_unique<Row>();
  Entry entry{};

  Words(Incarnation life, RowState state) {
    row->state = RowWord{life, state}.pack();
    row->owner_inc = 1;
    row->accept_from = 1;
    entry.ring_id = 7;
  }
  Judgement judged() const { return judge(request, *row, entry); }
};

}  // namespace

TEST_CASE("a call to a life that lives is undecided") {
  auto state = GENERATE(RowState::starting, RowState::running, RowState::stopping);
  CHECK(Words(1, state).judged().fate == Fate::undecided);
}

TEST_CASE("a call is down when its server will not come again") {
  auto state = GENERATE(RowState::stopped, RowState::gone, RowState::free);
  const Judgement judgement = Words(1, state).judged();
  CHECK(judgement.fate == Fate::down);
  CHECK(judgement.life == 1);
}

TEST_CASE("a call is down when its slot has another owner") {
  Words words(9, RowState::running);
  words.row->owner_inc = 9;
  CHECK(words.judged().fate == Fate::down);
}

TEST_CASE("a call that was not taken waits for the next life") {
  auto state = GENERATE(RowState::restarting, RowState::starting, RowState::running);
  Words words(state == RowState::restarting ? 1 : 2, state);
  words.entry.cursor = 100;
  CHECK(words.judged().fate == Fate::undecided);
}

TEST_CASE("while the server's entry is about another ring, nothing has been taken") {
  Words words(2, RowState::running);
  words.entry.ring_id = 6;
  words.entry.cursor = 5000;
  words.entry.start_inc = 1;
  CHECK(words.judged().fate == Fate::undecided);
}

TEST_CASE("a call that a dead life has taken is down with that life's end") {
  Words words(2, RowState::running);
  words.entry.cursor = 160;
  words.entry.start_inc = 1;
  words.entry.start_pos = 40;
  const Judgement judgement = words.judged();
  CHECK(judgement.fate == Fate::down);
  CHECK(judgement.life == 1);
}

TEST_CASE("a call that the present life has taken is undecided, though an earlier one was asked") {
  Words words(2, RowState::running);
  words.entry.cursor = 160;
  words.entry.start_inc = 2;
  words.entry.start_pos = 100;
  CHECK(words.judged().fate == Fate::undecided);
}

TEST_CASE("a call before the place where the present life began was taken by one that is over") {
  Words words(3, RowState::running);
  words.entry.cursor = 400;
  words.entry.start_inc = 3;
  words.entry.start_pos = 160;
  const Judgement judgement = words.judged();
  CHECK(judgement.fate == Fate::down);
  CHECK(judgement.life == 2);
}

TEST_CASE("with drop, a call to an older life is void at once") {
  Words words(1, RowState::restarting);
  words.row->accept_from = 2;
  CHECK(words.judged().fate == Fate::down);
}
