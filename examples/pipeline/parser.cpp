// The stage in the middle: asks the reader for what it is asked for, and makes rows of it.
#include <ninelives/serve.hpp>

#include "lines.hpp"

using namespace pipeline;

class Parser : public ninelives::GenServer<StageApi> {
 public:
  ninelives::CallResult<Part> handle_call(const Demand& asked, ninelives::From<Part> from) {
    ask({asked, from});
    return ninelives::noreply();
  }
  void handle_info(const ninelives::Response& response) {
    auto answer = asked_.check(response);
    if (!answer) return;
    const auto& [job, lines] = *answer;
    if (!lines) {
      expect_killed(lines.error());
      ask(job);
    } else {
      job.from.reply({lines->begin, rows_of(*lines), lines->last});
    }
  }

 private:
  struct Job {
    Demand demand;
    ninelives::From<Part> from;
  };
  void ask(const Job& job) { asked_.add(reader_.send_request(job.demand), job); }

  const ninelives::Ref<StageApi> reader_{"reader"};
  ninelives::RequestCollection<Part, Job> asked_;
};

int main(int argc, char** argv) { return ninelives::serve<Parser>(argc, argv); }
