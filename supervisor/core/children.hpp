#pragma once
#include <memory>
#include <ranges>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "supervisor/core/child.hpp"

namespace ninelives::supervisor {

// The children of one supervisor, in start order. Owns them. A child that is gone is not found any more, but
// its spec can be asked for until forget_gone(): whoever performs the actions of a step may need it.
class Children {
 public:
  explicit Children(bool have_ids) : have_ids_(have_ids) {}

  // The last in the start order.
  Child& add(ChildSpec spec);

  Child* find(ChildNumber number) const;
  Child* find(std::string_view id) const;  // never where children have no ids of their own
  const ChildSpec& spec(ChildNumber number) const { return by_number_.at(number)->spec(); }
  // First started first. Nobody may go while they are walked through backwards.
  auto in_order() const {
    return order_ | std::views::transform([](const auto& child) -> Child& { return *child; }) |
           std::views::filter([](const Child& child) { return child.state() != ChildState::gone; });
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
