// A node without processes, memory that is shared, or time that passes by itself: its servers take turns on
// one thread. What they do is what they do in a node, as it is the same loop (server.hpp).
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "worker/process.hpp"
#include "worker/server.hpp"

namespace ninelives::detail {

class VirtualNode;

// A message, as a mailbox would hold it.
struct VirtualMessage {
  ipc::Kind kind = ipc::Kind::none;
  Pid from = {};
  std::uint64_t ref = 0;
  std::uint32_t message = 0;
  std::string payload = {};
  ExitReason reason = {};
  ipc::MonitorFor monitor = {};  // of a down
};

class VirtualProcess final : public Process {
 public:
  // Without `ops`: the test itself, which waits for replies and handles no messages.
  VirtualProcess(VirtualNode& node, const Pid& self, std::string name, std::unique_ptr<ServerOps> ops);

  bool is_alive() const { return !end_; }
  const std::optional<ExitReason>& reason() const { return end_; }
  const std::vector<std::string>& logged() const { return logged_; }

  // init and what follows it; as a worker that is launched.
  void start();
  // Does one thing, if there is anything to do at this time.
  bool step();
  ipc::Deadline next_deadline() const;
  void receive(VirtualMessage message) { mailbox_.push_back(std::move(message)); }
  void end(ExitReason reason);
  void hear_of_end(const Pid& pid, const ExitReason& reason);

  Pid self() const override { return self_; }
  std::string name() const override { return name_; }
  ipc::Deadline now() const override;
  std::expected<Pid, SendError> whereis(Target& target) override;
  Pid supervisor() const override { return {}; }
  std::expected<void, SendError> send(Target& target, ipc::Kind kind, const MessageType& message,
                                      const ipc::Payload& payload,
                                      std::chrono::nanoseconds patience) override;
  std::expected<void, SendError> send(const Pid& to, const ipc::Message& message,
                                      std::chrono::nanoseconds patience) override;
  void reply(const Pid& to, ipc::Kind kind, std::uint64_t ref, std::string_view payload) override;
  std::expected<std::string_view, CallError> call(Target& target, Asks asks, const MessageType& message,
                                                  const ipc::Payload& payload,
                                                  std::chrono::nanoseconds patience) override;
  std::uint64_t send_request(Target& target, const MessageType& message, const ipc::Payload& payload,
                             std::chrono::nanoseconds patience) override;
  std::uint64_t add_failed_request(CallError error) override;
  std::optional<ReplyBytes> wait_response(std::uint64_t request, std::chrono::nanoseconds patience) override;
  std::optional<std::uint64_t> wait_any(std::span<const std::uint64_t> requests,
                                        std::chrono::nanoseconds patience) override;
  void abandon(std::uint64_t request) override { requests_.erase(request); }
  std::uint64_t monitor(const Pid& pid, ipc::MonitorFor what) override;
  void demonitor(std::uint64_t ref) override;
  std::expected<void, SendError> kill(const Pid& pid) override;
  std::optional<ExitReason> await_end(const Pid& pid, std::chrono::nanoseconds patience) override;
  void note(ipc::Callback callback, std::uint32_t message) override;
  void note_bad_message() override { ++statistics_.bad_messages; }
  sys::Statistics statistics() const override { return statistics_; }
  void suspend(bool suspended, bool keeps_exits) override {
    suspended_ = suspended;
    keeps_exits_ = keeps_exits;
  }
  void log(const std::string& text) override { logged_.push_back(text); }

 private:
  struct Monitor {
    Pid pid;
    ipc::MonitorFor what;
  };
  struct Request {
    Pid to = {};
    std::optional<ReplyBytes> outcome = {};
  };

  std::uint64_t ask(Target& target, ipc::Kind kind, const MessageType& message, const ipc::Payload& payload);
  void settle(std::uint64_t request, ReplyBytes outcome);
  bool waits(const VirtualMessage& message) const;
  std::optional<VirtualMessage> take();
  template <class Run>
  void run(Run run);

  VirtualNode& node_;
  Pid self_;
  std::string name_;
  std::unique_ptr<ServerOps> ops_;
  std::optional<Server> server_;
  std::deque<VirtualMessage> mailbox_;
  std::map<std::uint64_t, Request> requests_;
  std::uint64_t awaited_ = 0;  // somebody waits for its outcome: nobody needs to be told
  std::map<std::uint64_t, Monitor> monitors_;
  std::uint64_t last_ref_ = 0;
  std::string reply_;
  bool suspended_ = false;
  bool keeps_exits_ = false;     // while suspended
  bool busy_ = false;            // in a callback, perhaps one that waits for another server
  std::uint64_t callbacks_ = 0;  // that have run
  std::optional<ExitReason> end_;
  sys::Statistics statistics_;
  std::vector<std::string> logged_;
};

class VirtualNode {
 public:
  VirtualNode();
  VirtualNode(const VirtualNode&) = delete;
  VirtualNode& operator=(const VirtualNode&) = delete;
  ~VirtualNode();

  // A new life of that name; the former one must be over.
  VirtualProcess& start(std::string name, std::unique_ptr<ServerOps> ops);
  VirtualProcess* find(std::string_view name);
  VirtualProcess* find(const Pid& pid);
  void tell_end(const Pid& pid, const ExitReason& reason);

  ipc::Deadline now() const { return now_; }
  // Until nobody has anything to do at this time.
  void run();
  // Until it is so, at the latest at the deadline; time passes where nobody has anything to do before. False:
  // it never was. With no deadline it gives up when there is nothing to wait for.
  bool run_until(const std::function<bool()>& is_so, ipc::Deadline deadline);
  void advance(std::chrono::nanoseconds time);

 private:
  bool step();
  ipc::Deadline next_deadline() const;

  ipc::Deadline now_ = ipc::Deadline(std::chrono::hours(1));
  std::vector<std::unique_ptr<VirtualProcess>> processes_;  // by slot; those that are over stay
  Process* before_;
};

}  // namespace ninelives::detail
