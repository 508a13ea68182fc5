// The pure core: one list of things to do. It knows no process, no message and no clock.
#pragma once
#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace todo {

struct Entry {
  std::uint64_t id = 0;  // 1, 2, 3 ... in the order in which they came
  std::string date, title;
  friend bool operator==(const Entry&, const Entry&) = default;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (id, date, title))

class TodoList {
 public:
  std::uint64_t add(std::string date, std::string title) {
    entries_.push_back({entries_.size() + 1, std::move(date), std::move(title)});
    return entries_.size();
  }
  // Of that day, in the order in which they came; of all days, if it is empty.
  std::vector<Entry> entries(const std::string& date) const {
    std::vector<Entry> found;
    for (const Entry& entry : entries_) {
      if (date.empty() || entry.date == date) found.push_back(entry);
    }
    return found;
  }

 private:
  std::vector<Entry> entries_;
};

}  // namespace todo
