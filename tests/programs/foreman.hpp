// A worker that manages others: what a server may ask of supervisors, its own among them.
#pragma once
#include <string>

#include <ninelives/protocol.hpp>

struct Hire {  // one more child for a supervisor: a program that sleeps
  std::string supervisor;
  std::string id;
};
BOOST_DESCRIBE_STRUCT(Hire, (), (supervisor, id))

struct Fire {
  std::string supervisor;
  std::string id;
};
BOOST_DESCRIBE_STRUCT(Fire, (), (supervisor, id))

// Both are answered with "ok", or with the error's text.
struct ForemanApi {
  using Calls = ninelives::Calls<std::string(Hire), std::string(Fire)>;
};
