// One list as a server. It ends by itself when nobody has wanted anything of it for a while.
#pragma once
#include <chrono>
#include <cstdlib>

#include <ninelives/genserver.hpp>

#include "api.hpp"

namespace todo {

class TodoServer : public ninelives::GenServer<TodoApi> {
 public:
  explicit TodoServer(std::chrono::milliseconds idle) : idle_(idle) {}
  TodoServer(int argc, char** argv)
      : TodoServer(std::chrono::milliseconds(argc > 1 ? std::atol(argv[1]) : 60000)) {}

  // Each return sets the time anew.
  ninelives::InitResult init() { return ninelives::ok(ninelives::timeout(idle_)); }
  ninelives::CallResult<std::uint64_t> handle_call(Add&& add) {
    return ninelives::reply(list_.add(std::move(add.date), std::move(add.title)), ninelives::timeout(idle_));
  }
  ninelives::CallResult<std::vector<Entry>> handle_call(const Entries& which) {
    return ninelives::reply(list_.entries(which.date), ninelives::timeout(idle_));
  }
  ninelives::Result handle_info(const ninelives::Timeout&) { return ninelives::stop(); }

 private:
  std::chrono::milliseconds idle_;
  TodoList list_;
};

}  // namespace todo
