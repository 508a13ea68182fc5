// By hand, because toml++ sorts the keys of a table by the alphabet, and people begin with the id.
#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <type_traits>
#include <utility>

#include <ninelives/spec/toml.hpp>

#include "spec/quote.hpp"

namespace ninelives {

namespace {

std::string value(bool truth) { return truth ? "true" : "false"; }
std::string value(std::uint32_t number) { return std::to_string(number); }
std::string value(const std::string& text) { return as_toml(text); }
std::string value(std::chrono::nanoseconds time) { return as_toml(to_string(time)); }

// The fewest digits that are read back as the same number.
std::string value(double number) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return {digits.data(), end};
}

template <class Word>
  requires std::is_enum_v<Word> || std::is_same_v<Word, Shutdown>
std::string value(const Word& word) {
  return as_toml(to_string(word));
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

std::string value(const std::vector<std::string>& words) {
  std::vector<std::string> quoted;
  for (const std::string& word : words) quoted.push_back(as_toml(word));
  return '[' + joined(quoted) + ']';
}

std::string in_braces(const std::vector<std::string>& entries) {
  return entries.empty() ? "{}" : "{ " + joined(entries) + " }";
}

// A bare key if it can be one.
std::string key(std::string_view text) {
  const auto may_be_bare = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  const bool is_bare = !text.empty() && std::ranges::all_of(text, may_be_bare);
  return is_bare ? std::string(text) : as_toml(text);
}

std::string value(const std::map<std::string, std::string>& variables) {
  std::vector<std::string> entries;
  for (const auto& [name, text] : variables) entries.push_back(key(name) + " = " + as_toml(text));
  return in_braces(entries);
}

std::string value(const Via& via) {
  return in_braces({"registry = " + value(via.registry), "key = " + value(via.key)});
}

std::string value(const Backoff& backoff) {
  constexpr Backoff defaults;
  std::vector<std::string> entries;
  if (backoff.first != defaults.first) entries.push_back("first = " + value(backoff.first));
  if (backoff.max != defaults.max) entries.push_back("max = " + value(backoff.max));
  if (backoff.jitter != defaults.jitter) entries.push_back("jitter = " + value(backoff.jitter));
  if (backoff.reset != defaults.reset) entries.push_back("reset = " + value(backoff.reset));
  return in_braces(entries);
}

class Writer {
 public:
  std::string text() && { return std::move(text_); }

  void tree(const TreeSpec& tree) {
    line("node", tree.node);
    no_children(tree.supervisor);  // belongs before [supervisor]
    Writer own;
    own.flags(tree.supervisor);
    if (!own.text_.empty()) text_ += "\n[supervisor]\n" + own.text_;
    children("child", tree.supervisor);
  }

  // `header` is what stands between the double brackets.
  void child(const std::string& header, const ChildSpec& child) {
    const ChildSpec defaults;
    text_ += (text_.empty() ? "[[" : "\n[[") + header + "]]\n";
    unless("id", child.id, {});  // a partition's is none
    if (child.name) line("name", *child.name);
    if (child.via) line("via", *child.via);
    unless("type", child.type, defaults.type);
    if (child.type != ChildType::supervisor) start(child);
    unless("restart", child.restart, defaults.restart);
    unless("significant", child.significant, defaults.significant);
    if (child.shutdown) line("shutdown", *child.shutdown);
    if (child.start_timeout) line("start_timeout", *child.start_timeout);
    if (child.watchdog) line("watchdog", *child.watchdog);
    if (child.backoff) line("backoff", *child.backoff);
    if (child.type == ChildType::worker) unless("mailbox", child.mailbox, defaults.mailbox);
    if (child.type != ChildType::supervisor) return;
    flags(child.supervisor);
    no_children(child.supervisor);
    children(header + ".child", child.supervisor);
  }

 private:
  // How the process of a worker or program begins.
  void start(const ChildSpec& child) {
    line("command", child.command);
    const bool is_named = !child.command.empty() && child.command.front() == child.executable;
    if (!is_named) unless("executable", child.executable, {});
    unless("directory", child.directory, {});
    unless("environment", child.environment, {});
  }

  void flags(const SupervisorSpec& spec) {
    const SupervisorSpec defaults;
    unless("strategy", spec.strategy, defaults.strategy);
    unless("intensity", spec.intensity, defaults.intensity);
    unless("period", spec.period, defaults.period);
    unless("auto_shutdown", spec.auto_shutdown, defaults.auto_shutdown);
    unless("dynamic", spec.dynamic, defaults.dynamic);
    if (spec.max_children) line("max_children", *spec.max_children);
    unless("extra_arguments", spec.extra_arguments, {});
    if (spec.partitions) line("partitions", *spec.partitions);
  }

  // Said in so many words: who reads the file must not think that they were forgotten. A dynamic supervisor
  // has none anyway.
  void no_children(const SupervisorSpec& spec) {
    if (spec.children.empty() && !is_dynamic(spec)) text_ += "child = []\n";
  }

  void children(const std::string& header, const SupervisorSpec& spec) {
    for (const ChildSpec& each : spec.children) child(header, each);
  }

  template <class T>
  void line(std::string_view key, const T& what) {
    text_.append(key).append(" = ").append(value(what)).append("\n");
  }

  template <class T>
  void unless(std::string_view key, const T& what, const std::type_identity_t<T>& is_default) {
    if (what != is_default) line(key, what);
  }

  std::string text_;
};

}  // namespace

std::string to_toml(const TreeSpec& tree) {
  Writer writer;
  writer.tree(tree);
  return std::move(writer).text();
}

std::string to_toml(const ChildSpec& child) {
  Writer writer;
  writer.child("child", child);
  return std::move(writer).text();
}

}  // namespace ninelives
