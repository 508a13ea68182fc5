#include "worker/registry/listeners.hpp"

#include <iostream>

namespace ninelives::registry {

Listeners::Listeners(std::string registry, const std::vector<std::string>& names)
    : registry_(std::move(registry)), listeners_(names.begin(), names.end()) {}

void Listeners::registered(const Encoded& key, const Pid& owner, const Encoded& value) {
  tell(Register{registry_, key, owner, value});
}

void Listeners::unregistered(const Encoded& key, const Pid& owner) {
  tell(Unregister{registry_, key, owner});
}

template <class M>
void Listeners::tell(const M& change) const {
  for (const Ref<ListenerApi>& listener : listeners_) {
    const auto told = listener.send(change, std::chrono::nanoseconds(0));
    // A listener that does not run hears nothing, as in OTP.
    if (told || told.error().kind == SendError::Kind::noproc) continue;
    std::cerr << registry_ + ": listener " + listener.name() + " was not told of " + to_string(change.pid) +
                     ": " + told.error().text + '\n';
  }
}

}  // namespace ninelives::registry
