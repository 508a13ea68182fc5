// Tasks: one piece of work in a process of its own, under a dynamic supervisor (Elixir's Task and
// Task.Supervisor). What computes for long, blocks or may crash goes there and not into a callback.
//
// The program that does the work answers one call and ends:
//
//   struct ThumbApi { using Calls = ninelives::Calls<Thumbnail(Resize)>; };
//   int main(int argc, char** argv) {
//     return ninelives::serve_task<ThumbApi>(argc, argv, [](const Resize& job) { return resize(job); });
//   }
//
// In the tree stands a dynamic supervisor, or a simple_one_for_one whose template that program is; its
// children are temporary. Whoever has work for it:
//
//   TaskSupervisor tasks("tasks");
//   Task<Thumbnail> task = tasks.async<ThumbApi>(Resize{"cat.jpg"});
//   auto thumbnail = task.await(10s);
//
// A server does not await: it takes the outcome as an info, handle_info(const Response&) and task.check().
//
// A child of the tree that does one thing and ends, Elixir's {Task, fun}, needs no Api:
//
//   int main(int argc, char** argv) { return ninelives::serve_task(argc, argv, [] { tidy_up(); }); }
#pragma once
#include <chrono>
#include <concepts>
#include <cstddef>
#include <expected>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ninelives/genserver.hpp>
#include <ninelives/serve.hpp>
#include <ninelives/supervisor.hpp>

namespace ninelives {

// The work under way. Belongs to the thread that has started it. When it is destroyed, the work goes on and
// its outcome is not seen (Task.ignore/1).
template <class R>
class [[nodiscard]] Task {
 public:
  using Outcome = std::expected<R, CallError>;

  Task() = default;
  Task(Supervisor supervisor, const Pid& pid, Request<R> request)
      : supervisor_(std::move(supervisor)), pid_(pid), request_(std::move(request)) {}
  // It was not started: that is its outcome, of which a server hears by a Response too.
  explicit Task(CallError error) : request_(detail::add_failed_request(std::move(error))) {}

  // Nobody: it could not be started, which its outcome says.
  const Pid& pid() const { return pid_; }
  std::uint64_t number() const { return request_.number(); }

  // Task.await/2: the result, or why there is none: `down` with the reason of its end. Work that takes longer
  // is shut down, and its outcome is `timeout`.
  Outcome await(std::chrono::nanoseconds timeout = default_timeout) {
    if (auto outcome = yield(timeout)) return std::move(*outcome);
    shutdown();
    return std::unexpected(CallError{CallError::Kind::timeout, "the task was not done in time"});
  }
  // Task.yield/2: nothing when the time is over; the work goes on.
  std::optional<Outcome> yield(std::chrono::nanoseconds timeout = default_timeout) {
    return request_.wait(timeout);
  }
  std::optional<Outcome> check(const Response& response) { return request_.check(response); }
  // Task.shutdown/2: stops the work. Returns when it has ended.
  void shutdown() {
    request_.abandon();
    if (pid_) (void)supervisor_.terminate_child(pid_);
  }

 private:
  Supervisor supervisor_;
  Pid pid_;
  Request<R> request_;
};

// Outside of the class: clang takes no `= {}` inside of it whose members have values of their own.
struct TaskStreamOptions {
  std::size_t max_concurrency = 0;                     // 0: as many as there are processors
  std::chrono::nanoseconds timeout = default_timeout;  // for each
};

// A dynamic supervisor whose children are tasks.
class TaskSupervisor {
 public:
  using StreamOptions = TaskStreamOptions;

  explicit TaskSupervisor(std::string_view name) : supervisor_(name) {}

  const Supervisor& supervisor() const { return supervisor_; }

