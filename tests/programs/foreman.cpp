#include "tests/programs/foreman.hpp"

#include <ninelives/serve.hpp>
#include <ninelives/supervisor.hpp>

using ninelives::Supervisor;

class Foreman : public ninelives::GenServer<ForemanApi> {
 public:
  std::string handle_call(const Hire& hire) {
    return text_of(
        Supervisor(hire.supervisor)
            .start_child(
                {.id = hire.id, .type = ninelives::ChildType::program, .command = {"sleep", "3600"}}));
  }
  std::string handle_call(const Fire& fire) {
    return text_of(Supervisor(fire.supervisor).terminate_child(fire.id));
  }

 private:
  template <class T>
  static std::string text_of(const Supervisor::Result<T>& result) {
    return result ? "ok" : to_string(result.error());
  }
};

int main(int argc, char** argv) { return ninelives::serve<Foreman>(argc, argv); }
