// The pure core: which frequencies are free, and which client has which. A client is anything that can be
// compared.
#pragma once
#include <expected>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "api.hpp"

template <class Client>
class Allocator {
 public:
  explicit Allocator(std::set<int> frequencies) : free_(std::move(frequencies)) {}

  std::expected<int, Refusal> allocate(const Client& client) {
    if (free_.empty()) return std::unexpected(Refusal::no_frequency);
    const int frequency = free_.extract(free_.begin()).value();
    clients_.emplace(frequency, client);
    return frequency;
  }
  // By the client that has it, and by nobody else.
  std::expected<void, Refusal> deallocate(int frequency, const Client& client) {
    const auto found = clients_.find(frequency);
    if (found == clients_.end() || found->second != client) return std::unexpected(Refusal::not_yours);
    clients_.erase(found);
    free_.insert(frequency);
    return {};
  }
  std::vector<int> free() const { return {free_.begin(), free_.end()}; }

 private:
  std::set<int> free_;
  std::map<int, Client> clients_;
};
