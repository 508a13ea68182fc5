// The measured server.
#include <optional>

#include <ninelives/serve.hpp>

#include "bench/harness/placement.hpp"
#include "bench/ipc/ours/echo_api.hpp"

class Echo : public ninelives::GenServer<EchoApi> {
 public:
  std::string handle_call(Lookup&& lookup) { return std::move(lookup.key); }
  std::uint64_t handle_call(const Store& store) { return store.bytes.size(); }
  std::uint64_t handle_call(const Inspect& inspect) { return inspect.bytes.size(); }
  void handle_call(const UseCores& use) { ninelives::bench::use_cores(use.cores); }

  ninelives::CallResult<void> handle_call(const AwaitNotes& await, ninelives::From<void> from) {
    awaited_ = await.count;
    waiting_ = from;
    answer_if_all_came();
    return ninelives::noreply();
  }
  void handle_call(const WatchMany& watch) {
    downs_ = {};
    awaited_downs_ = watch.count;
    for (std::uint64_t i = 0; i < watch.count; ++i) monitor(watch.pid);
  }
  ninelives::CallResult<Downs> handle_call(const AwaitDowns&, ninelives::From<Downs> from) {
    if (awaited_downs_ == 0) return ninelives::reply(downs_);
    asking_ = from;
    return ninelives::noreply();
  }
  void handle_info(const ninelives::Down&) {
    const auto now =
        static_cast<std::uint64_t>(std::chrono::nanoseconds(this->now().time_since_epoch()).count());
    if (downs_.first_ns == 0) downs_.first_ns = now;
    downs_.last_ns = now;
    if (--awaited_downs_ > 0 || !asking_) return;
    asking_->reply(downs_);
    asking_.reset();
  }
  void handle_cast(const Note&) {
    ++notes_;
    answer_if_all_came();
  }

 private:
  void answer_if_all_came() {
    if (!waiting_ || notes_ < awaited_) return;
    notes_ -= awaited_;
    waiting_->reply();
    waiting_.reset();
  }

  std::uint64_t notes_ = 0, awaited_ = 0;
  std::optional<ninelives::From<void>> waiting_;
  Downs downs_;
  std::uint64_t awaited_downs_ = 0;
  std::optional<ninelives::From<Downs>> asking_;
};

int main(int argc, char** argv) { return ninelives::serve<Echo>(argc, argv); }
