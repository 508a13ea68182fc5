// Many threads of one process, each with an endpoint of its own, and one that plays their supervisor. Under
// the thread sanitizer (NINELIVES_PRESET=tsan) each page that they share lies at one address for all of them,
// so that it sees every access: tests/support/one_address.cpp.
#include <catch2/catch.hpp>
#include <list>
#include <thread>

#include "supervisor/node/slots.hpp"
#include "tests/ipc/threads_actors.hpp"
#include "tests/support/mail.hpp"
#include "tests/support/seed.hpp"
#include "tests/support/temp_dir.hpp"

namespace ninelives::test::threads {
namespace {

template <class T>
T must(ipc::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text);
  return std::move(*result);
}

// A node of threads; its supervisor is the test's own thread.
class Node {
 public:
  Node() {
    const ipc::Owner owner = must(slots_.add({.name = "", .type = ipc::RowType::supervisor}));
    root_ = attach(next_life({owner.slot, owner.owner_inc - 1}));
  }

  Pid add(std::string_view name, ipc::RowType type = ipc::RowType::worker, bool keeps_mailbox = true) {
    const ipc::Owner owner = must(slots_.add({.name = name, .type = type, .keeps_mailbox = keeps_mailbox}));
    return next_life({owner.slot, owner.owner_inc - 1});
  }
  Pid restart(const Pid& dead) {
    rows_.ended(dead, reason_of(dead));
    rows_.restarting(dead);
    return next_life(dead);
  }
  void gone(const Pid& dead) {
    rows_.ended(dead, reason_of(dead));
    rows_.down(dead, ipc::RowState::gone);
  }
  std::size_t waiting_to_be_freed() { return slots_.free_drained(); }

  // Its lives sleep on the futex and on their door by turns.
  std::unique_ptr<ipc::Endpoint> attach(const Pid& pid) const {
    using SleepsOn = ipc::Endpoint::SleepsOn;
    const bool on_door = (pid.slot + pid.incarnation) % 2 == 0;
    return must(ipc::Endpoint::attach(dir_.path(), pid, on_door ? SleepsOn::door : SleepsOn::futex));
  }
  void tell(const Pid& pid, ipc::Kind kind) {
    const ipc::Owner owner{pid.slot, rows_.view().owner_inc(pid.slot)};
    if (!root_->send(owner, {.kind = kind}, bound))
      throw std::runtime_error("a server does not take its stop");
  }

 private:
  Pid next_life(const Pid& former) {
    const Pid pid{former.slot, former.incarnation + 1};
    rows_.starting(pid);
    rows_.os_pid(pid, ::getpid());
    rows_.running(pid);
    return pid;
  }

  TempDir dir_;
  ipc::NodeFiles files_ = must(ipc::NodeFiles::open(dir_.path()));
  supervisor::Rows rows_{files_, must(ipc::TableWriter::create(files_, "test"))};
  supervisor::Slots slots_{rows_};
  std::unique_ptr<ipc::Endpoint> root_;
};

// One life of an actor: a thread, and the endpoint that it has attached.
class Life {
 public:
  template <class Live>
  Life(const Node& node, Actor& actor, Live live)
      : thread_([this, &node, &actor, live = std::move(live)] {
          try {
            live(*node.attach(actor.pid));
          } catch (const std::exception& error) {
            actor.require(false, error.what());
          }
          over_.store(true);
        }) {}
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;
  ~Life() { thread_.join(); }

  bool is_over() const { return over_.load(); }

 private:
  std::atomic<bool> over_{false};
  std::thread thread_;
};

struct Bounds {
  std::size_t clients_at_a_time = 4;
  std::size_t clients_in_all = 8;
  int lives_of_a_client = 3;
  int operations_of_a_life = 40;
  std::size_t watchers = 2;
};

class Scenario {
 public:
  Scenario(std::uint64_t seed, const Bounds& bounds) : bounds_(bounds), random_(seed) {
    for (const ServerFacts& facts : facts_) {
      servers_.push_back({{node_.add(facts.name, ipc::RowType::worker, facts.keeps_mailbox)}, facts});
    }
    for (std::size_t i = 0; i < bounds_.watchers; ++i) watchers_.push_back({{node_.add("")}});
  }

  void run() {
    std::vector<Pid> first_lives;
    for (Server& server : servers_) first_lives.push_back(server.pid);
    for (Server& server : servers_) start(server);
    std::list<Life> watching;
    for (Watcher& watcher : watchers_) {
      watching.emplace_back(node_, watcher,
                            [&](ipc::Endpoint& endpoint) { watcher.live(endpoint, first_lives); });
    }
    play_clients();
    for (Server& server : servers_) {
      stop(server, ipc::Kind::info);
      node_.gone(server.pid);
    }
  }

