// The life of a worker: attach, init, ready, one message after the other, terminate, reason.
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

#include <ninelives/serve.hpp>

#include "ipc/last_words.hpp"
#include "ipc/launch_environment.hpp"
#include "worker/name_at_start.hpp"
#include "worker/process.hpp"

namespace ninelives {
namespace detail {
namespace {

constexpr int exit_usage = 2;

// One line, one write(2): whole, also when the next instruction is the last.
void log_line(std::string text) {
  text += '\n';
  [[maybe_unused]] auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

template <class Number>
bool read_number(const char* name, Number& number) {
  const char* text = std::getenv(name);
  if (!text) return false;
  const char* end = text + std::strlen(text);
  return std::from_chars(text, end, number).ptr == end && end != text;
}

ipc::Result<std::unique_ptr<ipc::Endpoint>> attach_as_worker() {
  const char* node = std::getenv(ipc::env_node);
  Pid me;
  if (!node || !read_number(ipc::env_slot, me.slot) || !read_number(ipc::env_incarnation, me.incarnation)) {
    return ipc::fault(
        "this is a worker of a supervision tree: name it in a tree file and start that with `ninelives run`");
  }
  return ipc::Endpoint::attach(node, me, ipc::Endpoint::SleepsOn::futex);
}

class Worker {
 public:
  Worker(ipc::Endpoint& endpoint, const MakeServer& make) : endpoint_(endpoint), make_(make) {}

  int run() {
    if (const auto failed = start()) return leave(*failed);
    for (;;) {
      while (const ipc::Received* received = endpoint_.next()) {
        if (auto reason = handle(*received)) return end(*reason);
      }
      endpoint_.wait(ipc::no_deadline);
    }
  }

 private:
  // The reason to end before it was ever ready, if there is one. No terminate() follows: nothing has begun.
  std::optional<ExitReason> start() {
    auto failed = take_name_at_start();
    if (!failed) failed = make_server();
    Outcome outcome = failed ? Outcome{.stop = std::move(failed)} : server_->init();
    if (!outcome.stop) outcome.stop = tell_ready(outcome.info);
    if (!outcome.stop || outcome.stop->kind == ExitReason::Kind::ignored) return std::move(outcome.stop);
    return ExitReason::start_failed(ninelives::to_string(*outcome.stop));
  }

  std::optional<ExitReason> make_server() {
    try {
      server_ = make_();
    } catch (const std::exception& thrown) {
      return ExitReason::error("exception in the constructor: " + std::string(thrown.what()));
    } catch (...) {
      return ExitReason::error("exception in the constructor that is no std::exception");
    }
    return std::nullopt;
  }

  std::optional<ExitReason> tell_ready(std::string_view info) {
    const auto& table = endpoint_.table();
    const Slot supervisor = table.row(endpoint_.self().slot).supervisor.load();
    auto told = endpoint_.send({supervisor, table.owner_inc(supervisor)},
                               {.kind = ipc::Kind::ready, .payload = info}, ipc::for_ever);
    if (!told) return ExitReason::error("cannot tell the supervisor: " + told.error().text);
    return std::nullopt;
  }

  // The reason to end, if there is one.
  std::optional<ExitReason> handle(const ipc::Received& received) {
    const Incoming incoming{received.message, received.payload, {received.from, received.ref}};
    switch (received.kind) {
      case ipc::Kind::stop:
        return ExitReason::shutdown();
      case ipc::Kind::call:
        return after_call(incoming.caller, server_->handle_call(incoming));
      case ipc::Kind::cast:
        return after_message("cast", server_->handle_cast(incoming));
      case ipc::Kind::info:
        return after_message("info", server_->handle_info(incoming));
      case ipc::Kind::down:
        return after_message("info", server_->handle_down({{received.ref}, received.from, received.reason}));
      default:
        return std::nullopt;
    }
  }

  // As in OTP, terminate() comes before the reply of a call that stops the server: see gen_server's {stop, _,
  // _, _}. It may call others, and so use the buffer that the reply is in.
  std::optional<ExitReason> after_call(const Caller& caller, Outcome outcome) {
    std::string kept;
    if (outcome.stop) {
      if (outcome.reply) outcome.reply = kept.assign(*outcome.reply);
      terminate(*outcome.stop);
    }
    if (outcome.refusal) endpoint_.reply(caller.pid, ipc::Kind::refusal, caller.ref, *outcome.refusal);
    if (outcome.reply) endpoint_.reply(caller.pid, ipc::Kind::reply, caller.ref, *outcome.reply);
    return std::move(outcome.stop);
  }

  // Nobody waits for an answer that could say what was wrong.
  std::optional<ExitReason> after_message(std::string_view what, Outcome outcome) {
    if (outcome.refusal) {
      endpoint_.status().bad_messages.fetch_add(1);
      log_line(name() + ": dropped a" + (what == "info" ? "n " : " ") + std::string(what) + ": " +
               *outcome.refusal);
    }
    return std::move(outcome.stop);
  }

  void terminate(const ExitReason& reason) {
    if (std::exchange(terminated_, true) || !server_) return;
    try {
      server_->terminate(reason);
    } catch (const std::exception& thrown) {
      log_line(name() + ": exception in terminate: " + thrown.what());
    } catch (...) {
      log_line(name() + ": exception in terminate that is no std::exception");
    }
  }

  int end(const ExitReason& reason) {
    terminate(reason);
    return leave(reason);
  }

  int leave(const ExitReason& reason) {
    ipc::write_last_words(endpoint_.status(), endpoint_.self().incarnation, reason);
    if (!reason.is_clean()) log_line(name() + ": " + ninelives::to_string(reason));
    return exit_code(reason);
  }

  std::string name() const { return endpoint_.table().name(endpoint_.self().slot); }

  ipc::Endpoint& endpoint_;
  const MakeServer& make_;
  std::unique_ptr<ServerOps> server_;
  bool terminated_ = false;
};

}  // namespace

int serve(const MakeServer& make) {
  auto endpoint = attach_as_worker();
  if (!endpoint) {
    log_line("ninelives: " + endpoint.error().text);
    return exit_usage;
  }
  Process process(std::move(*endpoint));
  return Worker(process.endpoint(), make).run();
}

void send_reply(const Caller& caller, std::string_view payload) {
  if (Process* process = Process::current()) {
    process->endpoint().reply(caller.pid, ipc::Kind::reply, caller.ref, payload);
  }
}

}  // namespace detail

Pid GenServerBase::self() {
  detail::Process* process = detail::Process::current();
  return process ? process->endpoint().self() : Pid{};
}

MonitorRef GenServerBase::monitor(const Pid& pid) {
  detail::Process* process = detail::Process::current();
  return process ? MonitorRef{process->endpoint().monitor(pid)} : MonitorRef{};
}

void GenServerBase::demonitor(MonitorRef ref) {
  if (detail::Process* process = detail::Process::current()) process->endpoint().demonitor(ref.number);
}

}  // namespace ninelives
