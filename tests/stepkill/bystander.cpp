#include "tests/stepkill/bystander.hpp"

#include <cstring>
#include <utility>

namespace ninelives::test::stepkill {
namespace {

// A command's payload: a Pid and a text.
std::string packed(const Pid& pid, const std::string& text) {
  std::string bytes(sizeof(Pid), '\0');
  std::memcpy(bytes.data(), &pid, sizeof(Pid));
  return bytes + text;
}

Pid pid_in(std::string_view packed) {
  Pid pid;
  std::memcpy(&pid, packed.data(), sizeof(Pid));
  return pid;
}

}  // namespace

Bystander::Bystander(World& world, const Pid& pid, ipc::Endpoint::SleepsOn sleeps_on)
    : world_(world), pid_(pid), endpoint_(world.attach(pid_, sleeps_on)), thread_([this] { run(); }) {}

Bystander::~Bystander() {
  if (held_) release();
  tell(Command::end);
  thread_.join();
}

void Bystander::tell(Command command, const Pid& pid, const std::string& text) {
  const std::string payload = packed(pid, text);
  const bool sent =
      world_.root()
          .send(world_.owner(pid_),
                {.kind = ipc::Kind::info, .message = static_cast<std::uint32_t>(command), .payload = payload},
                bound)
          .has_value();
  if (!sent || !obeyed_.try_acquire_for(bound)) throw std::runtime_error("a bystander does not obey");
}

void Bystander::monitor(const Pid& pid) { tell(Command::monitor, pid); }
void Bystander::call(const Pid& pid, const std::string& payload) { tell(Command::call, pid, payload); }

void Bystander::hold() {
  tell(Command::hold);
  held_ = true;
}

void Bystander::release() {
  held_ = false;
  release_.release();
}

void Bystander::settle() { world_.wait_until_asleep(pid_); }

void Bystander::await_down(const Pid& of) {
  await([&](const Heard& heard) { return heard.kind == ipc::Kind::down && heard.from == of; },
        "the down of " + to_string(of));
}

std::vector<Heard> Bystander::take_heard() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(heard_, {});
}

void Bystander::note(Heard heard) {
  const std::scoped_lock lock(mutex_);
  heard_.push_back(std::move(heard));
  changed_.notify_all();
}

void Bystander::run() {
  for (;;) {
    while (const ipc::Received* received = endpoint_->next()) {
      if (received->from.slot == ipc::root_slot && received->kind == ipc::Kind::info) {
        if (!obey(ipc::Received(*received))) return;
        continue;
      }
      note({received->kind, received->from, received->ref, std::string(received->payload)});
      if (received->kind == ipc::Kind::call) {
        endpoint_->reply(received->from, ipc::Kind::reply, received->ref, std::string(received->payload));
      }
    }
    endpoint_->wait(ipc::no_deadline);
  }
}

bool Bystander::obey(const ipc::Received& command) {
  const Pid pid = pid_in(command.payload);
  switch (static_cast<Command>(command.message)) {
    case Command::end:
      obeyed_.release();
      return false;
    case Command::monitor:
      endpoint_->monitor(pid);
      obeyed_.release();
      return true;
    case Command::hold:
      obeyed_.release();
      release_.acquire();
      return true;
    case Command::call:
      obeyed_.release();
      auto outcome =
          endpoint_->call(world_.owner(pid), 1, command.payload.substr(sizeof(Pid)), ipc::for_ever);
      outcome ? note({ipc::Kind::reply, pid, 0, std::string(*outcome)})
              : note({ipc::Kind::refusal, pid, static_cast<std::uint64_t>(outcome.error().kind),
                      outcome.error().text});
      return true;
  }
  return true;
}

}  // namespace ninelives::test::stepkill