  void check() {
    for (const Server& server : servers_) check(server);
    for (const Client& client : clients_) check(client);
    for (const Watcher& watcher : watchers_) {
      check(watcher);
      for (const Server& server : servers_) {
        CHECK(watcher.next.at(server.pid.slot) == server.pid.incarnation + 1);
      }
    }
    CHECK(node_.waiting_to_be_freed() == 0);
  }

 private:
  static void check(const Actor& actor) {
    for (const std::string& wrong : actor.wrong) FAIL_CHECK(wrong);
  }

  // All that was sent to it was taken, if it keeps its mailbox.
  void check(const Server& server) const {
    check(static_cast<const Actor&>(server));
    for (const Client& client : clients_) {
      const auto sent = client.sent.find(server.facts.name);
      if (!server.facts.keeps_mailbox || sent == client.sent.end()) continue;
      const auto last = server.last.find(client.pid.slot);
      CHECK((last == server.last.end() ? 0 : last->second) == sent->second);
    }
  }

  // ---- servers: restarted all the time

  void start(Server& server) {
    lives_of_servers_.try_emplace(server.pid.slot, node_, server,
                                  [&server](ipc::Endpoint& endpoint) { server.live(endpoint); });
  }
  void stop(const Server& server, ipc::Kind kind) {
    node_.tell(server.pid, kind);
    lives_of_servers_.erase(server.pid.slot);
  }
  void restart_any_server() {
    Server& server = servers_[random_() % servers_.size()];
    stop(server, ipc::Kind::stop);
    server.pid = node_.restart(server.pid);
    start(server);
  }

  // ---- clients: several lives each, and when one is gone, another one comes

  struct Playing {
    Client* client;
    std::unique_ptr<Life> life;
    int lives;
  };

  void play_clients() {
    std::list<Playing> playing;
    while (clients_.size() < bounds_.clients_in_all || !playing.empty()) {
      const bool may_come = playing.size() < bounds_.clients_at_a_time;
      if (may_come && clients_.size() < bounds_.clients_in_all) {
        clients_.push_back(
            {{node_.add("", ipc::RowType::guest)}, std::mt19937_64(random_()), bounds_.operations_of_a_life});
        playing.push_back({&clients_.back(), first_or_next_life(clients_.back()), 1});
      }
      std::erase_if(playing, [this](Playing& one) { return one.life->is_over() && !has_another_life(one); });
      restart_any_server();
      std::this_thread::yield();
    }
  }

  std::unique_ptr<Life> first_or_next_life(Client& client) {
    return std::make_unique<Life>(
        node_, client, [this, &client](ipc::Endpoint& endpoint) { client.live(endpoint, facts_); });
  }

  bool has_another_life(Playing& one) {
    one.life.reset();
    if (one.lives++ == bounds_.lives_of_a_client) {
      node_.gone(one.client->pid);
      return false;
    }
    one.client->pid = node_.restart(one.client->pid);
    one.life = first_or_next_life(*one.client);
    return true;
  }

  Bounds bounds_;
  std::mt19937_64 random_;
  const std::vector<ServerFacts> facts_{{"keeps-1", true}, {"keeps-2", true}, {"drops", false}};
  Node node_;
  std::vector<Server> servers_;
  std::deque<Client> clients_;
  std::vector<Watcher> watchers_;
  std::map<Slot, Life> lives_of_servers_;
};

}  // namespace

TEST_CASE(
    "threads: each message is taken once, each call ends, each end is heard of, while everybody is "
    "restarted") {
  const std::uint64_t seed = test::seed();
  INFO("NINELIVES_SEED=" << seed);
  Scenario scenario(seed, {});
  scenario.run();
  scenario.check();
}

TEST_CASE("threads: why a life has ended is read as a whole, or not at all once it is written over") {
  TempDir dir;
  const auto files = must(ipc::NodeFiles::open(dir.path()));
  auto table = must(ipc::TableWriter::create(files, "test"));
  const ipc::Owner owner = must(table.allot({.name = "short-lived", .type = ipc::RowType::worker}));
  auto end = [&](Incarnation life) {
    table.set_reason(owner.slot, life, reason_of({owner.slot, life}));
    table.set_state(owner.slot, life, ipc::RowState::restarting);
  };
  end(owner.owner_inc);
  std::atomic<bool> over{false};
  std::thread supervisor([&] {
    for (Incarnation life = owner.owner_inc + 1; life <= 20'000; ++life) end(life);
    over = true;
  });
  const auto view = must(ipc::TableView::open(files));
  std::size_t wrong = 0;
  do {
    const Pid last{owner.slot, view.state(owner.slot).incarnation};
    const ExitReason reason = view.reason(last);
    if (reason.kind != ExitReason::Kind::unknown && reason != reason_of(last)) ++wrong;
    if (view.name(owner.slot) != "short-lived") ++wrong;
  } while (!over);
  supervisor.join();
  CHECK(wrong == 0);
}

}  // namespace ninelives::test::threads
