// Servers in a unit test's node.
#pragma once
#include <ninelives/test.hpp>

#include "tests/conformance/servers/player.hpp"

namespace ninelives::conformance::servers {

class VirtualStage final : public Stage {
 public:
  explicit VirtualStage(const Script& script) {
    for (const std::string& server : script.servers) {
      node_.start<Actor>(server, [this, server](const std::string& line) { heard_[server].push_back(line); });
    }
  }

  Pid pid_of(const std::string& server) override { return *node_.pid(server); }
  void hold(const std::vector<std::string>&) override {}  // nobody runs before rest()
  void kill(const std::string& server) override { node_.kill(server); }
  void rest() override { node_.run(); }
  std::vector<std::string> take_heard(const std::string& server) override {
    return std::exchange(heard_[server], {});
  }
  std::optional<ExitReason> end_of(const std::string& server) override { return node_.reason(server); }

 private:
  std::map<std::string, std::vector<std::string>> heard_;
  test::Node node_;
};

}  // namespace ninelives::conformance::servers
