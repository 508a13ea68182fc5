#include "worker/registry/server.hpp"

#include <stdexcept>

#include "worker/node_process.hpp"
#include "worker/registry_readers.hpp"

namespace ninelives::registry {
namespace {

Options options_of(int argc, char** argv) {
  auto options = read_options({argv + 1, static_cast<std::size_t>(argc - 1)});
  if (!options) throw std::invalid_argument(options.error());
  return std::move(*options);
}

}  // namespace

Server::Server(int argc, char** argv)
    : options_(options_of(argc, argv)),
      ties_([](const Pid& pid) { return monitor(pid); }, [](MonitorRef ref) { demonitor(ref); }) {}

InitResult Server::init() {
  const auto* process = dynamic_cast<detail::NodeProcess*>(detail::Process::current());
  if (!process) return stop(ExitReason::error("a registry is a worker of a node"));
  trap_exit(true);
  const ipc::Endpoint& endpoint = process->endpoint();
  const Pid me = self();
  auto table = ipc::RegistryWriter::create(endpoint.files(), {me.slot, endpoint.table().owner_inc(me.slot)},
                                           me.incarnation, options_.keys);
  if (!table) return stop(ExitReason::error(table.error().text));
  auto view = ipc::RegistryView::open(endpoint.files(), endpoint.table(), me);
  if (!view) return stop(ExitReason::error(view.error().text));
  view_.emplace(std::move(*view));
  listeners_.emplace(endpoint.table().name(me.slot), options_.listeners);
  auto is_alive = [&processes = endpoint.table()](const Pid& pid) {
    const ipc::RowWord word = processes.state(pid.slot);
    return word.incarnation == pid.incarnation && word.is_alive();
  };
  registrations_.emplace(me, std::move(*table), is_alive, *listeners_);
  return ok();
}

// ---- the caller's own entries

RegisterName::Reply Server::handle_call(const RegisterName& request, From<RegisterName::Reply> from) {
  const Done added = registrations_->add(from.pid(), request.key, request.value);
  if (!added) return std::unexpected(added.error());
  tie(from.pid());
  return self();
}

Ok Server::handle_call(const UnregisterName& request, From<Ok> from) {
  registrations_->remove(from.pid(), request.key);
  untie_if_idle(from.pid());
  return {};
}

Done Server::handle_call(const UpdateValue& request, From<Done> from) {
  return registrations_->update(from.pid(), request.key, request.value);
}

// ---- questions: a registry that reads its own table does not change it meanwhile

std::vector<Entry> Server::handle_call(const Lookup& request) {
  auto found = detail::to_entries(view_->lookup({ipc::RegistrySpace::keys, request.key.bytes}).value());
  for (Entry& entry : found) entry.key = request.key;
  return found;
}

std::vector<Entry> Server::handle_call(const EntriesOf& request) {
  return detail::to_entries(view_->of_owner(request.pid).value());
}

std::uint64_t Server::handle_call(const Count&) { return view_->count().value(); }

// ---- metadata

std::optional<Encoded> Server::handle_call(const Meta& request) {
  auto found = view_->lookup({ipc::RegistrySpace::meta, request.key.bytes}).value();
  if (found.empty()) return std::nullopt;
  return Encoded{std::move(found.front().value)};
}

Done Server::handle_call(const PutMeta& request) {
  return registrations_->put_meta(request.key, request.value);
}

Ok Server::handle_call(const DeleteMeta& request) {
  registrations_->delete_meta(request.key);
  return {};
}

// ---- locks

CallResult<Done> Server::handle_call(const Lock& request, From<Done> from) {
  using Taken = registry::Locks<From<Done>>::Taken;
  const Taken taken = locks_.take(request.key.bytes, from);
  if (taken == Taken::holds_it_already) {
    return reply(Done(std::unexpected(
        Refusal{Refusal::Kind::invalid, from.pid(), "it holds this lock, and would wait for itself"})));
  }
  tie(from.pid());
  if (taken == Taken::later) return noreply();
  return reply(Done(Ok{}));
}

Ok Server::handle_call(const Unlock& request, From<Ok> from) {
  tell(locks_.release(request.key.bytes, from.pid()));
  untie_if_idle(from.pid());
  return {};
}

void Server::tell(const std::vector<From<Done>>& holders) {
  for (const From<Done>& holder : holders) holder.reply(Ok{});
}

// ---- ends

void Server::handle_info(const Down& down) {
  ties_.is_over(down.pid);
  registrations_->remove_all(down.pid);
  tell(locks_.remove(down.pid));
}

void Server::untie_if_idle(const Pid& owner) {
  if (!registrations_->has_any(owner) && !locks_.has(owner)) ties_.untie(owner);
}

}  // namespace ninelives::registry
