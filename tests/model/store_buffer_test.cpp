// The pairs of loads and stores that must be seq_cst, on a machine with x86-TSO: each thread has a first-in
// first-out store buffer; a locked instruction, a fence or a system call empties it first. A seq_cst store is
// a store and a fence here; a release store is a store. What ARM allows besides (a tail load that is acquire
// only) is not in this model.
#include <array>
#include <functional>

#include "tests/model/expect.hpp"

namespace ninelives::model {
namespace {

enum class Word : std::uint8_t {
  tail,
  taken,
  leaf,
  summary,
  awake,
  row_is_over,
  watchers,
  cursor,
  want_room
};
constexpr std::size_t words = 9;
constexpr std::size_t most_threads = 2;
constexpr std::size_t most_buffered = 4;
using Memory = std::array<std::uint8_t, words>;

enum class Op : std::uint8_t {
  store,
  store_loaded,
  load,
  fence,
  exchange,
  set,
  jump,
  jump_if_set,
  jump_if_zero,
  wait,
  wake
};
struct Instruction {
  Op op;
  Word word = Word::tail;
  std::uint8_t value = 0;  // to store, or where to jump
  const char* text = "";
};
using Program = std::vector<Instruction>;

struct Buffered {
  Word word;
  std::uint8_t value;
};
struct Thread {
  std::uint8_t at, loaded, sleeps, buffered;
  std::array<Buffered, most_buffered> buffer;
};
struct MachineState {
  Memory memory;
  std::array<Thread, most_threads> threads;
};

class Machine {
 public:
  using State = MachineState;
  using Judge = std::function<const char*(const MachineState&)>;
  Machine(std::array<Program, most_threads> programs, Judge judge)
      : programs_(std::move(programs)), judge_(std::move(judge)) {}

  State initial() const {
    State state{};
    state.memory[at(Word::awake)] = 1;
    return state;
  }
  const char* wrong(const State&) const { return nullptr; }
  const char* unfinished(const State& state) const { return judge_(state); }

  template <class Next>
  void steps(const State& now, Next&& next) const {
    for (std::size_t i = 0; i < most_threads; ++i) {
      const Thread& thread = now.threads[i];
      const int number = static_cast<int>(i) + 1;
      if (thread.buffered != 0) {
        State then = now;
        flush_one(then, then.threads[i]);
        next(Step{"thread", number, "a store leaves the buffer"}, then);
      }
      if (thread.sleeps || thread.at >= programs_[i].size()) continue;
      const Instruction& instruction = programs_[i][thread.at];
      if (needs_empty_buffer(instruction.op) && thread.buffered != 0) continue;
      if (thread.buffered == most_buffered) continue;
      State then = now;
      perform(instruction, then, i);
      next(Step{"thread", number, instruction.text}, then);
    }
  }

 private:
  static std::size_t at(Word word) { return static_cast<std::size_t>(word); }

  static bool needs_empty_buffer(Op op) {
    return op == Op::fence || op == Op::exchange || op == Op::set || op == Op::wait || op == Op::wake;
  }

  static void flush_one(State& state, Thread& thread) {
    state.memory[at(thread.buffer[0].word)] = thread.buffer[0].value;
    for (std::size_t i = 1; i < most_buffered; ++i) thread.buffer[i - 1] = thread.buffer[i];
    thread.buffer[most_buffered - 1] = {};
    --thread.buffered;
  }

  static std::uint8_t load(const State& state, const Thread& thread, Word word) {
    for (std::size_t i = thread.buffered; i-- > 0;) {
      if (thread.buffer[i].word == word) return thread.buffer[i].value;
    }
    return state.memory[at(word)];
  }

  static void perform(const Instruction& instruction, State& state, std::size_t who) {
    Thread& thread = state.threads[who];
    std::uint8_t& word = state.memory[at(instruction.word)];
    ++thread.at;
    switch (instruction.op) {
      case Op::store:
        thread.buffer[thread.buffered++] = {instruction.word, instruction.value};
        break;
      case Op::store_loaded:
        thread.buffer[thread.buffered++] = {instruction.word, thread.loaded};
        thread.loaded = 0;
        break;
      case Op::load:
        thread.loaded = load(state, thread, instruction.word);
        break;
      case Op::fence:
        break;
      case Op::exchange:
        word = instruction.value;
        break;
      case Op::set:
        word |= instruction.value;
        break;
      case Op::jump:
        thread.at = instruction.value;
        break;
      case Op::jump_if_set:
        if (thread.loaded != 0) thread.at = instruction.value;
        break;
      case Op::jump_if_zero:
        if (thread.loaded == 0) thread.at = instruction.value;
        break;
      case Op::wait:
        thread.sleeps = word == instruction.value;
        break;
      case Op::wake:
        word = instruction.value;
        state.threads[1 - who].sleeps = 0;
        break;
    }
  }

