// Counts what arrives.
#include <ninelives/serve.hpp>

#include "api.hpp"

class Counter : public ninelives::GenServer<CounterApi> {
 public:
  void handle_cast(const Hit& hit) {
    if (!hit.steady) {
      ++totals_.victims;
      return;
    }
    ++totals_.steady;
    totals_.out_of_order += hit.number != last_ + 1;
    last_ = hit.number;
  }
  Totals handle_call(const Count&) { return totals_; }

 private:
  Totals totals_;
  std::uint64_t last_ = 0;
};

int main(int argc, char** argv) { return ninelives::serve<Counter>(argc, argv); }
