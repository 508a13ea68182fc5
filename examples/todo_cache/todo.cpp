// `todo NAME add DATE TITLE` and `todo NAME list [DATE]`: asks the server of that list, which is started if
// there is none. TODO_IDLE says how many milliseconds one that is started now may be idle.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <ninelives/node.hpp>
#include <ninelives/registry.hpp>

#include "api.hpp"

namespace {

[[noreturn]] void fail(const std::string& text) {
  std::fprintf(stderr, "todo: %s\n", text.c_str());
  std::exit(1);
}

template <class M>
auto ask(const std::string& name, const M& message) {
  const ninelives::Registry names("names");
  const char* idle = std::getenv("TODO_IDLE");
  for (;;) {
    const auto server = names.find_or_start(
        name, ninelives::Supervisor("lists"),
        {.id = name, .restart = ninelives::Restart::temporary, .command = {"./list", idle ? idle : "60000"}});
    if (!server) fail(to_string(server.error()));
    if (server->was_started) std::printf("%s: a server was started\n", name.c_str());
    auto reply = ninelives::whereis<todo::TodoApi>(ninelives::via("names", name)).call(message);
    if (reply) return *reply;
    // It may have been found just when it had been idle for long enough: it has not seen the message.
    using Kind = ninelives::CallError::Kind;
    if (reply.error().kind != Kind::noproc && reply.error().kind != Kind::dropped) fail(reply.error().text);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string usage = "usage: todo NAME add DATE TITLE | list [DATE]";
  if (argc < 3) fail(usage);
  const std::string name = argv[1], verb = argv[2];
  auto node = ninelives::Node::attach("todo");
  if (!node) fail(node.error());
  if (verb == "add" && argc == 5) {
    std::printf("%s: number %lu\n", name.c_str(), ask(name, todo::Add{argv[3], argv[4]}));
  } else if (verb == "list" && argc <= 4) {
    const auto entries = ask(name, todo::Entries{argc == 4 ? argv[3] : ""});
    for (const auto& [id, date, title] : entries)
      std::printf("%lu  %s  %s\n", id, date.c_str(), title.c_str());
    if (entries.empty()) std::printf("%s: nothing to do\n", name.c_str());
  } else {
    fail(usage);
  }
}
