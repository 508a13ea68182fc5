#include "tests/crash/management.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <chrono>
#include <random>
#include <thread>

#include <ninelives/node.hpp>
#include <ninelives/supervisor.hpp>

#include "tests/crash/sole_tree.hpp"
#include "tests/programs/sole.hpp"

namespace ninelives::test {
namespace {

using namespace std::chrono_literals;

// So long that a call that ends by it has hung.
constexpr auto time_out = 30s;
// So that somebody else gets a turn, too.
constexpr auto breath = 500us;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : numbers_(seed) {}
  std::size_t below(std::size_t end) { return numbers_() % end; }
  template <class T>
  const T& one_of(const std::vector<T>& things) {
    return things[below(things.size())];
  }

 private:
  std::mt19937_64 numbers_;
};

template <class T>
std::string answer_of(const std::expected<T, supervision::ChildError>& answer) {
  if (answer) return "done";
  return boost::describe::enum_to_string(answer.error().kind, "?");
}

// What a call has come to; `failures` is for what must not be.
template <class T>
std::string end_of(const std::expected<T, CallError>& call, std::vector<std::string>& failures) {
  if (call) {
    if constexpr (requires { answer_of(*call); }) return answer_of(*call);
    return "reply";
  }
  using Kind = CallError::Kind;
  const Kind kind = call.error().kind;
  if (kind != Kind::down && kind != Kind::dropped && kind != Kind::noproc) {
    failures.push_back(std::string(to_string(kind)) + ": " + call.error().text);
  }
  return std::string(to_string(kind));
}

}  // namespace

void Manager::run(const std::atomic<bool>& stop, const std::function<void()>& has_attached) {
  const auto node = Node::attach();
  has_attached();
  if (!node) return failures.push_back(node.error());
  Dice dice(seed);
  const auto tell = [&](const ManagedSupervisor& managed, const std::string& verb, const auto& message) {
    const auto call = whereis<SupervisorApi>(managed.name).call(message, time_out);
    ++outcomes[verb + ' ' + end_of(call, failures)];
  };
  while (!stop) {
    const ManagedSupervisor& managed = dice.one_of(supervisors);
    const bool is_guest = !managed.guests.empty() && dice.below(100) < 15;
    const ChildSpec& child = dice.one_of(is_guest ? managed.guests : managed.children);
    const std::size_t what = dice.below(100);
    if (what < 35) {
      tell(managed, "terminate", supervision::TerminateChild{child.id});
    } else if (what < 65) {
      tell(managed, "restart", supervision::RestartChild{child.id});
    } else if (what < 80) {
      tell(managed, "delete", supervision::DeleteChild{child.id});
    } else {
      tell(managed, "start", supervision::StartChild{child});
    }
    std::this_thread::sleep_for(breath);
  }
}

Manager manager_of(const TreeSpec& tree, std::uint64_t seed) {
  Manager manager{.supervisors = {}, .seed = seed};
  for (const std::string& name : supervisor_names(tree)) {
    ManagedSupervisor managed{.name = name, .children = supervisor_in(tree, name).children, .guests = {}};
    if (name == "upper/lower") managed.guests = {sole_worker(name, "x"), sole_worker(name, "y")};
    manager.supervisors.push_back(std::move(managed));
  }
  return manager;
}

void Caller::run(const std::atomic<bool>& stop) {
  const auto node = Node::attach();
  if (!node) return failures.push_back(node.error());
  Dice dice(seed);
  for (std::uint64_t number = 1; !stop; ++number) {
    const std::string& server = dice.one_of(servers);
    const auto reply = whereis<SoleApi>(server).call(Echo{number}, time_out);
    ++outcomes[end_of(reply, failures)];
    if (reply && *reply != number) failures.push_back("the reply to another call");
    std::this_thread::sleep_for(breath);
  }
}

}  // namespace ninelives::test
