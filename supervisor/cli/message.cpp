// `ninelives call` and `cast`: a message by its wire name, with JSON for its fields. No schema is needed: the
// name is hashed and the JSON sent as the msgpack map that it is; the server says if it does not fit.
#include <iostream>

#include <ninelives/ipc/name.hpp>

#include "ipc/guest.hpp"
#include "supervisor/cli/commands.hpp"
#include "supervisor/cli/json_bridge.hpp"
#include "supervisor/config/nearest.hpp"

namespace ninelives::supervisor {
namespace {

std::string no_such_name(const ipc::TableView& table, const std::string& name) {
  std::vector<std::string> names;
  for (Slot slot = 0; slot < table.rows(); ++slot) {
    if (table.state(slot).state != ipc::RowState::free && !table.name(slot).empty())
      names.push_back(table.name(slot));
  }
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  return "node " + std::string(table.node()) + " has no \"" + name + '"' + did_you_mean(name, candidates) +
         "; `ninelives ls` shows what there is";
}

// What both verbs need: a place in the node, the address, the bytes.
struct Outgoing {
  std::unique_ptr<ipc::Guest> guest;
  ipc::Owner to;
  std::string payload;
};

std::expected<Outgoing, std::string> prepare(const MessageOptions& options) {
  auto payload = msgpack_from_json(options.json);
  if (!payload) return std::unexpected("the message's JSON is faulty: " + payload.error());
  auto guest = ipc::Guest::attach(options.node);
  if (!guest) return std::unexpected(guest.error().text);
  const ipc::TableView& table = (*guest)->endpoint().table();
  auto to = table.find(options.to);
  if (!to) return std::unexpected(no_such_name(table, options.to));
  return Outgoing{std::move(*guest), *to, std::move(*payload)};
}

}  // namespace

int call(const MessageOptions& options) {
  auto outgoing = prepare(options);
  if (!outgoing) return fail(exit_failed, outgoing.error());
  auto reply = outgoing->guest->endpoint().call(outgoing->to, name_hash(options.message), outgoing->payload,
                                                options.timeout);
  if (!reply)
    return fail(exit_failed, std::string(to_string(reply.error().kind)) + ": " + reply.error().text);
  auto json = json_from_msgpack(*reply);
  if (!json) return fail(exit_failed, "the reply is no msgpack: " + json.error());
  std::cout << *json << '\n';
  return exit_ok;
}

int cast(const MessageOptions& options) {
  auto outgoing = prepare(options);
  if (!outgoing) return fail(exit_failed, outgoing.error());
  auto sent = outgoing->guest->endpoint().send(
      outgoing->to,
      {.kind = ipc::Kind::cast, .message = name_hash(options.message), .payload = outgoing->payload},
      options.timeout);
  if (!sent) return fail(exit_failed, std::string(to_string(sent.error().kind)) + ": " + sent.error().text);
  return exit_ok;
}

}  // namespace ninelives::supervisor
