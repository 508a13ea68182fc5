#include "tests/support/event_file.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <stdexcept>

#include "tests/support/sandbox.hpp"
#include "tests/support/wait_until.hpp"

namespace ninelives::test {
namespace {

std::string text_or_empty(const boost::json::object& line, std::string_view key) {
  const auto* value = line.if_contains(boost::json::string_view(key.data(), key.size()));
  return value ? std::string(value->as_string()) : std::string();
}

SeenEvent parse(const std::string& text) {
  const boost::json::value value = boost::json::parse(text);
  const auto& line = value.as_object();
  SeenEvent seen{.event = std::string(line.at("event").as_string()),
                 .node = std::string(line.at("node").as_string()),
                 .supervisor = text_or_empty(line, "supervisor"),
                 .child = text_or_empty(line, "child"),
                 .reason = text_or_empty(line, "reason"),
                 .wall = std::string(line.at("wall").as_string()),
                 .pid = line.at("pid").to_number<int>(),
                 .mono_ns = line.at("mono_ns").to_number<std::int64_t>(),
                 .callback = text_or_empty(line, "callback"),
                 .message = text_or_empty(line, "message"),
                 .is_report = line.contains("offender") || line.contains("started")};
  if (const auto* slot = line.if_contains("slot")) seen.slot = slot->to_number<std::int64_t>();
  if (const auto* ms = line.if_contains("ms")) seen.ms = ms->to_number<std::int64_t>();
  if (!seen.child.empty()) seen.incarnation = line.at("incarnation").to_number<std::int64_t>();
  return seen;
}

}  // namespace

std::vector<SeenEvent> EventFile::all() const {
  std::string text = contents(path_);
  text.resize(text.rfind('\n') + 1);  // npos + 1 is 0
  std::vector<SeenEvent> events;
  for (const std::string& line : lines_of(text)) events.push_back(parse(line));
  return events;
}

std::vector<SeenEvent> EventFile::of(std::string_view child) const {
  std::vector<SeenEvent> events = all();
  std::erase_if(events, [&](const SeenEvent& seen) { return seen.child != child; });
  return events;
}

std::string EventFile::story_of(std::string_view child) const {
  std::string story;
  for (const SeenEvent& seen : of(child)) {
    if (!seen.is_report) story += (story.empty() ? "" : " ") + seen.event;
  }
  return story;
}

std::size_t EventFile::count(std::string_view event, std::string_view child) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(of(child), [&](const SeenEvent& seen) { return seen.event == event; }));
}

SeenEvent EventFile::wait_for(std::string_view event, std::string_view child, std::size_t which) const {
  std::optional<SeenEvent> found;
  wait_until([&] {
    std::size_t met = 0;
    for (SeenEvent& seen : of(child)) {
      if (seen.event == event && ++met == which) found = std::move(seen);
    }
    return found.has_value();
  });
  if (found) return *found;
  throw std::runtime_error("no event \"" + std::string(event) + "\" of \"" + std::string(child) +
                           "\"; the events are:\n" + contents(path_));
}

}  // namespace ninelives::test
