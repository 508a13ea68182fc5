#include "tests/spec/random_tree.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <ninelives/spec/check.hpp>

namespace ninelives::test {

namespace {

using namespace std::chrono_literals;

constexpr unsigned most_levels = 4;

}  // namespace

std::string RandomTree::name() {
  constexpr std::string_view first = "abzABZ019_";
  constexpr std::string_view later = "abzABZ019_-.";
  std::string name(1, first[below(first.size())]);
  for (auto more = below(6); more > 0; --more) name += later[below(later.size())];
  return name;
}

// What is special in TOML, in a shell or on a terminal, and characters of each length.
std::string RandomTree::text() {
  constexpr std::array<std::string_view, 18> pieces{"a", "Z",  "0",  " ",  "\"",           "\\",
                                                    "'", "\n", "\t", "\r", "\x1b",         "\x7f",
                                                    "#", "=",  "{",  "]",  "\u00f6\u20ac", "\U0001F600"};
  std::string text;
  for (auto more = below(8); more > 0; --more) text += pieces[below(pieces.size())];
  return text;
}

std::vector<std::string> RandomTree::texts() {
  std::vector<std::string> texts;
  for (auto more = below(4); more > 0; --more) texts.push_back(text());
  return texts;
}

RandomTree::Time RandomTree::time(Time shortest) {
  constexpr std::array<Time, 7> units{1ns, 1us, 1ms, 1s, 1min, 1h, longest_time / 1000};
  return std::max<Time>(shortest, units[below(units.size())] * static_cast<int>(below(1001)));
}

Backoff RandomTree::backoff() {
  Backoff backoff;
  if (one_in(2)) backoff.first = time(1ns);
  if (one_in(2)) backoff.max = time(0ns);
  if (one_in(2)) backoff.jitter = std::uniform_real_distribution<double>(0, 1)(random_);
  if (one_in(4)) backoff.jitter = static_cast<double>(below(2));
  if (one_in(2)) backoff.reset = time(0ns);
  backoff.max = std::max(backoff.max, backoff.first);
  return backoff;
}

void RandomTree::make_process(ChildSpec& child) {
  child.type = one_in(2) ? ChildType::worker : ChildType::program;
  child.executable = one_in(2) ? "/bin/sh" : "/bin/sleep";
  child.command = texts();
  child.command.insert(child.command.begin(), one_in(2) ? child.executable : "x" + text());
  child.directory = one_in(2) ? "/" : "/dev";
  for (auto more = below(3); more > 0; --more) {
    std::string variable = "x" + text();
    std::ranges::replace(variable, '=', '.');
    child.environment[variable] = text();
  }
  if (child.type == ChildType::worker && one_in(2)) child.mailbox = Mailbox::drop;
}

ChildSpec RandomTree::child(std::size_t index, unsigned levels, AutoShutdown above) {
  ChildSpec child{.id = name() + std::to_string(index)};
  if (!in_template_ && one_in(4)) child.name = "registered_" + std::to_string(++names_);
  child.restart = static_cast<Restart>(below(3));
  child.significant = above != AutoShutdown::never && child.restart != Restart::permanent && one_in(2);
  if (one_in(2)) child.shutdown = Shutdown{.kind = static_cast<Shutdown::Kind>(below(3))};
  if (child.shutdown && child.shutdown->kind == Shutdown::Kind::timeout) child.shutdown->timeout = time(0ns);
  if (one_in(3)) child.start_timeout = time(1ns);
  if (one_in(3)) child.backoff = backoff();
  if (levels > 1 && one_in(3)) {
    child.type = ChildType::supervisor;
    child.supervisor = supervisor(levels - 1);
  } else {
    make_process(child);
    const bool may_have_key = child.type == ChildType::worker && !child.name && !in_template_;
    if (child.type == ChildType::worker && one_in(4)) child.watchdog = time(1ns);
    if (may_have_key && one_in(4)) child.via = Via{name() + '/' + name(), text()};
  }
  return child;
}

SupervisorSpec RandomTree::supervisor(unsigned levels) {
  SupervisorSpec spec;
  if (one_in(2)) spec.intensity = static_cast<unsigned>(below(highest_intensity + 1));
  if (one_in(2)) spec.period = time(1ns);
  spec.dynamic = one_in(5);
  if (spec.dynamic) {
    if (one_in(2)) spec.max_children = static_cast<std::uint32_t>(random_());
    spec.extra_arguments = texts();
    return spec;
  }
  spec.strategy = static_cast<Strategy>(below(4));
  spec.auto_shutdown = static_cast<AutoShutdown>(below(3));
  const bool is_simple = spec.strategy == Strategy::simple_one_for_one;
  if (!is_simple && one_in(5)) spec.partitions = 1 + static_cast<std::uint32_t>(below(most_partitions));
  const bool has_template = is_simple || spec.partitions;
  const auto count = has_template ? 1 : below(4);
  const bool is_in_template = in_template_;
  in_template_ = in_template_ || has_template;
  for (std::size_t index = 0; index < count; ++index) {
    spec.children.push_back(child(index, levels, spec.auto_shutdown));
  }
  in_template_ = is_in_template;
  if (spec.partitions) spec.children.front().id.clear();
  return spec;
}

TreeSpec RandomTree::tree() { return {name(), supervisor(most_levels)}; }

void RandomTree::spoil(TreeSpec& tree) {
  if (one_in(10)) {
    tree.node = one_in(2) ? "" : text();
  } else {
    spoil(tree.supervisor);
  }
}

void RandomTree::spoil(SupervisorSpec& spec) {
  if (!spec.children.empty() && !one_in(4)) return spoil(spec.children[below(spec.children.size())]);
  switch (below(10)) {
    case 8:
      spec.partitions = static_cast<std::uint32_t>(one_in(2) ? below(3) : most_partitions + below(2));
      break;
    case 0:
      spec.period = one_in(2) ? 0s : longest_time + 1ns;
      break;
    case 1:
      spec.intensity = highest_intensity + static_cast<unsigned>(below(2));
      break;
    case 2:
      spec.strategy = static_cast<Strategy>(below(4));
      break;
    case 3:
      spec.auto_shutdown = static_cast<AutoShutdown>(below(3));
      break;
    case 4:
      spec.dynamic = !spec.dynamic;
      break;
    case 5:
      spec.max_children = 3;
      break;
    case 6:
      spec.extra_arguments.push_back(one_in(2) ? std::string("a\0b", 3) : text());
      break;
    case 7:
      spec.children.clear();
      break;
    default:
      if (!spec.children.empty()) spec.children.push_back(spec.children.front());
  }
}

void RandomTree::spoil(ChildSpec& spec) {
  const bool is_supervisor = spec.type == ChildType::supervisor;
  if (is_supervisor && !one_in(3)) return spoil(spec.supervisor);
  switch (below(is_supervisor ? 9 : 12)) {
    case 0:
      spec.id = one_in(2) ? "" : text();
      break;
    case 8:
      spec.name = one_in(2) ? "registered_1" : text();
      break;
    case 1:
      spec.id = std::string(50 + below(20), 'n');
      break;
    case 2:
      spec.restart = static_cast<Restart>(below(3));
      break;
    case 3:
      spec.significant = !spec.significant;
      break;
    case 4:
      spec.shutdown = Shutdown{.timeout = one_in(2) ? -1ns : longest_time + 1ns};
      break;
    case 5:
      spec.start_timeout = one_in(2) ? 0s : longest_time + 1h;
      break;
    case 6:
      spec.backoff =
          Backoff{.first = 1s * static_cast<int>(below(3)), .max = 1s * static_cast<int>(below(3))};
      break;
    case 7:
      spec.backoff = Backoff{.jitter = one_in(2) ? 1.5 : -0.5};
      break;
    case 9:
      spec.watchdog = one_in(2) ? 0s : 1s;
      break;
    case 10:
      spec.command = one_in(2) ? std::vector<std::string>{} : std::vector<std::string>{"sh", {"a\0b", 3}};
      break;
    default:
      spec.environment[one_in(2) ? "" : "a=b"] = text();
  }
}

}  // namespace ninelives::test
