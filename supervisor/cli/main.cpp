// The `ninelives` command: what can be typed. What it does is in the other files of this folder.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <iostream>
#include <memory>

#include "supervisor/cli/commands.hpp"
#include "supervisor/cli/signal_name.hpp"
#include "supervisor/config/duration.hpp"
#include "supervisor/config/nearest.hpp"

namespace {

using namespace ninelives::supervisor;

// Adds verbs to the command, or to one of its verbs. `code` gets the exit code of the one that is run.
class Verbs {
 public:
  Verbs(CLI::App& app, int& code) : app_(app), code_(code) {}

  // `define` says what can be typed behind the verb, and into which options it goes.
  template <class Options, class Define>
  void add(const std::string& name, const std::string& help, std::function<int(const Options&)> act,
           Define define) {
    const auto options = std::make_shared<Options>();  // lives as long as the verb, by its callback
    CLI::App& verb = *app_.add_subcommand(name, help);
    verb.fallthrough();
    define(verb, *options);
    verb.callback([&code = code_, act = std::move(act), options] { code = act(*options); });
  }

 private:
  CLI::App& app_;
  int& code_;
};

// ---- what many verbs have

void add_node(CLI::App& verb, std::string& node) {
  verb.add_option("--node", node, "The node's name; not needed where one node is running");
}

void add_json(CLI::App& verb, bool& json) { verb.add_flag("--json", json, "As one line of JSON"); }

void add_timeout(CLI::App& verb, std::chrono::nanoseconds& timeout, const std::string& unless) {
  const auto check = [](const std::string& text) {
    const auto parsed = parse_duration(text);
    return parsed ? "" : parsed.error();
  };
  verb.add_option_function<std::string>(
          "--timeout", [&timeout](const std::string& text) { timeout = *parse_duration(text); },
          "How long to wait, as in 5s or 200ms; " + unless)
      ->check(check)
      ->type_name("TIME");
}

const char* const as_long_as_it_takes = "if not given, as long as it takes";
const char* const child_help = "The child's name, as `ninelives ls` shows it";

void define_child(CLI::App& verb, ChildOptions& options) {
  verb.add_option("NAME", options.child, child_help)->required();
  add_node(verb, options.node);
}

void define_child_request(CLI::App& verb, ChildOptions& options) {
  define_child(verb, options);
  add_timeout(verb, options.timeout, as_long_as_it_takes);
}

void define_child_question(CLI::App& verb, ChildOptions& options) {
  define_child_request(verb, options);
  add_json(verb, options.json);
}

void define_supervisor_question(CLI::App& verb, SupervisorOptions& options) {
  verb.add_option("SUPERVISOR", options.supervisor, "The supervisor's name; none, or /: the root");
  add_node(verb, options.node);
  add_timeout(verb, options.timeout, as_long_as_it_takes);
  add_json(verb, options.json);
}

void define_message(CLI::App& verb, MessageOptions& options) {
  verb.add_option("NAME", options.to, "The server's name")->required();
  verb.add_option("MESSAGE", options.message, "The message's name: its type in snake_case")->required();
  verb.add_option("JSON", options.json, "Its fields as a JSON object; none: {}");
  add_timeout(verb, options.timeout, "if not given, 5s");
  add_node(verb, options.node);
}

void define_server(CLI::App& verb, ServerOptions& options) {
  verb.add_option("NAME", options.server, "The server's name")->required();
  add_timeout(verb, options.timeout, "if not given, 5s");
  add_node(verb, options.node);
}

// ---- the verbs, as they stand in the help

void add_running(Verbs& verbs) {
  verbs.add<RunOptions>("run", "Start a tree and supervise it, in the foreground", run,
                        [](CLI::App& verb, RunOptions& options) {
                          verb.add_option("TREE", options.tree, "The tree file (TOML)")->required();
                          verb.add_option("--events", options.events,
                                          "Append every event to this file, one JSON object a line");
                        });
  verbs.add<std::filesystem::path>("check", "Check a tree file and what it names, without starting anything",
                                   check, [](CLI::App& verb, std::filesystem::path& tree) {
                                     verb.add_option("TREE", tree, "The tree file (TOML)")->required();
                                   });
}

void add_looking(Verbs& verbs) {
  verbs.add<ListOptions>("ls", "List the children of a running node, as a tree", list,
                         [](CLI::App& verb, ListOptions& options) {
                           add_json(verb, options.json);
                           add_node(verb, options.node);
                         });
  verbs.add<ChildOptions>("status", "Show one child with its last lives; exits with 3 if it does not run",
                          status, [](CLI::App& verb, ChildOptions& options) {
                            define_child(verb, options);
                            add_json(verb, options.json);
                          });
}

void add_messages(Verbs& verbs) {
  verbs.add<MessageOptions>("call", "Call a server and print its reply as JSON", call, define_message);
  verbs.add<MessageOptions>("cast", "Cast a message to a server", cast, define_message);
}

void add_sys(Verbs& verbs) {
  verbs.add<StateOptions>("state", "Print a server's state as JSON, or replace it", state,
                          [](CLI::App& verb, StateOptions& options) {
                            define_server(verb, options.server);
                            verb.add_option("--replace", options.replace, "The new state, as JSON");
                          });
  verbs.add<ServerOptions>("suspend", "Let a server's messages wait, until it is resumed", suspend,
                           define_server);
  verbs.add<ServerOptions>("resume", "Let a suspended server go on", resume, define_server);
  verbs.add<TraceOptions>("trace", "Print each message that a server gets and sends, as it happens", trace,
                          [](CLI::App& verb, TraceOptions& options) {
                            define_server(verb, options.server);
                            verb.add_option("-n,--count", options.count,
                                            "End after so many; if not given, when interrupted");
                          });
  verbs.add<ServerOptions>("statistics", "Print how many messages a server has got and sent", statistics,
                           define_server);
  verbs.add<TerminateOptions>("terminate", "Let a server end itself, as if a callback had stopped it",
                              terminate, [](CLI::App& verb, TerminateOptions& options) {
                                define_server(verb, options.server);
                                verb.add_option("--reason", options.reason,
                                                "An error's text; if not given, the reason is normal");
                              });
  verbs.add<ChangeCodeOptions>("change-code", "Call a suspended server's code_change", change_code,
                               [](CLI::App& verb, ChangeCodeOptions& options) {
                                 define_server(verb, options.server);
                                 verb.add_option("FROM", options.from, "The old version")->required();
                                 verb.add_option("EXTRA", options.extra, "What code_change is told besides");
                               });
}

void add_acting(Verbs& verbs) {
  verbs.add<ChildOptions>("stop", "Stop one child, or without a name the whole node, in order; wait for it",
                          stop, [](CLI::App& verb, ChildOptions& options) {
                            verb.add_option("NAME", options.child, child_help);
                            add_node(verb, options.node);
                            add_timeout(verb, options.timeout, as_long_as_it_takes);
                          });
  verbs.add<ChildOptions>("start", "Start a child that is stopped; wait until it is ready", start,
                          define_child_question);
  verbs.add<ChildOptions>("restart", "Stop a child, if it runs, and start it", restart,
                          define_child_question);
  verbs.add<KillOptions>(
      "kill", "Shoot a child's process, and see what its supervisor does", kill_child,
      [](CLI::App& verb, KillOptions& options) {
        verb.add_option("NAME", options.child, child_help)->required();
        verb.add_option_function<std::string>(
                "-s,--signal", [&options](const std::string& text) { options.signal = *parse_signal(text); },
                "The signal, as in TERM or 15; if not given, KILL")
            ->check([](const std::string& text) {
              return parse_signal(text) ? "" : '"' + text + "\" is no signal; see kill -l";
            })
            ->type_name("SIGNAL");
        add_node(verb, options.node);
      });
}

void add_managing(Verbs& verbs, const std::optional<std::vector<std::string>>& arguments) {
  verbs.add<StartChildOptions>(
      "start-child", "Start one more child: from a [[child]], or, behind --, from the supervisor's template",
      [&arguments](const StartChildOptions& options) {
        StartChildOptions all = options;
        all.arguments = arguments;
        return start_child(all);
      },
      [](CLI::App& verb, StartChildOptions& options) {
        verb.add_option("SUPERVISOR", options.supervisor, "The supervisor's name; /: the root")->required();
        verb.add_option("FILE", options.file, "A TOML file with one [[child]]; none, or -: stdin");
        add_node(verb, options.node);
        add_timeout(verb, options.timeout, as_long_as_it_takes);
        add_json(verb, options.json);
        verb.footer("With `-- ARGUMENT...` it is a child of a simple_one_for_one supervisor.");
      });
  verbs.add<ChildOptions>("delete-child", "Delete the spec of a child that is stopped", delete_child,
                          define_child_request);
  verbs.add<SupervisorOptions>("which-children", "Ask a supervisor for its children, the last started first",
                               which_children, define_supervisor_question);
  verbs.add<SupervisorOptions>("count-children", "Ask a supervisor how many children it has", count_children,
                               define_supervisor_question);
  verbs.add<ChildOptions>("get-childspec", "Print a child's spec, as a [[child]]", get_childspec,
                          define_child_question);
}

void add_debug(CLI::App& app, int& code) {
  CLI::App& debug = *app.add_subcommand("debug", "Look into a node's shared memory");
  debug.require_subcommand(1);
  Verbs(debug, code)
      .add<std::string>("node", "Every row, bell, ring and cursor, in words", debug_node, add_node);
}

// For ninelives itself: in no help.
void add_supervise(Verbs& verbs) {
  verbs.add<std::string>(
      "supervise", "", [](const std::string&) { return supervise_below(); },
      [](CLI::App& verb, std::string& name) { verb.group("")->add_option("NAME", name, ""); });
}

// ---- what is said of a faulty command line

// One line, as of everything that goes wrong here.
std::string explain_usage(const CLI::App* app, const CLI::Error& error) {
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

// What stands behind "--", and is no option and no FILE of start-child's. CLI11 would take it for one.
std::optional<std::vector<std::string>> take_arguments(int& argc, char** argv) {
  char** const end = argv + argc;
  char** const dashes = std::find(argv, end, std::string_view("--"));
  if (argc < 2 || argv[1] != std::string_view("start-child") || dashes == end) return std::nullopt;
  argc = static_cast<int>(dashes - argv);
  return std::vector<std::string>(dashes + 1, end);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"GenServers and supervision trees of real OS processes", "ninelives"};
  app.failure_message(explain_usage);
  app.get_formatter()->column_width(34);
  int code = exit_ok;
  const auto arguments = take_arguments(argc, argv);
  Verbs verbs(app, code);
  add_running(verbs);
  add_looking(verbs);
  add_messages(verbs);
  add_sys(verbs);
  add_acting(verbs);
  add_managing(verbs, arguments);
  add_debug(app, code);
  add_supervise(verbs);

  if (argc < 2) {
    std::cerr << app.help();
    return exit_usage;
  }
  if (const std::string unknown = unknown_verb(app, argv[1]); !unknown.empty()) {
    return fail(exit_usage, unknown);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_ok : exit_usage;
  }
  return code;
}