  // Starts a task and links it to the calling server: when one of the two ends, so does the other, unless the
  // server traps exits. From the supervisor's template; `arguments` are added to it.
  template <Protocol Api, class M>
    requires DeclaresCall<Api, M>
  Task<ReplyTo<Api, M>> async(const M& job, std::vector<std::string> arguments = {}) const {
    return hand_over<Api>(supervisor_.start_child(std::move(arguments)), job, true);
  }
  // The same from a spec, under a supervisor that is `dynamic`.
  template <Protocol Api, class M>
    requires DeclaresCall<Api, M>
  Task<ReplyTo<Api, M>> async(const ChildSpec& program, const M& job) const {
    return hand_over<Api>(supervisor_.start_child(temporary(program)), job, true);
  }
  // Without the link: the caller hears of a crash by the task's outcome alone.
  template <Protocol Api, class M>
    requires DeclaresCall<Api, M>
  Task<ReplyTo<Api, M>> async_nolink(const M& job, std::vector<std::string> arguments = {}) const {
    return hand_over<Api>(supervisor_.start_child(std::move(arguments)), job, false);
  }
  template <Protocol Api, class M>
    requires DeclaresCall<Api, M>
  Task<ReplyTo<Api, M>> async_nolink(const ChildSpec& program, const M& job) const {
    return hand_over<Api>(supervisor_.start_child(temporary(program)), job, false);
  }

  // Task.Supervisor.async_stream_nolink: a task for each of `jobs`, `max_concurrency` of them at once; calls
  // done(index, outcome) for each of them in the order of the jobs, as soon as it and all before it are done.
  template <Protocol Api, std::ranges::input_range Jobs, class Done>
  void async_stream(Jobs&& jobs, Done done, const StreamOptions& options = {}) const;

  // Runs any program to its end: the reason is `normal`, or what it died of. Error: it could not be started.
  // Programs that are still running when the time is over are stopped: `timeout`.
  std::expected<ExitReason, CallError> run(ChildSpec program,
                                           std::chrono::nanoseconds timeout = infinity) const;

 private:
  static ChildSpec temporary(ChildSpec program);
  static CallError not_started(const SupervisorError& error);

  // As in Elixir, what is to be done goes to the task itself, and not through its supervisor.
  template <Protocol Api, class M>
  Task<ReplyTo<Api, M>> hand_over(const Supervisor::Result<Started>& started, const M& job, bool link) const {
    if (!started) return Task<ReplyTo<Api, M>>(not_started(started.error()));
    if (link) (void)detail::link(started->pid);
    return {supervisor_, started->pid, Ref<Api>(started->pid).send_request(job)};
  }

  Supervisor supervisor_;
};

// ---- the program's side

namespace detail {

// Answers one call by a function, and is done.
template <class Api, class Work>
class TaskServer : public GenServer<Api> {
 public:
  explicit TaskServer(Work work) : work_(std::move(work)) {}

  // Whoever has started it may be killed before he hands the job over: nobody else would ever end it.
  InitResult init() { return ok(timeout(time_to_be_given_work)); }
  Result handle_info(const Timeout&) { return stop(ExitReason::shutdown("nobody has given it work")); }

  template <class M>
    requires DeclaresCall<Api, M>
  CallResult<ReplyTo<Api, M>> handle_call(M&& job) {
    if constexpr (std::is_void_v<ReplyTo<Api, M>>) {
      work_(std::forward<M>(job));
      return stop(ExitReason::normal(), reply());
    } else {
      return stop(ExitReason::normal(), work_(std::forward<M>(job)));
    }
  }

 private:
  static constexpr std::chrono::seconds time_to_be_given_work{30};

  Work work_;
};

// Does its work as soon as it has been started, and is done.
struct NoApi {
  using Calls = ninelives::Calls<>;
};
struct Begin {};
template <class Work>
class LoneTaskServer : public GenServer<NoApi, Continues<Begin>> {
 public:
  explicit LoneTaskServer(Work work) : work_(std::move(work)) {}

  InitResult init() { return ok(continue_with(Begin{})); }
  Result handle_continue(const Begin&) {
    work_();
    return stop();
  }

