// The frequency allocator as its clients see it: functions. That they are messages is nobody else's business.
#pragma once
#include <chrono>
#include <expected>
#include <vector>

#include <ninelives/failure.hpp>
#include <ninelives/ref.hpp>

enum class Refusal { no_frequency, not_yours };
BOOST_DESCRIBE_ENUM(Refusal, no_frequency, not_yours)

struct Allocate {};
struct Deallocate {
  int frequency = 0;
};
BOOST_DESCRIBE_STRUCT(Deallocate, (), (frequency))
struct Free {};

struct FrequencyApi {
  using Calls = ninelives::Calls<std::expected<int, Refusal>(Allocate),
                                 std::expected<void, Refusal>(Deallocate), std::vector<int>(Free)>;
};

namespace frequency {

using Failure = ninelives::Failure<Refusal>;
using Timeout = std::chrono::nanoseconds;

inline auto server() { return ninelives::whereis<FrequencyApi>("frequency"); }
// The caller has it until it gives it back, or ends.
inline std::expected<int, Failure> allocate(Timeout timeout = ninelives::default_timeout) {
  return flat(server().call(Allocate{}, timeout));
}
inline std::expected<void, Failure> deallocate(int frequency, Timeout timeout = ninelives::default_timeout) {
  return flat(server().call(Deallocate{frequency}, timeout));
}

}  // namespace frequency
