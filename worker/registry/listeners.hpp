// Servers that are told of what changes in a registry. The registry never waits for them: what finds no room
// in a listener's mailbox is lost, and the log says so.
#pragma once
#include <string>
#include <vector>

#include <ninelives/ref.hpp>

#include "worker/registry/registrations.hpp"

namespace ninelives::registry {

class Listeners final : public Changes {
 public:
  Listeners(std::string registry, const std::vector<std::string>& names);

  void registered(const Encoded& key, const Pid& owner, const Encoded& value) override;
  void unregistered(const Encoded& key, const Pid& owner) override;

 private:
  template <class M>
  void tell(const M& change) const;

  std::string registry_;
  std::vector<Ref<ListenerApi>> listeners_;
};

}  // namespace ninelives::registry
