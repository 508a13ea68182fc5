// A server that waits for more than messages: sockets, pipes, timers, child processes, by Boost.Asio on the
// server's own thread. Its I/O handlers run between callbacks, never beside one; they may do all that a
// callback may, and send the server itself a message where it has to decide something:
//
//   class Feed : public ninelives::GenServer<FeedApi, ninelives::Timers<Line>> {
//    public:
//     explicit Feed(boost::asio::io_context& io) : input_(io, ::dup(0)) { read(); }
//     Result handle_info(const Line& line);
//    private:
//     void read() {
//       boost::asio::async_read_until(input_, buffer_, '\n', [this](auto error, std::size_t) {
//         send_after(0ns, error ? Line{} : next_line());
//         if (!error) read();
//       });
//     }
//   };
//   int main(int argc, char** argv) { return ninelives::serve_with_io<Feed>(argc, argv); }
//
// What blocks or computes for long does not belong into a handler or a callback: that is what tasks are for
// (task.hpp). A server without I/O of its own uses serve(), which wakes up in half the time.
#pragma once
#include <boost/asio/io_context.hpp>
#include <memory>

#include <ninelives/serve.hpp>

namespace ninelives {

namespace detail {
int serve_with_io(boost::asio::io_context& io, const MakeServer& make);
}

// As serve(). A Server is made from (io_context&), or from (io_context&, int, char**). An exception that
// leaves a handler is the server's exit reason.
template <class Server>
  requires std::derived_from<Server, GenServerBase> && Protocol<Server>
int serve_with_io([[maybe_unused]] int argc, [[maybe_unused]] char** argv) {
  if constexpr (detail::check_server<Server>()) {
    boost::asio::io_context io(1);
    std::unique_ptr<Server> server;
    return detail::serve_with_io(io, [&]() -> std::unique_ptr<detail::ServerOps> {
      if constexpr (std::constructible_from<Server, boost::asio::io_context&, int, char**>) {
        server = std::make_unique<Server>(io, argc, argv);
      } else {
        server = std::make_unique<Server>(io);
      }
      return std::make_unique<detail::Dispatcher<Server>>(*server);
    });
  } else {
    return 2;  // did not compile
  }
}

}  // namespace ninelives
