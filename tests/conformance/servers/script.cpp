#include "tests/conformance/servers/script.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <utility>

#include "tests/conformance/words.hpp"

namespace ninelives::conformance::servers {

namespace {

bool has_peer(std::string_view what) {
  constexpr std::array with_peer = {"pass",    "send",      "post", "link", "unlink",
                                    "monitor", "demonitor", "exit", "ask",  "phone"};
  return std::ranges::find(with_peer, what) != with_peer.end();
}

std::string text_of(const std::vector<Op>& ops) {
  std::vector<std::string> texts;
  for (const Op& op : ops) texts.push_back(to_string(op));
  return join(texts, "; ");
}

std::string text_of(const Step& step) {
  const std::string text = "step " + step.what + " " + step.server;
  if (step.what == "tell") return text + ": " + text_of(step.ops);
  if (step.what == "cross") {
    return text + " " + step.peer + ": " + text_of(step.ops) + " | " + text_of(step.peer_ops) + " | " +
           text_of(step.then);
  }
  return step.what == "stop" ? text + " " + step.reason : text;
}

// The first word, and what is behind it.
std::pair<std::string, std::string> first_of(const std::string& text) {
  const auto blank = text.find(' ');
  if (blank == text.npos) return {text, ""};
  return {text.substr(0, blank), text.substr(blank + 1)};
}

std::vector<Op> read_ops(std::string_view text) {
  std::vector<Op> ops;
  for (const std::string& part : split(text, "; ")) {
    auto [what, rest] = first_of(part);
    Op op{.what = std::move(what)};
    if (has_peer(op.what)) std::tie(op.peer, rest) = first_of(rest);
    op.detail = std::move(rest);
    ops.push_back(std::move(op));
  }
  return ops;
}

std::optional<Step> read_step(std::string_view line) {
  const auto parts = split(line, ": ");
  const auto words = split(parts[0], " ");
  if (words.size() < 3) return std::nullopt;
  Step step{.what = words[1], .server = words[2]};
  if (step.what == "stop" && words.size() == 4) step.reason = words[3];
  if (step.what == "tell" && parts.size() == 2) step.ops = read_ops(parts[1]);
  if (step.what == "cross" && words.size() == 4 && parts.size() == 2) {
    step.peer = words[3];
    const auto ops = split(parts[1], " | ");
    if (ops.size() != 3) return std::nullopt;
    step.ops = read_ops(ops[0]);
    step.peer_ops = read_ops(ops[1]);
    step.then = read_ops(ops[2]);
  }
  return text_of(step) == line ? std::optional(step) : std::nullopt;
}

}  // namespace

std::string to_string(const Op& op) {
  std::string text = op.what;
  for (const std::string& more : {op.peer, op.detail}) {
    if (!more.empty()) text += " " + more;
  }
  return text;
}

std::string to_string(const Script& script) {
  std::string text = "script " + script.title + "\nservers " + join(script.servers, " ") + "\n";
  for (const Step& step : script.steps) text += text_of(step) + "\n";
  return text + "end\n";
}

std::expected<std::vector<Script>, std::string> read_scripts(std::string_view text) {
  std::vector<Script> scripts;
  bool is_open = false;
  for (const std::string& line : split(text, "\n")) {
    const auto [word, rest] = first_of(line);
    if (line.empty() || line.starts_with('#')) continue;
    if (word == "script") {
      scripts.push_back({.title = rest, .servers = {}, .steps = {}});
      is_open = true;
      continue;
    }
    const auto step = word == "step" ? read_step(line) : std::nullopt;
    if (!is_open || (!step && word != "servers" && word != "end"))
      return std::unexpected("not understood: " + line);
    if (step) scripts.back().steps.push_back(*step);
    if (word == "servers") scripts.back().servers = split(rest, " ");
    if (word == "end") is_open = false;
  }
  return scripts;
}

}  // namespace ninelives::conformance::servers
