#include "spec/checker.hpp"
#include "spec/name.hpp"
#include "spec/quote.hpp"

namespace ninelives {

using namespace std::chrono_literals;

void Checker::child(const ChildSpec& spec, AutoShutdown auto_shutdown) {
  id(spec.id);
  if (spec.name) name(*spec.name);
  if (spec.via) via(spec, *spec.via);
  times(spec);
  if (spec.backoff) backoff(*spec.backoff);
  significance(spec, auto_shutdown);
  if (spec.type == ChildType::supervisor) {
    supervisor(spec.supervisor);
  } else {
    start(spec);
  }
}

void Checker::id(const std::string& id) {
  if (spot_.is_partition) {
    if (!id.empty())
      add(Kind::invalid_id, "id", "the partitions are called 0, 1, 2 and so on: leave the id out");
    return length_of_path();
  }
  if (id.empty()) return add(Kind::missing_id, "id", "the id is empty: every child needs a name");
  if (const auto wrong = what_is_wrong_with_name(id)) {
    return add(Kind::invalid_id, "id", "the id " + in_quotes(id) + ' ' + *wrong);
  }
  length_of_path();
}

void Checker::length_of_path() {
  if (!spot_.name || spot_.name->size() <= longest_name) return;
  add(Kind::invalid_id, "id",
      "the child's name is its path, " + in_quotes(*spot_.name) +
          ", and that is too long: " + std::to_string(spot_.name->size()) + " characters, at most " +
          std::to_string(longest_name) + " are possible");
  spot_.name.reset();  // said once, and not again of each child below
}

void Checker::name(const std::string& name) {
  if (const auto wrong = what_is_wrong_with_name(name)) {
    return add(Kind::invalid_name, "name", "the name " + in_quotes(name) + ' ' + *wrong);
  }
  if (spot_.is_in_template) {
    return add(Kind::invalid_name, "name",
               "all children that are made from this template would have the name " + in_quotes(name));
  }
  reserve(name);
}

// A child of the root may have its own id for a name.
void Checker::reserve(const std::string& name) {
  const auto [holder, is_new] =
      findings_.names.try_emplace(name, Findings::Holder{field("name"), spot_.where});
  const auto& [taken_by, child] = holder->second;
  if (is_new || taken_by.child == spot_.child) return;
  const std::string whose = taken_by.key == "name"
                                ? "the name of " + in_quotes(child) + " already"
                                : "what child " + in_quotes(child) + " of the root is called";
  add(Kind::duplicate_name, {field("name"), taken_by},
      "the name " + in_quotes(name) + " is " + whose + ": it is one child's in the whole node");
}

void Checker::via(const ChildSpec& spec, const Via& via) {
  if (spec.type != ChildType::worker) {
    return add(Kind::bad_combination, {field("via"), field("type")},
               "via is for workers: a registry is entered by the process itself");
  }
  if (spec.name) {
    add(Kind::bad_combination, {field("via"), field("name")},
        "a child has a registered name or a key of a registry, and not both");
  }
  if (const auto wrong = what_is_wrong_with_path(via.registry)) {
    add(Kind::invalid_via, "via.registry", "the registry " + in_quotes(via.registry) + ' ' + *wrong);
  }
  if (via.key.contains('\0')) add(Kind::invalid_via, "via.key", "a key may not contain a NUL character");
  if (spot_.is_in_template) {
    add(Kind::invalid_via, "via",
        "all children that are made from this template would have the key " + in_quotes(via.key));
  }
}

void Checker::times(const ChildSpec& spec) {
  if (spec.shutdown && spec.shutdown->kind == Shutdown::Kind::timeout) {
    time(Kind::invalid_shutdown, "shutdown", "the shutdown time", spec.shutdown->timeout);
  }
  if (spec.start_timeout) {
    positive_time(Kind::invalid_start_timeout, "start_timeout", "the start timeout", *spec.start_timeout);
  }
  if (spec.watchdog) watchdog(spec, *spec.watchdog);
}

void Checker::watchdog(const ChildSpec& spec, Time longest) {
  if (spec.type != ChildType::worker) {
    add(Kind::bad_combination, {field("watchdog"), field("type")},
        "a watchdog is for workers: of nobody else it is known what he does");
  }
  positive_time(Kind::invalid_watchdog, "watchdog", "the watchdog's time", longest);
}

void Checker::backoff(const Backoff& backoff) {
  positive_time(Kind::invalid_backoff, "backoff.first", "the first backoff", backoff.first);
  time(Kind::invalid_backoff, "backoff.max", "the longest backoff", backoff.max);
  if (backoff.max >= 0ns && backoff.max < backoff.first) {
    add(Kind::invalid_backoff, {field("backoff.max"), field("backoff.first")},
        "the longest backoff, " + to_string(backoff.max) + ", is shorter than the first, " +
            to_string(backoff.first));
  }
  time(Kind::invalid_backoff, "backoff.reset", "the reset of the backoff", backoff.reset);
  if (!(backoff.jitter >= 0 && backoff.jitter <= 1)) {
    add(Kind::invalid_backoff, "backoff.jitter", "the jitter of a backoff is from 0 to 1");
  }
}

void Checker::significance(const ChildSpec& spec, AutoShutdown auto_shutdown) {
  if (!spec.significant) return;
  if (spec.restart == Restart::permanent) {
    add(Kind::bad_combination, {field("significant"), field("restart")},
        "a permanent child cannot be significant: it never ends by itself for good");
  }
  if (auto_shutdown == AutoShutdown::never) {
    SpecField of_supervisor = field("auto_shutdown");
    of_supervisor.child.pop_back();
    add(Kind::bad_combination, {field("significant"), std::move(of_supervisor)},
        "a child is significant only where auto_shutdown is not never");
  }
}

void Checker::start(const ChildSpec& spec) {
  if (spec.command.empty()) {
    add(Kind::missing_start, {field("command"), field("type")}, "there is no command to start it by");
  } else if (spec.command.front().empty()) {
    add(Kind::invalid_start, "command", R"(the command "" names no program)");
  }
  words("command", "the command", spec.command);
  text("executable", "the executable", spec.executable);
  text("directory", "the directory", spec.directory);
  for (const auto& [name, value] : spec.environment) variable(name, value);
}

void Checker::variable(const std::string& name, const std::string& value) {
  const std::string key = "environment." + name;
  const std::string subject = "the environment variable " + in_quotes(name);
  if (name.empty() || name.contains('=') || name.contains('\0')) {
    add(Kind::invalid_start, key,
        subject + R"(: a name may neither be empty nor contain "=" or a NUL character)");
  } else {
    text(key, subject, value);
  }
}

// What a process is given ends at a NUL.
void Checker::text(const std::string& key, const std::string& subject, std::string_view text) {
  if (text.contains('\0')) add(Kind::invalid_start, key, subject + " may not contain a NUL character");
}

void Checker::words(const std::string& key, const std::string& subject,
                    const std::vector<std::string>& words) {
  for (const std::string& word : words) text(key, subject, word);
}

void Checker::time(Kind kind, const std::string& key, const std::string& subject, Time time) {
  if (time < 0ns) {
    add(kind, key, subject + " is " + to_string(time) + ": it must be 0 or longer");
  } else if (time > longest_time) {
    add(kind, key, subject + " is " + to_string(time) + ": the longest is " + to_string(longest_time));
  }
}

void Checker::positive_time(Kind kind, const std::string& key, const std::string& subject, Time value) {
  if (value > 0ns) return time(kind, key, subject, value);
  add(kind, key, subject + " is " + to_string(value) + ": it must be longer than 0");
}

}  // namespace ninelives
