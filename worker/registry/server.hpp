// The registry's process: a GenServer over its table. Whoever registers is the caller; readers do not come
// here.
#pragma once
#include <memory>
#include <optional>

#include <ninelives/genserver.hpp>
#include <ninelives/registry_protocol.hpp>

#include "ipc/registry_view.hpp"
#include "worker/registry/listeners.hpp"
#include "worker/registry/locks.hpp"
#include "worker/registry/options.hpp"
#include "worker/registry/registrations.hpp"
#include "worker/registry/ties.hpp"

namespace ninelives::registry {

class Server : public GenServer<Api> {
 public:
  Server(int argc, char** argv);

  InitResult init();

  RegisterName::Reply handle_call(const RegisterName& request, From<RegisterName::Reply> from);
  Ok handle_call(const UnregisterName& request, From<Ok> from);
  Done handle_call(const UpdateValue& request, From<Done> from);

  std::vector<Entry> handle_call(const Lookup& request);
  std::vector<Entry> handle_call(const EntriesOf& request);
  std::uint64_t handle_call(const Count& request);

  std::optional<Encoded> handle_call(const Meta& request);
  Done handle_call(const PutMeta& request);
  Ok handle_call(const DeleteMeta& request);

  CallResult<Done> handle_call(const Lock& request, From<Done> from);
  Ok handle_call(const Unlock& request, From<Ok> from);

  void handle_info(const Down& down);
  // Of an owner, which is linked to it: what follows from its end, its Down says.
  void handle_info(const Exit&) {}

 private:
  void tie(const Pid& owner) { ties_.tie(owner); }
  void untie_if_idle(const Pid& owner);
  static void tell(const std::vector<From<Done>>& holders);

  Options options_;
  std::optional<Listeners> listeners_;
  std::optional<Registrations> registrations_;
  std::optional<ipc::RegistryView> view_;
  Locks<From<Done>> locks_;
  Ties ties_;
};

}  // namespace ninelives::registry
