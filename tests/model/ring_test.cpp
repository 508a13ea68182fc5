// The ring, word by word: a writer that is killed between any two stores and finds its tail again in its next
// life, a reader that copies a record word by word and may be killed too. Follows RingWriter::append(),
// find_tail() and RingReader::look() and take(). A header is one word: the length of its record.
#include <array>

#include "tests/model/expect.hpp"

namespace ninelives::model {
namespace {

constexpr std::size_t most_words = 12;
constexpr std::uint8_t pad_bit = 0x80;
constexpr std::uint8_t body_bit = 0x40;

struct Rules {
  int words = 6;
  int page = 99;  // an empty ring goes back to its beginning rather than into the next page
  int records = 4;
  std::array<int, 3> lengths = {2, 3, 0};  // with the header; 0: none
  int writer_kills = 2;
  int reader_kills = 0;

  bool zeroes_the_next_word = true;
  bool room_for_the_zero = true;
  bool padding_last = true;
  bool restarts_only_where_it_fits = true;
  int most_beyond_hint = 2;             // steps that a new life walks
  bool hint_before_next_record = true;  // else it lags one record behind
};

struct RingState {
  std::array<std::uint8_t, most_words> words;
  std::uint8_t hint, cursor;  // positions, which count up for ever
  // the writer
  std::uint8_t tail, seen, record, length, store, hint_is_due, dead, kills;
  std::uint8_t committed;  // a bit for each record
  // the reader
  std::uint8_t at, copied, copies_length, copies_record, delivered, reader_kills;
  std::uint8_t torn, passed_over;
};

struct Store {
  std::uint8_t place, value;
  bool commits;
};
struct Plan {
  std::array<Store, 8> stores{};
  std::uint8_t count = 0;
  std::uint8_t end = 0;
  bool has_room = false;
  void add(int place, int value, bool commits = false) {
    stores[count++] = {static_cast<std::uint8_t>(place), static_cast<std::uint8_t>(value), commits};
  }
};

class WordRing {
 public:
  using State = RingState;
  explicit WordRing(const Rules& rules) : rules_(rules) {}

  State initial() const {
    State state{};
    state.record = 1;
    return state;
  }

  const char* wrong(const State& state) const {
    if (state.torn) return "a record arrives torn";
    return state.passed_over ? "a record arrives twice, or after a later one, or was never committed"
                             : nullptr;
  }

  const char* unfinished(const State& state) const {
    if (state.committed >> (state.delivered + 1) != 0) return "a committed record never arrives";
    return state.record <= rules_.records ? "the writer finds no room in an empty ring" : nullptr;
  }

  template <class Next>
  void steps(const State& now, Next&& next) const {
    writer_steps(now, next);
    reader_steps(now, next);
  }

 private:
  int place(int position) const { return position % rules_.words; }
  static std::uint8_t body(int record, int word) {
    return static_cast<std::uint8_t>(body_bit | record << 3 | word);
  }
  bool leaves_page(int at, int length) const { return at / rules_.page != (at + length) / rules_.page; }

  // The stores of RingWriter::append(), in their order.
  Plan plan(int tail, int cursor, int record, int length) const {
    Plan plan;
    const int at = place(tail);
    const bool fits_before = !rules_.restarts_only_where_it_fits || length + 1 <= at;
    const bool restarts = leaves_page(at, length) && cursor == tail && at != 0 && fits_before;
    const bool wraps = at + length > rules_.words || restarts;
    const int position = wraps ? tail + rules_.words - at : tail;
    const int end = position + length;
    const Store padding = {static_cast<std::uint8_t>(at),
                           static_cast<std::uint8_t>(pad_bit | (rules_.words - at)), true};
    plan.end = static_cast<std::uint8_t>(end);
    plan.has_room = end + (rules_.room_for_the_zero ? 1 : 0) - cursor <= rules_.words;
    if (wraps && !rules_.padding_last) plan.add(padding.place, padding.value);
    for (int word = 1; word < length; ++word) plan.add(place(position + word), body(record, word));
    if (rules_.zeroes_the_next_word) plan.add(place(end), 0);
    const bool padding_commits = wraps && rules_.padding_last;
    plan.add(place(position), length, !padding_commits);
    if (padding_commits) plan.add(padding.place, padding.value, true);
    return plan;
  }

