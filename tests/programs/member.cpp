#include "tests/programs/member.hpp"

#include <fstream>
#include <unistd.h>

#include <ninelives/registry.hpp>
#include <ninelives/serve.hpp>

namespace registry = ninelives::registry;

// `member [FILE]`: the file is made by its init.
class Member : public ninelives::GenServer<MemberApi> {
 public:
  Member(int argc, char** argv) : file_(argc > 1 ? argv[1] : "") {}
  void init() {
    if (!file_.empty()) std::ofstream(file_, std::ios::app) << to_string(self()) << '\n';
  }

  std::string handle_call(const Join& join) {
    return why(ninelives::Registry(join.registry).register_name(join.key, join.value));
  }
  std::string handle_call(const Leave& leave) {
    return why(ninelives::Registry(leave.registry).unregister(leave.key));
  }
  std::vector<std::string> handle_call(const Changes&) { return changes_; }
  ninelives::Pid handle_call(const WhoAreYou&) { return self(); }

  void handle_cast(const HoldForEver& hold) {
    (void)ninelives::Registry(hold.registry).lock(hold.key, [] {
      for (;;) ::pause();
    });
  }

  void handle_info(const registry::Register& change) {
    changes_.push_back("register " + change.registry + " " + change.key.as<std::string>().value_or("?") +
                       " " + to_string(change.pid) + " " + change.value.as<std::string>().value_or("?"));
  }
  void handle_info(const registry::Unregister& change) {
    changes_.push_back("unregister " + change.registry + " " + change.key.as<std::string>().value_or("?") +
                       " " + to_string(change.pid));
  }

 private:
  template <class T>
  static std::string why(const ninelives::RegistryResult<T>& result) {
    return result ? "" : to_string(result.error());
  }

  std::string file_;
  std::vector<std::string> changes_;
};

int main(int argc, char** argv) { return ninelives::serve<Member>(argc, argv); }
