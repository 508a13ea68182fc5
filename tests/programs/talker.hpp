// A worker for all ways of talking: replies now and later, infos, monitors.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <ninelives/protocol.hpp>

struct Now {
  std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Now, (), (number))

struct Later {  // answered by the next Release
  std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Later, (), (number))

struct Never {};
struct Release {};  // void: how many callers were waiting is not said
struct Waiting {};
struct Heard {};

struct Watch {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Watch, (), (name))

struct Note {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Note, (), (text))

struct TalkerApi {
  using Calls = ninelives::Calls<std::int64_t(Now), std::int64_t(Later), void(Never), void(Release),
                                 std::uint64_t(Waiting), std::vector<std::string>(Heard), void(Watch)>;
  using Infos = ninelives::Infos<Note>;
};
