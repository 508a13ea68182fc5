// What a supervisor is asked by calls (supervision.hpp), and the answers: requests become events of the core,
// which decides, and its replies become messages. What changes nothing is answered from the core at once.
#pragma once
#include <expected>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>

#include <ninelives/ipc/supervision.hpp>

#include "ipc/endpoint.hpp"
#include "supervisor/core/supervisor.hpp"
#include "supervisor/node/child_process.hpp"
#include "supervisor/node/rows.hpp"

namespace ninelives::supervisor {

class Management {
 public:
  using Processes = std::unordered_map<ChildNumber, ChildProcess>;
  using Feed = std::function<void(const Event&)>;

  // All of them are the supervisor process's own. `prefix` is its name in the node.
  Management(const Supervisor& core, const Processes& processes, const std::map<Slot, ChildNumber>& by_slot,
             const Rows& rows, std::string prefix, Feed feed)
      : core_(core),
        processes_(processes),
        by_slot_(by_slot),
        rows_(rows),
        prefix_(std::move(prefix)),
        feed_(std::move(feed)) {}

  // A call of any process; answered through the endpoint, now or after the core's reply.
  void on_call(ipc::Endpoint& endpoint, const ipc::Received& call);
  void on_reply(ipc::Endpoint& endpoint, const Reply& reply);

 private:
  struct Caller {
    Pid pid;
    std::uint64_t ref;
    bool of_start;  // whether it expects a StartResult, or a Done
  };
  struct Answering {
    ipc::Endpoint& endpoint;
    const ipc::Received& call;
    template <class Value>
    void operator()(const Value& value) const {
      endpoint.reply(call.from, ipc::Kind::reply, call.ref, to_bytes(value));
    }
  };

  template <class Message>
  bool handled(const Answering& answer, const ipc::Received& call);

  void handle(const Answering& answer, const supervision::StartChild& asked);
  void handle(const Answering& answer, const supervision::StartFromTemplate& asked);
  void handle(const Answering& answer, const supervision::RestartChild& asked);
  void handle(const Answering& answer, const supervision::TerminateChild& asked);
  void handle(const Answering& answer, const supervision::DeleteChild& asked);
  void handle(const Answering& answer, const supervision::ChangeSpec& asked);
  void handle(const Answering& answer, const supervision::WhichChildren& asked);
  void handle(const Answering& answer, const supervision::CountChildren& asked);
  void handle(const Answering& answer, const supervision::GetChildspec& asked);

  RequestId remember(const Answering& answer, bool of_start);
  ChildName resolve(const supervision::ChildName& name) const;
  std::expected<ChildSpec, supervision::ChildError> prepared(ChildSpec spec) const;
  supervision::ChildError error_of(const Reply& reply) const;
  void blame(const ipc::Owner& holder, const std::string& name, supervision::ChildError& error) const;
  const ChildProcess* process(ChildNumber child) const;

  const Supervisor& core_;
  const Processes& processes_;
  const std::map<Slot, ChildNumber>& by_slot_;
  const Rows& rows_;
  std::string prefix_;
  Feed feed_;
  std::unordered_map<RequestId, Caller> callers_;
  RequestId last_request_ = 0;
};

}  // namespace ninelives::supervisor
