// `ask POOL`: says hello to each session, and starts those that are not there. Attaches to the node.
#include <cstdio>

#include <ninelives/node.hpp>
#include <ninelives/supervisor.hpp>

#include "api.hpp"
#include "sessions.hpp"

int main(int, char** argv) {
  auto node = ninelives::Node::attach("boot");
  if (!node) {
    std::fprintf(stderr, "ask: %s\n", node.error().c_str());
    return 1;
  }
  for (const ninelives::ChildSpec& spec : sessions(argv[1], true)) {
    const auto session = ninelives::whereis<SessionApi>(*spec.name);
    auto answer = session.call(Hello{});
    if (!answer && answer.error().kind == ninelives::CallError::Kind::noproc) {
      (void)ninelives::Supervisor(argv[1]).start_child(spec);  // or somebody else was faster
      answer = session.call(Hello{});
    }
    if (!answer) {
      std::fprintf(stderr, "ask: %s\n", answer.error().text.c_str());
      return 1;
    }
  }
}
