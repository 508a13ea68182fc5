#include "tests/programs/listener.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <fcntl.h>
#include <istream>
#include <stdexcept>

#include <ninelives/io.hpp>

using ninelives::ExitReason;

struct Line {
  std::string text;
};

class Listener : public ninelives::GenServer<ListenerApi, ninelives::Timers<Line>> {
 public:
  Listener(boost::asio::io_context& io, int, char** argv)
      : pipe_(io, ::open(argv[1], O_RDWR | O_NONBLOCK | O_CLOEXEC)) {
    read();
  }

  std::vector<std::string> handle_call(const Lines&) { return lines_; }
  ninelives::Result handle_info(const Line& line) {
    if (line.text == "stop") return ninelives::stop(ExitReason::shutdown("heard"));
    lines_.push_back(line.text);
    return ninelives::noreply();
  }

 private:
  void read() {
    boost::asio::async_read_until(pipe_, buffer_, '\n',
                                  [this](const boost::system::error_code& error, std::size_t) {
                                    if (error) throw std::runtime_error(error.message());
                                    std::istream in(&buffer_);
                                    std::string text;
                                    std::getline(in, text);
                                    if (text == "exit") return exit(self(), ExitReason::shutdown("left"));
                                    if (text == "throw") throw std::runtime_error("bad line");
                                    send_after(std::chrono::nanoseconds(0), Line{text});
                                    read();
                                  });
  }

  boost::asio::posix::stream_descriptor pipe_;
  boost::asio::streambuf buffer_;
  std::vector<std::string> lines_;
};

int main(int argc, char** argv) { return ninelives::serve_with_io<Listener>(argc, argv); }
