// The `ninelives` command: what can be typed. What it does is in the other files of this folder.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "supervisor/cli/commands.hpp"
#include "supervisor/config/duration.hpp"
#include "supervisor/config/nearest.hpp"

namespace {

using namespace ninelives::supervisor;

const char* const node_help = "The node's name; not needed where one node is running";

CLI::App* verb(CLI::App& app, const std::string& name, const std::string& help) {
  CLI::App* sub = app.add_subcommand(name, help);
  sub->fallthrough();
  return sub;
}

std::string check_duration(const std::string& text) {
  auto parsed = parse_duration(text);
  return parsed ? "" : parsed.error();
}

// One line, as of everything that goes wrong here.
std::string explain(const CLI::App* app, const CLI::Error& error) {
  return "ninelives: " + std::string(error.what()) + "; see `" + app->get_name() + " --help`\n";
}

// CLI11 would say of a misspelt verb that one is missing.
std::string unknown_verb(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands({})) names.push_back(sub->get_name());
  const std::vector<std::string_view> known(names.begin(), names.end());
  if (word.starts_with('-') || std::find(known.begin(), known.end(), word) != known.end()) return "";
  return '"' + word + "\" is no verb of ninelives" + did_you_mean(word, known) + "; see `ninelives --help`";
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"GenServers and supervision trees of real OS processes", "ninelives"};
  app.failure_message(explain);
  app.get_formatter()->column_width(34);
  int code = exit_ok;

  RunOptions run_options;
  auto* run_verb = verb(app, "run", "Start a tree and supervise it, in the foreground");
  run_verb->add_option("TREE", run_options.tree, "The tree file (TOML)")->required();
  run_verb->add_option("--events", run_options.events,
                       "Append every event to this file, one JSON object a line");
  run_verb->callback([&] { code = run(run_options); });

  std::filesystem::path check_tree;
  auto* check_verb = verb(app, "check", "Check a tree file and what it names, without starting anything");
  check_verb->add_option("TREE", check_tree, "The tree file (TOML)")->required();
  check_verb->callback([&] { code = check(check_tree); });

  ListOptions list_options;
  auto* list_verb = verb(app, "ls", "List the children of a running node");
  list_verb->add_flag("--json", list_options.json, "As one JSON object");
  list_verb->add_option("--node", list_options.node, node_help);
  list_verb->callback([&] { code = list(list_options); });

  MessageOptions message;
  std::string timeout = "5s";
  auto add_message = [&](CLI::App* sub) {
    sub->add_option("NAME", message.to, "The server's name")->required();
    sub->add_option("MESSAGE", message.message, "The message's name: its type in snake_case")->required();
    sub->add_option("JSON", message.json, "Its fields as a JSON object; none: {}");
    sub->add_option("--timeout", timeout, "How long to wait, as in 5s or 200ms")->check(check_duration);
    sub->add_option("--node", message.node, node_help);
  };
  auto* call_verb = verb(app, "call", "Call a server and print its reply as JSON");
  add_message(call_verb);
  call_verb->callback([&] {
    message.timeout = *parse_duration(timeout);
    code = call(message);
  });
  auto* cast_verb = verb(app, "cast", "Cast a message to a server");
  add_message(cast_verb);
  cast_verb->callback([&] {
    message.timeout = *parse_duration(timeout);
    code = cast(message);
  });

  ChildOptions child;
  auto* stop_verb =
      verb(app, "stop", "Stop one child, or without a name the whole node, in order; wait for it");
  stop_verb->add_option("NAME", child.child, "The child's name");
  stop_verb->add_option("--node", child.node, node_help);
  stop_verb->callback([&] { code = stop(child); });
  auto* start_verb = verb(app, "start", "Start a child that is stopped; wait until it is ready");
  start_verb->add_option("NAME", child.child, "The child's name")->required();
  start_verb->add_option("--node", child.node, node_help);
  start_verb->callback([&] { code = start(child); });

  std::string supervised;
  auto* supervise_verb = verb(app, "supervise", "")->group("");  // for ninelives itself: in no help
  supervise_verb->add_option("NAME", supervised, "");
  supervise_verb->callback([&] { code = supervise_below(); });

  std::string debug_name;
  auto* debug_verb = verb(app, "debug", "Look into a node's shared memory");
  debug_verb->require_subcommand(1);
  auto* debug_node_verb = debug_verb->add_subcommand("node", "Every row, bell, ring and cursor, in words");
  debug_node_verb->add_option("--node", debug_name, node_help);
  debug_node_verb->callback([&] { code = debug_node(debug_name); });

  if (argc < 2) {
    std::cerr << app.help();
    return exit_usage;
  }
  if (const std::string unknown = unknown_verb(app, argv[1]); !unknown.empty())
    return fail(exit_usage, unknown);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_ok : exit_usage;
  }
  return code;
}
