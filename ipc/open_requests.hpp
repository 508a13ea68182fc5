// Requests that are under way, and those whose outcome nobody has taken yet. Private to the endpoint.
#pragma once
#include <algorithm>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <ninelives/ipc/call_error.hpp>

#include "ipc/judge.hpp"
#include "ipc/node_files.hpp"

namespace ninelives::ipc {

// Of a request: the bytes of its reply, or why there is none.
using Outcome = std::expected<std::string_view, CallError>;

struct OpenRequest {
  Owner server;
  Incarnation life = 0;  // that it is for alone; 0: for whichever takes it
  std::uint64_t ref = 0;
  Request request = {};                 // where it went: for the judge
  std::optional<Outcome> outcome = {};  // what has become of it
  std::string bytes = {};  // of its reply, unless it is a call: that has the endpoint's own buffer
  bool is_call = false;    // waited for from its beginning to its end
  bool seen_over = false;  // its server's ring gets one more turn before that is told
  bool told = false;       // next() has told its outcome
};

class OpenRequests {
 public:
  bool empty() const { return by_ref_.empty(); }

  // It stays where it is until it is taken.
  OpenRequest& add(OpenRequest request) {
    const std::uint64_t ref = request.ref;
    by_slot_[request.server.slot].push_back(ref);
    return by_ref_.emplace(ref, std::move(request)).first->second;
  }
  OpenRequest* find(std::uint64_t ref) {
    if (empty()) return nullptr;
    const auto found = by_ref_.find(ref);
    return found == by_ref_.end() ? nullptr : &found->second;
  }
  // Only one that is there.
  OpenRequest take(std::uint64_t ref) {
    OpenRequest request = std::move(by_ref_.extract(ref).mapped());
    const auto found = by_slot_.find(request.server.slot);
    std::vector<std::uint64_t>& refs = found->second;
    *std::ranges::find(refs, ref) = refs.back();
    refs.pop_back();
    if (refs.empty()) by_slot_.erase(found);
    return request;
  }

  bool any_to(Slot slot) const { return !empty() && by_slot_.contains(slot); }
  // None may be added or taken meanwhile.
  template <class Visit>
  void for_each_to(Slot slot, Visit visit) {
    const auto found = by_slot_.find(slot);
    if (found == by_slot_.end()) return;
    for (const std::uint64_t ref : found->second) visit(by_ref_.at(ref));
  }
  template <class Visit>
  void for_each(Visit visit) {
    for (auto& [ref, request] : by_ref_) visit(request);
  }

 private:
  std::unordered_map<std::uint64_t, OpenRequest> by_ref_;
  std::unordered_map<Slot, std::vector<std::uint64_t>> by_slot_;
};

}  // namespace ninelives::ipc
