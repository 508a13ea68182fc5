// A process of a running node, over its mailbox: a worker's, or that of a thread of a program that has
// attached.
#pragma once
#include <memory>

#include "ipc/guest.hpp"
#include "worker/process.hpp"
#include "worker/registry_readers.hpp"

namespace ninelives::detail {

class NodeProcess final : public Process {
 public:
  explicit NodeProcess(std::unique_ptr<ipc::Endpoint> worker);
  explicit NodeProcess(std::unique_ptr<ipc::Guest> guest);

  ipc::Endpoint& endpoint() const { return guest_ ? guest_->endpoint() : *worker_; }

  Pid self() const override { return endpoint().self(); }
  std::string name() const override;
  ipc::Deadline now() const override { return ipc::Clock::now(); }
  std::expected<Pid, SendError> whereis(Target& target) override;
  Pid supervisor() const override;
  bool takes_signals() const override { return worker_ != nullptr; }
  RegistryReaders* registries() override { return &registries_; }

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
  std::uint64_t add_failed_request(CallError error) override {
    return endpoint().add_failed_request(std::move(error));
  }
  std::optional<ReplyBytes> wait_response(std::uint64_t request, std::chrono::nanoseconds patience) override;
  std::optional<std::uint64_t> wait_any(std::span<const std::uint64_t> requests,
                                        std::chrono::nanoseconds patience) override;
  void abandon(std::uint64_t request) override { endpoint().abandon(request); }

  std::uint64_t monitor(const Pid& pid, ipc::MonitorFor what) override {
    return endpoint().monitor(pid, what);
  }
  void demonitor(std::uint64_t ref) override { endpoint().demonitor(ref); }
  std::expected<void, SendError> kill(const Pid& pid) override;
  std::optional<ExitReason> await_end(const Pid& pid, std::chrono::nanoseconds patience) override {
    return endpoint().await_end(pid, patience);
  }

  void note(ipc::Callback callback, std::uint32_t message) override;
  void note_bad_message() override;
  sys::Statistics statistics() const override;
  void suspend(bool suspended, bool keeps_exits) override {
    endpoint().set_suspended(suspended, keeps_exits);
  }
  void log(const std::string& text) override;

 private:
  std::expected<ipc::Owner, SendError> resolve(Target& target);
  std::expected<ipc::Owner, SendError> resolve_via(const ViaName& name);

  std::unique_ptr<ipc::Endpoint> worker_;  // one of the two
  std::unique_ptr<ipc::Guest> guest_;
  RegistryReaders registries_{endpoint().files(), endpoint().table()};
};

}  // namespace ninelives::detail
