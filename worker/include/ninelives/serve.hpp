// main() of a worker: its process is one GenServer, from its supervisor's launch to its end.
#pragma once
#include <concepts>
#include <functional>
#include <memory>

#include <ninelives/detail/dispatch.hpp>

namespace ninelives {

namespace detail {
// Makes the server, or says by an exception why it cannot be made.
using MakeServer = std::function<std::unique_ptr<ServerOps>()>;
int serve(const MakeServer& make);
}  // namespace detail

// Attaches to the node that launched this process, makes the server, runs init(), tells the supervisor that
// it is ready, and handles messages until the server stops, or its supervisor stops it. Returns main's exit
// code. A Server that can be made from (int, char**) gets the command line.
template <class Server>
  requires std::derived_from<Server, GenServerBase> && Protocol<Server>
int serve([[maybe_unused]] int argc, [[maybe_unused]] char** argv) {
  if constexpr (detail::check_server<Server>()) {
    std::unique_ptr<Server> server;
    return detail::serve([&]() -> std::unique_ptr<detail::ServerOps> {
      if constexpr (std::constructible_from<Server, int, char**>) {
        server = std::make_unique<Server>(argc, argv);
      } else {
        server = std::make_unique<Server>();
      }
      return std::make_unique<detail::Dispatcher<Server>>(*server);
    });
  } else {
    return 2;  // did not compile
  }
}

}  // namespace ninelives
