// Measures at each tick; the long work on what was measured is done by a task.
#pragma once
#include <chrono>
#include <string_view>

#include <ninelives/genserver.hpp>
#include <ninelives/task.hpp>

#include "api.hpp"

namespace periodic {

struct Tick {};

class Collector : public ninelives::GenServer<CollectorApi, ninelives::Timers<Tick>> {
 public:
  Collector(bool drifts, std::chrono::milliseconds effort) : drifts_(drifts), effort_(effort) {}
  Collector(int argc, char** argv)
      : Collector(argc > 1 && argv[1] == std::string_view("drifts"), std::chrono::milliseconds(30)) {}

  void init() {
    begin_ = now();
    drifts_ ? send_after(period, Tick{}) : send_interval(period, Tick{});
  }
  void handle_info(const Tick&) {
    lateness_.tick(std::chrono::duration_cast<Microseconds>(now() - begin_));
    measure();
    if (drifts_)
      send_after(period, Tick{});  // as it is often written: a period from now, and not from the last tick
  }
  Ticked handle_call(const Ticks&) {
    const auto& samples = lateness_.samples();
    return {samples.size(), Microseconds(samples.empty() ? 0 : samples.back())};
  }
  using ReportResult = std::expected<Summary, std::string>;
  ninelives::CallResult<ReportResult> handle_call(const Report& report,
                                                  const ninelives::From<ReportResult>& from) {
    if (task_ || lateness_.samples().empty())
      return ninelives::reply(ReportResult(std::unexpected("not now")));
    task_ = tasks_.async_nolink<SummaryApi>(Summarise{lateness_.samples(), report.rounds});
    from_ = from;
    return ninelives::noreply();
  }
  void handle_info(const ninelives::Response& response) {
    auto outcome = task_->check(response);
    if (!outcome) return;
    task_.reset();
    from_.reply(*outcome ? ReportResult(**outcome) : std::unexpected(outcome->error().text));
  }

 private:
  static constexpr std::chrono::milliseconds period{100};

  // Something that takes its time.
  void measure() const {
    for (const auto end = now() + effort_; now() < end;) continue;
  }

  const bool drifts_;
  const std::chrono::milliseconds effort_;
  std::chrono::steady_clock::time_point begin_;
  Lateness lateness_{period};
  const ninelives::TaskSupervisor tasks_{"tasks"};
  std::optional<ninelives::Task<Summary>> task_;
  ninelives::From<ReportResult> from_;  // who waits for it
};

}  // namespace periodic
