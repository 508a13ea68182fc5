// What the pairs have in common: a world, the process that is held and what it notes down, and a third
// process, which is the test itself.
#pragma once
#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "tests/stepkill/markers.hpp"
#include "tests/stepkill/notebook.hpp"
#include "tests/stepkill/pair.hpp"
#include "tests/stepkill/payload.hpp"

namespace ninelives::test::stepkill {

class PairWorld : public PairScenario {
 public:
  const std::filesystem::path& node() const override { return world_.path(); }

 protected:
  static bool send(ipc::Endpoint& endpoint, const ipc::Owner& to, const std::string& text) {
    return endpoint.send(to, {.kind = ipc::Kind::cast, .payload = text}, ipc::for_ever).has_value();
  }
  static std::unique_ptr<ipc::Endpoint> attach(const std::filesystem::path& path, const Pid& me) {
    return must(ipc::Endpoint::attach(path, me, ipc::Endpoint::SleepsOn::futex));
  }

  // In the process that is held, after its operation: it hears whatever comes.
  void note(const ipc::Received& received, Size size = Size::small) const {
    const std::string text = small_part(received.payload);
    require(received.kind != ipc::Kind::cast || received.payload == text_of(text, size),
            "a message was torn");
    notes_.write(received.kind, received.from, received.ref, text);
  }
  [[noreturn]] void hear(ipc::Endpoint& endpoint, Size size = Size::small) const {
    for (;;) {
      while (const ipc::Received* received = endpoint.next()) note(*received, size);
      endpoint.wait(ipc::no_deadline);
    }
  }

  // In the test.
  template <class Condition>
  static void await(Condition condition, const std::string& what) {
    const auto until = std::chrono::steady_clock::now() + Bystander::bound;
    while (!condition()) {
      require(std::chrono::steady_clock::now() < until, what + " did not come");
      std::this_thread::yield();
    }
  }
  bool is_noted(ipc::Kind kind, const Pid& from) const {
    return std::ranges::any_of(notes_.read(),
                               [&](const Heard& heard) { return heard.kind == kind && heard.from == from; });
  }
  // In order: texts, and "down" for the end of `from`.
  std::string heard_from(const Pid& from) const {
    std::string order;
    for (const Heard& heard : notes_.read()) {
      if (heard.from == from) order += (heard.kind == ipc::Kind::down ? "down" : heard.payload) + '|';
    }
    return order;
  }

  // As if nobody had watched it in an earlier round: a watchers bit stays.
  void forget_watchers_of(const Pid& pid) const {
    auto box = must(ipc::BoxView::open(world_.files(), world_.owner(pid)));
    for (ipc::Word& word : box.bell().watchers) word.store(0);
  }

  World world_;
  mutable Notebook notes_;
};

}  // namespace ninelives::test::stepkill
