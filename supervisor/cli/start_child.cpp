// `ninelives start-child`: one more child of a supervisor that runs, from a [[child]] or from its template.
#include <iostream>
#include <iterator>
#include <unistd.h>

#include "supervisor/cli/child_path.hpp"
#include "supervisor/cli/client.hpp"
#include "supervisor/cli/commands.hpp"
#include "supervisor/cli/tried.hpp"
#include "supervisor/config/tree_file.hpp"

namespace ninelives::supervisor {
namespace {

using LoadedChild = std::expected<ninelives::ChildSpec, std::vector<Fault>>;

bool reads_stdin(const StartChildOptions& options) { return options.file.empty() || options.file == "-"; }

LoadedChild load(const StartChildOptions& options) {
  if (!reads_stdin(options)) return load_child_file(options.file);
  const std::string text(std::istreambuf_iterator<char>(std::cin), {});
  return load_child(text, std::filesystem::current_path(), "stdin");
}

template <class Request>
int start(const StartChildOptions& options, const Request& request, Verb verb, const std::string& id) {
  const auto client = Client::attach(options.node);
  if (!client) return fail(exit_failed, client.error());
  const auto supervisor = client->find_supervisor(options.supervisor);
  if (!supervisor) return fail(exit_failed, supervisor.error());
  const Attempt attempt{verb, supervisor->path, id.empty() ? "" : path_of(supervisor->path, id)};
  return tell(tried(client->ask(supervisor->owner, request, options.timeout), attempt), Shows::name_and_info,
              options.json);
}

}  // namespace

int start_child(const StartChildOptions& options) {
  if (options.arguments) {
    return start(options, supervision::StartFromTemplate{*options.arguments}, Verb::start_from_template, "");
  }
  if (options.file.empty() && ::isatty(STDIN_FILENO) != 0) {
    return fail(exit_usage,
                "what to start is missing: name a FILE with a [[child]], pipe one in, or, for a "
                "simple_one_for_one supervisor, write -- and the arguments");
  }
  const LoadedChild child = load(options);
  if (child) return start(options, supervision::StartChild{*child}, Verb::start_child, child->id);
  for (const Fault& fault : child.error()) std::cerr << to_string(fault) << '\n';
  return exit_usage;
}

}  // namespace ninelives::supervisor
