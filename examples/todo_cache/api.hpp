// What can be said to the server of one list.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <ninelives/protocol.hpp>

#include "todo_list.hpp"

namespace todo {

struct Add {
  std::string date, title;
};
BOOST_DESCRIBE_STRUCT(Add, (), (date, title))

struct Entries {
  std::string date;  // empty: of all days
};
BOOST_DESCRIBE_STRUCT(Entries, (), (date))

struct TodoApi {
  using Calls = ninelives::Calls<std::uint64_t(Add), std::vector<Entry>(Entries)>;
};

}  // namespace todo
