// One telephone call: it has a frequency from its init to its end. What it does not give back itself, its
// death does.
#include <string>

#include <ninelives/serve.hpp>

#include "api.hpp"

using namespace std::chrono_literals;

struct HangUp {};
struct PhoneApi {
  using Calls = ninelives::Calls<void(HangUp)>;
};

std::string to_string(const frequency::Failure& failure) {
  if (failure.is(Refusal::no_frequency)) return "no frequency is free";
  return std::get<ninelives::CallError>(failure.why).text;
}

class Phone : public ninelives::GenServer<PhoneApi> {
 public:
  ninelives::InitResult init() {
    const auto frequency = frequency::allocate(1s);
    if (!frequency) return ninelives::stop(ninelives::ExitReason::error(to_string(frequency.error())));
    frequency_ = *frequency;
    return ninelives::ok("frequency " + std::to_string(frequency_));
  }
  ninelives::CallResult<void> handle_call(const HangUp&) {
    (void)frequency::deallocate(frequency_, 1s);  // if it fails, the end of this process does the same
    return ninelives::stop(ninelives::ExitReason::normal(), ninelives::reply());
  }

 private:
  int frequency_ = 0;
};

int main(int argc, char** argv) { return ninelives::serve<Phone>(argc, argv); }
