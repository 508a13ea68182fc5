#include "tests/ipc/threads_actors.hpp"

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "tests/support/mail.hpp"

namespace ninelives::test::threads {
namespace {

char filler(std::uint64_t number) { return static_cast<char>('a' + number % 26); }

}  // namespace

std::string payload_of(std::uint64_t number, std::size_t bytes) {
  std::string payload(std::max(bytes, sizeof number), filler(number));
  std::memcpy(payload.data(), &number, sizeof number);
  return payload;
}

std::uint64_t number_in(std::string_view payload) {
  std::uint64_t number = 0;
  if (payload.size() < sizeof number) return 0;
  std::memcpy(&number, payload.data(), sizeof number);
  return std::ranges::all_of(payload.substr(sizeof number), [&](char c) { return c == filler(number); })
             ? number
             : 0;
}

ExitReason reason_of(const Pid& dead) {
  return ExitReason::error(to_string(dead) + std::string(80, filler(dead.incarnation)));
}

// ---- servers

void Server::live(ipc::Endpoint& endpoint) {
  bool is_last = false;
  for (;;) {
    while (const ipc::Received* received = endpoint.next()) {
      if (received->kind == ipc::Kind::stop) return;
      if (received->kind == ipc::Kind::info) {
        is_last = true;
      } else {
        take(endpoint, *received);
      }
    }
    if (is_last) return;
    endpoint.wait(ipc::no_deadline);
  }
}

void Server::take(ipc::Endpoint& endpoint, const ipc::Received& received) {
  const std::uint64_t number = number_in(received.payload);
  require(number != 0, "a damaged message");
  if (received.kind == ipc::Kind::call) {
    endpoint.reply(received.from, ipc::Kind::reply, received.ref, received.payload);
    return;
  }
  require(received.kind == ipc::Kind::cast, "a message of a kind that nobody sends");
  std::uint64_t& before = last[received.from.slot];
  const bool follows = facts.keeps_mailbox ? number == before + 1 : number > before;
  require(follows, "cast " + std::to_string(number) + " of " + to_string(received.from) + " after " +
                       std::to_string(before));
  before = number;
}

// ---- clients

void Client::live(ipc::Endpoint& endpoint, const std::vector<ServerFacts>& servers) {
  auto any = [this](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  for (int i = 0; i < operations; ++i) {
    const ServerFacts& to = servers[any(servers.size())];
    switch (any(9)) {
      case 0:
        cast(endpoint, to, ipc::inline_max + 1 + any(50'000));
        call(endpoint, to, ipc::inline_max + 1 + any(50'000));
        break;
      case 1:
        for (int burst = 0; burst < 100; ++burst) cast(endpoint, to, 1000 + any(1000));
        break;
      case 2:
      case 3:
        call(endpoint, to, any(ipc::inline_max));
        break;
      case 4:
      case 5:
        call(endpoint, to, any(100));
        break;
      case 6:
        ask_all(endpoint, servers);
        break;
      default:
        cast(endpoint, to, any(100));
    }
  }
}

// What is refused was refused for a reason: a server that drops its mailbox takes nothing while it is down.
void Client::cast(ipc::Endpoint& endpoint, const ServerFacts& to, std::size_t bytes) {
  const auto owner = endpoint.table().find(to.name);
  if (!owner) return require(false, '"' + to.name + "\" is not found");
  const auto sent_now = endpoint.send(*owner, test::cast(payload_of(sent[to.name] + 1, bytes)), bound);
  if (sent_now) {
    ++sent[to.name];
  } else {
    require(!to.keeps_mailbox && sent_now.error().kind == SendError::Kind::noproc, sent_now.error().text);
  }
}

void Client::call(ipc::Endpoint& endpoint, const ServerFacts& to, std::size_t bytes) {
  const auto owner = endpoint.table().find(to.name);
  if (!owner) return require(false, '"' + to.name + "\" is not found");
  const std::string request = payload_of(1 + random() % 1'000'000, bytes);
  check(to, request, endpoint.call(*owner, 1, request, bound));
}

// All at once; what was asked first is waited for last.
void Client::ask_all(ipc::Endpoint& endpoint, const std::vector<ServerFacts>& servers) {
  std::vector<std::pair<std::uint64_t, std::string>> asked;
  for (const ServerFacts& to : servers) {
    const auto owner = endpoint.table().find(to.name);
    if (!owner) return require(false, '"' + to.name + "\" is not found");
    std::string request = payload_of(1 + random() % 1'000'000, random() % 100);
    const std::uint64_t number = endpoint.send_request(*owner, 1, request, bound);
    asked.emplace_back(number, std::move(request));
  }
  for (std::size_t i = servers.size(); i-- > 0;) {
    const auto outcome = endpoint.wait_response(asked[i].first, bound);
    require(outcome.has_value(), "no reply in time");
    if (outcome) check(servers[i], asked[i].second, *outcome);
  }
}

void Client::check(const ServerFacts& to, std::string_view request, const ipc::Outcome& reply) {
  if (reply) {
    require(*reply == request, "the reply to another call");
    return;
  }
  using Kind = CallError::Kind;
  const Kind kind = reply.error().kind;
  const bool dropped = kind == Kind::down || kind == Kind::dropped || kind == Kind::noproc;
  require(!to.keeps_mailbox && dropped, reply.error().text);
}

// ---- watchers

void Watcher::live(ipc::Endpoint& endpoint, const std::vector<Pid>& first_lives) {
  std::unordered_map<std::uint64_t, Pid> monitored;
  auto monitor = [&](const Pid& life) { monitored.emplace(endpoint.monitor(life), life); };
  for (const Pid& life : first_lives) monitor(life);
  while (!monitored.empty()) {
    const ipc::Received* received = await(endpoint, bound);
    if (!received) return require(false, "has not heard of an end");
    const auto found = monitored.find(received->ref);
    if (received->kind != ipc::Kind::down || found == monitored.end()) {
      return require(false, "has heard twice of the end of " + to_string(received->from));
    }
    const Pid dead = found->second;
    monitored.erase(found);
    const ExitReason reason = received->reason;
    // Unknown, when it was too long ago; noproc, when the life was over before it was monitored.
    const bool is_known = reason.kind != ExitReason::Kind::unknown && reason != ExitReason::noproc();
    require(
        received->from == dead && (!is_known || reason == reason_of(dead)),
        to_string(received->from) + " has ended for the reason of another: " + ninelives::to_string(reason));
    next[dead.slot] = dead.incarnation + 1;
    const ipc::RowWord row = endpoint.table().state(dead.slot);
    if (row.state != ipc::RowState::gone || row.incarnation != dead.incarnation) {
      monitor({dead.slot, dead.incarnation + 1});
    }
  }
}

}  // namespace ninelives::test::threads
