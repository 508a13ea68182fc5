// The pure core of the store: no process, no message, nothing to wait for.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>

class Store {
 public:
  std::optional<std::string> get(const std::string& key) const {
    auto found = values_.find(key);
    if (found == values_.end()) return std::nullopt;
    return found->second;
  }
  void put(std::string key, std::string value) { values_.insert_or_assign(std::move(key), std::move(value)); }
  std::size_t size() const { return values_.size(); }

 private:
  std::unordered_map<std::string, std::string> values_;
};