  std::array<Program, most_threads> programs_;
  Judge judge_;
};

struct Orders {
  bool commit_is_seq_cst = true;
  bool asleep_is_seq_cst = true;
  bool skips = true;  // setting bits that are set
};

Program sender(const Orders& orders) {
  Program program;
  for (std::uint8_t message = 1; message <= 2; ++message) {
    program.push_back({Op::store, Word::tail, message, "commits"});
    if (orders.commit_is_seq_cst) program.push_back({Op::fence, {}, 0, "fence"});
    const auto first = static_cast<std::uint8_t>(program.size());
    if (orders.skips) {
      const auto bits = static_cast<std::uint8_t>(first + 4),
                 words_that_sleep = static_cast<std::uint8_t>(first + 6);
      program.push_back({Op::load, Word::leaf, 0, "loads its leaf"});
      program.push_back({Op::jump_if_zero, {}, bits, "sees it"});
      program.push_back({Op::load, Word::summary, 0, "loads the summary"});
      program.push_back({Op::jump_if_set, {}, words_that_sleep, "sees it"});
    }
    program.push_back({Op::set, Word::leaf, 1, "sets its leaf"});
    program.push_back({Op::set, Word::summary, 1, "sets the summary"});
    program.push_back({Op::load, Word::awake, 0, "loads the futex word"});
    program.push_back({Op::jump_if_set, {}, static_cast<std::uint8_t>(program.size() + 2), "sees it"});
    program.push_back({Op::wake, Word::awake, 1, "FUTEX_WAKE_OP"});
  }
  return program;
}

Program receiver(const Orders& orders) {
  Program program = {{Op::exchange, Word::summary, 0, "exchanges the summary"},
                     {Op::exchange, Word::leaf, 0, "exchanges the leaf"},
                     {Op::load, Word::tail, 0, "loads the tail"},
                     {Op::store_loaded, Word::taken, 0, "has drained the ring"},
                     {Op::store, Word::awake, 0, "stores ASLEEP"}};
  if (orders.asleep_is_seq_cst) program.push_back({Op::fence, {}, 0, "fence"});
  const auto wake_up = static_cast<std::uint8_t>(program.size() + 3);
  program.push_back({Op::load, Word::summary, 0, "looks at the summary again"});
  program.push_back({Op::jump_if_set, {}, wake_up, "sees it"});
  program.push_back({Op::wait, Word::awake, 0, "futex_wait"});
  program.push_back({Op::store, Word::awake, 1, "stores AWAKE"});
  program.push_back({Op::jump, {}, 0, "goes round"});
  return program;
}

Machine wake_up(const Orders& orders) {
  return Machine({sender(orders), receiver(orders)}, [](const MachineState& state) -> const char* {
    return state.memory[0] == state.memory[1] ? nullptr : "a message is stranded";
  });
}

// One thread stores the first word and loads the second, the other the other way round: one of them must see.
Machine crossing(Word first, bool first_is_seq_cst, Word second, bool second_is_seq_cst) {
  auto program = [](Word stored, bool is_seq_cst, Word loaded) {
    Program steps = {{Op::store, stored, 1, "stores its word"}};
    if (is_seq_cst) steps.push_back({Op::fence, {}, 0, "fence"});
    steps.push_back({Op::load, loaded, 0, "loads the other's word"});
    return steps;
  };
  return Machine({program(first, first_is_seq_cst, second), program(second, second_is_seq_cst, first)},
                 [](const MachineState& state) -> const char* {
                   const bool seen = state.threads[0].loaded || state.threads[1].loaded;
                   return seen ? nullptr : "neither sees the other";
                 });
}

}  // namespace

TEST_CASE("store buffers: with a seq_cst commit and a seq_cst ASLEEP a sender may skip bits that are set") {
  holds(wake_up({}));
}

TEST_CASE("store buffers: without the skip a release commit would do") {
  holds(wake_up({.commit_is_seq_cst = false, .skips = false}));
}

TEST_CASE("store buffers strand a message when the commit is a release store and bits are skipped") {
  fails(wake_up({.commit_is_seq_cst = false}), "stranded");
}

TEST_CASE("store buffers strand a message when ASLEEP is a release store") {
  fails(wake_up({.asleep_is_seq_cst = false}), "stranded");
  fails(wake_up({.asleep_is_seq_cst = false, .skips = false}), "stranded");
}

TEST_CASE("store buffers: row and watchers bits, cursor and want_room, must be seq_cst on both sides") {
  const auto [first, second] =
      GENERATE(table<Word, Word>({{Word::row_is_over, Word::watchers}, {Word::cursor, Word::want_room}}));
  holds(crossing(first, true, second, true));
  fails(crossing(first, false, second, true), "neither sees");
  fails(crossing(first, true, second, false), "neither sees");
}

}  // namespace ninelives::model
