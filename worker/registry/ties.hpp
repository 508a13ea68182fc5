// How a registry is tied to the processes that stand in it or wait in it: it hears of the end of each. That
// they end with it is a link that they make themselves when they register (worker/registry.cpp), as in
// Elixir.
#pragma once
#include <functional>
#include <unordered_map>

#include <ninelives/genserver.hpp>

namespace ninelives::registry {

class Ties {
 public:
  using Monitor = std::function<MonitorRef(const Pid&)>;
  using Demonitor = std::function<void(MonitorRef)>;

  Ties(Monitor monitor, Demonitor demonitor)
      : monitor_(std::move(monitor)), demonitor_(std::move(demonitor)) {}

  // Once for each process, however many keys it has.
  void tie(const Pid& owner) {
    const auto [place, is_new] = refs_.try_emplace(owner);
    if (is_new) place->second = monitor_(owner);
  }
  void untie(const Pid& owner) {
    const auto place = refs_.find(owner);
    if (place == refs_.end()) return;
    demonitor_(place->second);
    refs_.erase(place);
  }
  void is_over(const Pid& owner) { refs_.erase(owner); }

 private:
  struct Hash {
    std::size_t operator()(const Pid& pid) const { return pid.slot ^ pid.incarnation << 14; }
  };

  Monitor monitor_;
  Demonitor demonitor_;
  std::unordered_map<Pid, MonitorRef, Hash> refs_;
};

}  // namespace ninelives::registry
