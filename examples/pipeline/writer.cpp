// The last stage, on whose demand the others work: appends rows to the output, and ends when it is complete.
#include <deque>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include <ninelives/serve.hpp>

#include "lines.hpp"

using namespace pipeline;

class Writer : public ninelives::GenServer<WriterApi> {
 public:
  // How far it is stands in the output and nowhere else, so that nothing can disagree with it.
  void init() {
    const std::string path = std::getenv("PIPELINE_OUTPUT");
    output_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    checked(output_);
    const off_t size = checked(::lseek(output_, 0, SEEK_END));
    std::string tail(static_cast<std::size_t>(std::min<off_t>(size, 8192)), '\0');
    checked(::pread(output_, tail.data(), tail.size(), size - static_cast<off_t>(tail.size())));
    const Progress progress = progress_of(static_cast<std::uint64_t>(size), tail);
    checked(::ftruncate(output_, static_cast<off_t>(progress.rows)));
    next_ = progress.next;
    ask_for_more();
  }
  // Written in the order of the input, whichever part has come first.
  ninelives::Result handle_info(const ninelives::Response&) {
    while (auto part = asked_.front().rows.wait(std::chrono::nanoseconds(0))) {
      if (!*part) {
        ask_again(part->error());
      } else {
        take(**part);
        if ((*part)->last) return ninelives::stop();
      }
    }
    return ninelives::noreply();
  }

 private:
  void ask_again(const ninelives::CallError& error) {
    expect_killed(error);
    asked_.front().rows = parser_.send_request(asked_.front().demand);
  }
  void take(const Part& rows) {
    write(rows.text);
    asked_.pop_front();
    if (!rows.last) ask_for_more();
  }
  static constexpr std::size_t at_once = 4;  // parts under way: all the memory that the pipeline takes

  struct Asked {
    Demand demand;
    ninelives::Request<Part> rows;
  };
  void ask_for_more() {
    while (asked_.size() < at_once) {
      const Demand demand = part_at(next_);
      asked_.push_back({demand, parser_.send_request(demand)});
      next_ = demand.end;
    }
  }
  void write(std::string_view rows) {
    while (!rows.empty())
      rows.remove_prefix(static_cast<std::size_t>(checked(::write(output_, rows.data(), rows.size()))));
  }
  static ssize_t checked(ssize_t result) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), "the output");
    return result;
  }

  const ninelives::Ref<StageApi> parser_{"parser"};
  std::deque<Asked> asked_;
  std::uint64_t next_ = 0;
  int output_ = -1;
};

int main(int argc, char** argv) { return ninelives::serve<Writer>(argc, argv); }