 private:
  Work work_;
};

template <class Server, class Work>
int serve_work(Work work) {
  std::optional<Server> server;
  return serve([&]() -> std::unique_ptr<ServerOps> {
    server.emplace(std::move(work));
    return std::make_unique<Dispatcher<Server>>(*server);
  });
}

std::size_t processors();

}  // namespace detail

// main() of a task: `work` is called with one message of Api's Calls, and what it returns is the result. An
// exception is the reason of the task's end.
template <Protocol Api, class Work>
int serve_task(int, char**, Work work) {
  return detail::serve_work<detail::TaskServer<Api, Work>>(std::move(work));
}

// main() of a task that is a child of the tree, and that nobody asks for its result. Its supervisor does not
// wait for the work: the next child is started meanwhile. An exception is the reason of its end, otherwise
// that is `normal`; so a `transient` one is started again until its work is done.
template <std::invocable Work>
int serve_task(int, char**, Work work) {
  return detail::serve_work<detail::LoneTaskServer<Work>>(std::move(work));
}

// ---- streams

namespace detail {

// What is under way, and what is done but not yet handed out, in the order of the jobs.
template <class R, class Done>
class TaskStream {
 public:
  TaskStream(std::chrono::nanoseconds timeout, Done& done) : timeout_(timeout), done_(done) {}

  std::size_t running() const { return running_.size(); }
  void add(Task<R> task) {
    running_.push_back({next_++, std::chrono::steady_clock::now(), std::move(task)});
    outcomes_.emplace_back();
  }
  // Returns when one more of them is done, or has had its time.
  void wait();

 private:
  struct Running {
    std::size_t index;
    std::chrono::steady_clock::time_point begin;
    Task<R> task;
  };

  std::chrono::nanoseconds left(const Running& running) const {
    if (timeout_ == infinity) return infinity;
    const auto used = std::chrono::steady_clock::now() - running.begin;
    return std::max(std::chrono::nanoseconds(0), timeout_ - used);
  }
  void hand_out();

  std::chrono::nanoseconds timeout_;
  Done& done_;
  std::vector<Running> running_;  // the oldest first
  std::vector<std::optional<std::expected<R, CallError>>> outcomes_;
  std::size_t next_ = 0;
  std::size_t handed_out_ = 0;
};

template <class R, class Done>
void TaskStream<R, Done>::wait() {
  std::vector<std::uint64_t> numbers;
  for (const Running& running : running_) numbers.push_back(running.task.number());
  auto chosen = running_.begin();
  if (const auto number = wait_any(numbers, left(*chosen))) {
    chosen = std::ranges::find_if(running_, [&](const Running& one) { return one.task.number() == *number; });
  }
  outcomes_[chosen->index] = chosen->task.await(std::chrono::nanoseconds(0));
  running_.erase(chosen);
  hand_out();
}

template <class R, class Done>
void TaskStream<R, Done>::hand_out() {
  while (handed_out_ < outcomes_.size() && outcomes_[handed_out_]) {
    const std::size_t index = handed_out_++;
    done_(index, std::move(*outcomes_[index]));
    outcomes_[index].reset();
  }
}

}  // namespace detail

template <Protocol Api, std::ranges::input_range Jobs, class Done>
void TaskSupervisor::async_stream(Jobs&& jobs, Done done, const StreamOptions& options) const {
  using Job = std::remove_cvref_t<std::ranges::range_reference_t<Jobs>>;
  const std::size_t limit = options.max_concurrency > 0 ? options.max_concurrency : detail::processors();
  detail::TaskStream<ReplyTo<Api, Job>, Done> stream(options.timeout, done);
  for (auto&& job : jobs) {
    while (stream.running() >= limit) stream.wait();
    stream.add(async_nolink<Api>(job));
  }
  while (stream.running() > 0) stream.wait();
}

}  // namespace ninelives
