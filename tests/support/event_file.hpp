// The file of `run --events` as a test sees it: what has happened so far, and waiting for what will.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ninelives::test {

struct SeenEvent {
  std::string event;
  std::string node;
  std::string supervisor;
  std::string child;  // empty: about the node itself
  std::string reason;
  std::string wall;
  int pid = 0;
  std::int64_t slot = -1;  // none
  std::int64_t incarnation = 0;
  std::int64_t mono_ns = 0;
  std::string callback, message;  // of a watchdog
  std::int64_t ms = 0;
  bool is_report = false;
};

class EventFile {
 public:
  explicit EventFile(std::filesystem::path path) : path_(std::move(path)) {}

  // All that is whole by now. Throws if a line is no JSON object, or lacks a field that each has.
  std::vector<SeenEvent> all() const;
  std::vector<SeenEvent> of(std::string_view child) const;
  // The names of a child's events, in order and with a space between them; reports are not among them.
  std::string story_of(std::string_view child) const;
  std::size_t count(std::string_view event, std::string_view child) const;

  // The event of that name, the `which`th from 1; throws if it does not happen in time.
  SeenEvent wait_for(std::string_view event, std::string_view child = {}, std::size_t which = 1) const;

 private:
  std::filesystem::path path_;
};

}  // namespace ninelives::test
