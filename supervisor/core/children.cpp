#include "supervisor/core/children.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ninelives::supervisor {

Child& Children::add(ChildSpec spec) {
  order_.push_back(make(std::move(spec)));
  return *order_.back();
}

std::unique_ptr<Child> Children::make(ChildSpec spec) {
  auto child = std::make_unique<Child>(next_++, std::move(spec));
  by_number_.emplace(child->number(), child.get());
  if (have_ids_) by_id_.emplace(child->spec().id, child.get());
  return child;
}

Child* Children::find(ChildNumber number) const {
  const auto found = by_number_.find(number);
  const bool is_there = found != by_number_.end() && found->second->state() != ChildState::gone;
  return is_there ? found->second : nullptr;
}

Child* Children::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

void Children::remove(Child& child) {
  if (have_ids_) by_id_.erase(child.spec().id);
  ++gone_;
}

void Children::forget_gone() {
  if (gone_ == 0) return;
  std::erase_if(order_, [this](const auto& child) {
    const bool is_gone = child->state() == ChildState::gone;
    if (is_gone) by_number_.erase(child->number());
    return is_gone;
  });
  gone_ = 0;
}

std::vector<ChildNumber> Children::change(std::vector<ChildSpec> specs) {
  std::vector<std::unique_ptr<Child>> former = std::exchange(order_, {});
  std::vector<ChildNumber> added;
  for (ChildSpec& spec : specs) {
    Child* known = find(spec.id);
    if (known == nullptr) {
      order_.push_back(make(std::move(spec)));
      added.push_back(order_.back()->number());
      continue;
    }
    const auto place = std::ranges::find(former, known, &std::unique_ptr<Child>::get);
    by_id_.erase(known->spec().id);  // the key is a part of the spec that goes
    known->change(std::move(spec));
    by_id_.emplace(known->spec().id, known);
    order_.push_back(std::move(*place));
  }
  std::ranges::copy_if(std::make_move_iterator(former.begin()), std::make_move_iterator(former.end()),
                       std::back_inserter(order_), [](const auto& child) { return child != nullptr; });
  return added;
}

}  // namespace ninelives::supervisor
