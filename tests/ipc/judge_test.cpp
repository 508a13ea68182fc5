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
  Judgement judged_for_one_life() const {
    Request bound = request;
    bound.for_one_life = true;
    return judge(bound, *row, entry);
  }
};

}  // namespace

TEST_CASE("a call to a life that lives is undecided") {
  auto state = GENERATE(RowState::starting, RowState::running, RowState::stopping);
  CHECK(Words(1, state).judged().fate == Fate::undecided);
}

TEST_CASE("a call is dropped when its server will not come again and has not taken it, else it is down") {
  auto state = GENERATE(RowState::stopped, RowState::gone, RowState::free);
  Words words(1, state);
  words.entry.cursor = 100;
  CHECK(words.judged().fate == Fate::dropped);
  words.entry.cursor = 160;
  words.entry.start_inc = 1;
  const Judgement judgement = words.judged();
  CHECK(judgement.fate == Fate::down);
  CHECK(judgement.life == 1);
}

TEST_CASE("of a request to a suspended server nobody can say that it was not taken") {
  Words words(1, RowState::stopped);
  words.entry.cursor = 100;
  Request system = request;
  system.for_one_life = true;
  CHECK(judge(system, *words.row, words.entry).fate == Fate::dropped);
  system.overtakes = true;
  CHECK(judge(system, *words.row, words.entry).fate == Fate::down);
}

TEST_CASE("a call is dropped or down when its slot has another owner") {
  Words words(9, RowState::running);
  words.row->owner_inc = 9;
  CHECK(words.judged().fate == Fate::dropped);
  words.entry.cursor = 160;
  words.entry.start_inc = 1;
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

TEST_CASE("with drop, a call that the older life has not taken is dropped at once") {
  Words words(1, RowState::restarting);
  words.row->accept_from = 2;
  CHECK(words.judged().fate == Fate::dropped);
  words.entry.ring_id = 6;
  words.entry.cursor = 5000;
  CHECK(words.judged().fate == Fate::dropped);
}

TEST_CASE("with drop, a call that the older life has taken is down at once") {
  Words words(1, RowState::restarting);
  words.row->accept_from = 2;
  words.entry.cursor = 160;
  words.entry.start_inc = 1;
  CHECK(words.judged().fate == Fate::down);
}

TEST_CASE("with drop, a call that the next life has passed over was dropped if that life began before it") {
  Words words(2, RowState::running);
  words.row->accept_from = 2;
  words.entry.cursor = 400;
  words.entry.start_inc = 2;
  words.entry.start_pos = 100;
  CHECK(words.judged().fate == Fate::dropped);
  words.entry.start_pos = 160;
  CHECK(words.judged().fate == Fate::down);
}

// It may have taken what the life before it was asked: a life that keeps does.
TEST_CASE("a call that a life has taken which was stopped is down, whatever is void by now") {
  Words words(2, RowState::stopped);
  words.row->accept_from = 3;
  words.entry.cursor = 400;
  words.entry.start_inc = 2;
  words.entry.start_pos = 40;
  CHECK(words.judged().fate == Fate::down);
}

TEST_CASE("a call for one life ends with it: dropped if it has not taken it, else down") {
  Words words(1, RowState::running);
  CHECK(words.judged_for_one_life().fate == Fate::undecided);
  const RowState state = GENERATE(RowState::restarting, RowState::running);
  words.row->state = RowWord{state == RowState::running ? 2U : 1U, state}.pack();
  words.entry.cursor = 100;
  CHECK(words.judged_for_one_life().fate == Fate::dropped);
  words.entry.cursor = 400;
  words.entry.start_inc = 1;
  words.entry.start_pos = 40;
  CHECK(words.judged_for_one_life().fate == Fate::down);
  words.entry.start_inc = 2;
  words.entry.start_pos = 100;
  CHECK(words.judged_for_one_life().fate == Fate::dropped);
}
