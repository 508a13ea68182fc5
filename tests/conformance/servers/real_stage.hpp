// Servers in processes of their own, under a supervisor.
#pragma once
#include <optional>
#include <sys/types.h>

#include <ninelives/node.hpp>
#include <ninelives/supervisor.hpp>

#include "tests/conformance/servers/player.hpp"
#include "tests/support/running_node.hpp"

namespace ninelives::conformance::servers {

// A node of which the calling thread is a process: one script after the other may use it.
class RealNode {
 public:
  RealNode();
  // The next script's servers have other ids.
  std::string new_id(const std::string& server) { return server + std::to_string(++last_id_); }
  std::filesystem::path diary_of(const std::string& id) const { return sandbox_ / (id + ".heard"); }

 private:
  test::Sandbox sandbox_;
  test::RunningNode running_;
  std::optional<Node> node_;
  unsigned last_id_ = 0;
};

class RealStage final : public Stage {
 public:
  RealStage(RealNode& node, const Script& script);
  RealStage(const RealStage&) = delete;
  RealStage& operator=(const RealStage&) = delete;
  ~RealStage() override;

  Pid pid_of(const std::string& server) override { return servers_.at(server).pid; }
  void hold(const std::vector<std::string>& servers) override;
  void kill(const std::string& server) override;
  void rest() override;
  std::vector<std::string> take_heard(const std::string& server) override;
  std::optional<ExitReason> end_of(const std::string& server) override { return servers_.at(server).end; }

 private:
  struct Server {
    Pid pid = {};
    pid_t os_pid = 0;
    std::filesystem::path diary = {};
    std::size_t read = 0;  // lines of it
    std::optional<ExitReason> end = {};
  };

  bool rests(Server& server);
  std::vector<std::uintmax_t> how_far() const;

  std::map<std::string, Server> servers_;
  std::vector<std::string> held_;
};

}  // namespace ninelives::conformance::servers
