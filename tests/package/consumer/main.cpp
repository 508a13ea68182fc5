// A worker in a project of its own, built against the installed library.
#include <ninelives/node.hpp>
#include <ninelives/serve.hpp>
#include <ninelives/supervisor.hpp>

struct Add {
  int a = 0, b = 0;
};
BOOST_DESCRIBE_STRUCT(Add, (), (a, b))
struct CalculatorApi {
  using Calls = ninelives::Calls<int(Add)>;
};
class Calculator : public ninelives::GenServer<CalculatorApi> {
 public:
  int handle_call(const Add& add) { return add.a + add.b; }
};
int main(int argc, char** argv) { return ninelives::serve<Calculator>(argc, argv); }
