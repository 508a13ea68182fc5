// Trees at random, with everything that a tree can say: for what must hold of every one.
#pragma once
#include <cstdint>
#include <random>
#include <string>

#include <ninelives/spec/tree.hpp>

namespace ninelives::test {

class RandomTree {
 public:
  explicit RandomTree(std::uint64_t seed) : random_(seed) {}

  // Without a fault. Its programs and directories are on every machine; both are named, as a reader names
  // them.
  TreeSpec tree();

  // Any one value of it is another, mostly one that it may not be.
  void spoil(TreeSpec& tree);

 private:
  using Time = std::chrono::nanoseconds;

  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  bool one_in(std::uint64_t count) { return below(count) == 0; }
  std::string name();
  std::string text();
  Time time(Time shortest);
  std::vector<std::string> texts();
  Backoff backoff();
  SupervisorSpec supervisor(unsigned levels);
  ChildSpec child(std::size_t index, unsigned levels, AutoShutdown above);
  void make_process(ChildSpec& child);
  void spoil(SupervisorSpec& spec);
  void spoil(ChildSpec& spec);

  std::mt19937_64 random_;
  bool in_template_ = false;
  unsigned names_ = 0;
};

}  // namespace ninelives::test