  template <class Next>
  void writer_steps(const State& now, Next&& next) const {
    auto go = [&](const char* does, auto change) {
      State then = now;
      change(then);
      next(Step{"writer", now.kills + 1, does}, then);
    };
    if (now.dead) {
      go("starts and finds its tail", [&](State& s) {
        s.tail = find_tail(now);
        s.hint = s.tail;
        s.seen = 0, s.dead = 0;
      });
      return;
    }
    if (now.hint_is_due) {
      go("notes its tail", [&](State& s) { s.hint = now.tail, s.hint_is_due = 0; });
    } else if (now.length != 0) {
      const Plan stores = plan(now.tail, now.seen, now.record, now.length);
      const Store& store = stores.stores[now.store];
      go(store.commits ? "stores a word, which commits" : "stores a word", [&](State& s) {
        s.words[store.place] = store.value;
        ++s.store;
        if (!store.commits) return;
        s.committed = static_cast<std::uint8_t>(now.committed | 1 << now.record);
        if (!rules_.hint_before_next_record) s.hint = now.tail;
        s.tail = stores.end, s.hint_is_due = rules_.hint_before_next_record;
        s.length = s.store = 0;
        ++s.record;
      });
    } else if (now.record <= rules_.records) {
      for (int length : rules_.lengths) {
        if (length == 0) continue;
        const bool looks =
            leaves_page(place(now.tail), length) || !plan(now.tail, now.seen, now.record, length).has_room;
        const std::uint8_t seen = looks ? now.cursor : now.seen;
        if (!plan(now.tail, seen, now.record, length).has_room) continue;
        go(length == 2 ? "begins a record of 2 words" : "begins a longer record",
           [&](State& s) { s.length = static_cast<std::uint8_t>(length), s.seen = seen, s.store = 0; });
      }
    }
    if (now.kills >= rules_.writer_kills) return;
    State then = now;
    then.dead = 1;
    ++then.kills;
    if (now.length != 0) ++then.record;  // the next life has something else to say
    then.length = then.store = then.hint_is_due = 0;
    next(fault("writer", now.kills + 1, "is killed"), then);
  }

  std::uint8_t find_tail(const State& state) const {
    int position = state.hint;
    for (int step = 0; step < rules_.most_beyond_hint; ++step) {
      const int length = state.words[static_cast<std::size_t>(place(position))] & ~pad_bit;
      if (length == 0 || (length & body_bit) != 0) break;
      position += length;
    }
    return static_cast<std::uint8_t>(position);
  }

  template <class Next>
  void reader_steps(const State& now, Next&& next) const {
    auto go = [&](const char* does, auto change) {
      State then = now;
      change(then);
      next(Step{"reader", 0, does}, then);
    };
    const std::uint8_t word = now.words[static_cast<std::size_t>(place(now.at + now.copied))];
    if (now.copied == 0) {
      if (word == 0 && now.at != now.cursor)
        go("finds padding and nothing behind it", [](State& s) { s.torn = 1; });
      if (word != 0 && (word & pad_bit) != 0) {
        go("passes the padding", [&](State& s) {
          if (now.at != now.cursor) s.torn = 1;
          s.at = static_cast<std::uint8_t>(now.at + (word & ~pad_bit));
        });
      } else if (word != 0) {
        go("reads a header", [&](State& s) {
          if ((word & body_bit) != 0) s.torn = 1;
          s.copies_length = word, s.copied = 1, s.copies_record = 0;
        });
      }
    } else if (now.copied < now.copies_length) {
      go("copies a word", [&](State& s) {
        if (now.copied == 1) s.copies_record = static_cast<std::uint8_t>((word & ~body_bit) >> 3);
        if (word != body(s.copies_record, now.copied)) s.torn = 1;
        ++s.copied;
      });
    } else {
      go("moves its cursor", [&](State& s) {
        const int record = now.copies_record;
        const int skipped = now.committed & ((1 << record) - 1) & ~((1 << (now.delivered + 1)) - 1);
        if ((now.committed >> record & 1) == 0 || record <= now.delivered || skipped != 0) s.passed_over = 1;
        s.delivered = now.copies_record;
        s.at = s.cursor = static_cast<std::uint8_t>(now.at + now.copies_length);
        s.copied = s.copies_length = s.copies_record = 0;
      });
    }
    if (now.reader_kills >= rules_.reader_kills || now.copied == 0) return;
    State then = now;
    ++then.reader_kills;
    then.at = now.cursor;
    then.copied = then.copies_length = then.copies_record = 0;
    next(fault("reader", 0, "is killed"), then);
  }

  Rules rules_;
};

}  // namespace

TEST_CASE("ring: what was committed arrives whole, once and in order, wherever the writer is killed") {
  holds(WordRing({}));
  holds(WordRing({.words = 8, .lengths = {2, 3, 5}, .reader_kills = 1}));
  holds(WordRing(
      {.words = 7, .records = 4 + std::min(depth(), 2), .lengths = {2, 3, 4}, .writer_kills = 3 + depth()}));
}

TEST_CASE("ring: an empty ring goes back to its beginning rather than into its next page") {
  holds(WordRing({.words = 8, .page = 4, .lengths = {2, 3, 0}, .writer_kills = 3}));
  holds(WordRing(
      {.words = 12, .page = 4, .records = 5, .lengths = {2, 3, 4}, .writer_kills = 1, .reader_kills = 1}));
}

TEST_CASE("ring fails when the word behind a record is not zeroed") {
  fails(WordRing({.zeroes_the_next_word = false}), "torn");
}

TEST_CASE("ring fails when room is counted without the zero word") {
  fails(WordRing({.room_for_the_zero = false}), "never arrives");
}

TEST_CASE("ring fails when the padding is stored before its record") {
  fails(WordRing({.padding_last = false}), "never committed");
}

TEST_CASE("ring fails for ever to send a record when it goes back to its beginning where that does not fit") {
  fails(WordRing({.words = 8, .page = 4, .lengths = {2, 3, 5}, .restarts_only_where_it_fits = false}),
        "finds no room");
}

TEST_CASE("ring fails when a new life walks one step only from its hint") {
  fails(WordRing({.most_beyond_hint = 1}), "torn");
}

TEST_CASE("ring fails when the hint lags one record behind") {
  fails(WordRing({.hint_before_next_record = false}), "never arrives");
}

}  // namespace ninelives::model
