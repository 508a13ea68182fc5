// Who takes part when processes are played by threads, each with its own endpoint: servers, their clients,
// and watchers. An actor is a slot over all its lives; each life is a thread of its own that takes over what
// the former one knew. Nothing is asserted here, since threads may not: an actor notes what is wrong.
#pragma once
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "ipc/endpoint.hpp"

namespace ninelives::test::threads {

// A wait that nothing but a lost message or a lost wake-up lets run out. Longer than the backstop would be no
// test.
inline constexpr std::chrono::seconds bound{25};

// A payload that says its number, and of which each byte can be told from that of others.
std::string payload_of(std::uint64_t number, std::size_t bytes);
// 0 if it is damaged.
std::uint64_t number_in(std::string_view payload);

struct Actor {
  Pid pid;
  std::vector<std::string> wrong = {};

  void require(bool holds, const std::string& otherwise) {
    if (!holds) wrong.push_back(to_string(pid) + ": " + otherwise);
  }
};

struct ServerFacts {
  std::string name;
  bool keeps_mailbox = true;
};

// Takes casts, which are numbered by each sender, and echoes calls. A life ends when its supervisor says
// `stop`, with whatever it has not taken yet; or, told by an `info` that nobody sends any more, when there is
// nothing left.
struct Server : Actor {
  ServerFacts facts;
  std::map<Slot, std::uint64_t> last = {};  // number of the last cast, by sender

  void live(ipc::Endpoint& endpoint);

 private:
  void take(ipc::Endpoint& endpoint, const ipc::Received& received);
};

// Casts and calls at random: small and large, one by one and until the ring is full.
struct Client : Actor {
  std::mt19937_64 random;
  int operations = 0;
  std::map<std::string, std::uint64_t> sent = {};  // casts, by the name of their receiver

  void live(ipc::Endpoint& endpoint, const std::vector<ServerFacts>& servers);

 private:
  void cast(ipc::Endpoint& endpoint, const ServerFacts& to, std::size_t bytes);
  void call(ipc::Endpoint& endpoint, const ServerFacts& to, std::size_t bytes);
  void ask_all(ipc::Endpoint& endpoint, const std::vector<ServerFacts>& servers);
  void check(const ServerFacts& to, std::string_view request, const ipc::Outcome& reply);
};

// Hears of the end of each life of each server, once and in order.
struct Watcher : Actor {
  std::map<Slot, Incarnation> next = {};  // the life whose end it hears of next

  void live(ipc::Endpoint& endpoint, const std::vector<Pid>& first_lives);
};

// Why a life has ended, such that its text can be told from that of any other.
ExitReason reason_of(const Pid& dead);

}  // namespace ninelives::test::threads
