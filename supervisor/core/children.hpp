#pragma once
#include <memory>
#include <ranges>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "supervisor/core/child.hpp"

namespace ninelives::supervisor {

// The children of one supervisor, in start order. Owns them. A child that is gone is not found any more, but
// stays in memory until forget_gone(): a step may still hold it.
class Children {
 public:
  explicit Children(bool have_ids) : have_ids_(have_ids) {}

  // The last in the start order.
  Child& add(ChildSpec spec);

  Child* find(ChildNumber number) const;
  Child* find(std::string_view id) const;  // never where children have no ids of their own
  // All of them, first started first; a gone one may be among them during the step in which it went.
  auto in_order() const {
    return order_ | std::views::transform([](const auto& child) -> Child& { return *child; });
  }
  std::size_t size() const { return order_.size() - gone_; }

  // After it has gone down for good.
  void remove(Child& child);
  void forget_gone();

  // OTP's code_change: children of which a new spec has the id get that spec, in the new order; new ones are
  // added, not started; the others follow as they were. Returns the numbers of the new ones.
  std::vector<ChildNumber> change(std::vector<ChildSpec> specs);

 private:
  std::unique_ptr<Child> make(ChildSpec spec);

  bool have_ids_;
  std::vector<std::unique_ptr<Child>> order_;
  std::unordered_map<ChildNumber, Child*> by_number_;
  std::unordered_map<std::string_view, Child*> by_id_;  // of the child's own spec
  ChildNumber next_ = 0;
  std::size_t gone_ = 0;
};

}  // namespace ninelives::supervisor
