// `ninelives call` and `cast`: a message by its wire name, with JSON for its fields. No schema is needed: the
// name is hashed and the JSON sent as the msgpack map that it is; the server says if it does not fit.
#include <iostream>

#include <ninelives/ipc/name.hpp>

#include "supervisor/cli/client.hpp"
#include "supervisor/cli/commands.hpp"
#include "supervisor/cli/json_bridge.hpp"
#include "supervisor/cli/node_view.hpp"

namespace ninelives::supervisor {
namespace {

// What both verbs need: a place in the node, the address, the bytes.
struct Outgoing {
  Client client;
  ipc::Owner to;
  std::string payload;
};

std::expected<Outgoing, std::string> prepare(const MessageOptions& options) {
  auto payload = msgpack_from_json(options.json);
  if (!payload) return std::unexpected("the message's JSON is faulty: " + payload.error());
  auto client = Client::attach(options.node);
  if (!client) return std::unexpected(std::move(client.error()));
  auto to = find_name(client->table(), options.to);
  if (!to) return std::unexpected(std::move(to.error()));
  return Outgoing{std::move(*client), *to, std::move(*payload)};
}

}  // namespace

int call(const MessageOptions& options) {
  auto outgoing = prepare(options);
  if (!outgoing) return fail(exit_failed, outgoing.error());
  const auto reply =
      outgoing->client.call(outgoing->to, name_hash(options.message), outgoing->payload, options.timeout);
  if (!reply) return fail(exit_failed, reply.error());
  auto json = json_from_msgpack(*reply);
  if (!json) return fail(exit_failed, "the reply is no msgpack: " + json.error());
  std::cout << *json << '\n';
  return exit_ok;
}

int cast(const MessageOptions& options) {
  auto outgoing = prepare(options);
  if (!outgoing) return fail(exit_failed, outgoing.error());
  auto sent = outgoing->client.endpoint().send(
      outgoing->to,
      {.kind = ipc::Kind::cast, .message = name_hash(options.message), .payload = outgoing->payload},
      options.timeout);
  if (!sent) return fail(exit_failed, std::string(to_string(sent.error().kind)) + ": " + sent.error().text);
  return exit_ok;
}

}  // namespace ninelives::supervisor
