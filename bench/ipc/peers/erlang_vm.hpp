// gen_server:call and gen_server:cast between processes inside one Erlang VM, schedulers as they come. The VM
// is started once and stays warm for the whole run; it times itself, since nobody else can see inside it.
#pragma once
#include <string>

#include "bench/harness/child.hpp"
#include "bench/harness/fd.hpp"
#include "bench/harness/stopwatch.hpp"

namespace ninelives::bench {

class ErlangVm {
 public:
  ErlangVm();

  static constexpr const char* call_name = "Erlang gen_server:call, one VM";
  static constexpr const char* cast_name = "Erlang gen_server:cast, one VM";
  static std::string trouble();  // why there is none here; empty if there is

  Samples calls(Nanoseconds budget);
  // Of one of 10 000 keys in a table of ETS, as Elixir's Registry has it.
  Samples look_ups(Nanoseconds budget);
  // Batches as in casts.hpp, from so many processes.
  Samples casts(int senders, Nanoseconds budget);

 private:
  Samples ask(const std::string& command);

  Pipe commands_ = make_pipe(), answers_ = make_pipe();
  Child vm_;
};

}  // namespace ninelives::bench
