#include "supervisor/node/event_log.hpp"

#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <ctime>
#include <fcntl.h>
#include <unistd.h>

namespace ninelives::supervisor {
namespace {

std::string wall_clock() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto millis =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  const std::string digits = std::to_string(1000 + millis).substr(1);
  return std::string(text.data(), length) + "." + digits + "Z";
}

boost::json::string_view text(std::string_view text) { return {text.data(), text.size()}; }

boost::json::object line_of(std::string_view event, std::string_view node) {
  return {{"event", text(event)}, {"node", text(node)}};
}

boost::json::object line_of(const ChildEvent& event, std::string_view node) {
  auto line = line_of(event.event, node);
  line["supervisor"] = text(event.supervisor);
  line["child"] = text(event.child);
  if (event.slot) line["slot"] = *event.slot;
  line["pid"] = event.os_pid;
  line["incarnation"] = event.incarnation;
  if (!event.reason.empty()) line["reason"] = event.reason;
  return line;
}

// OTP's extract_child: what a report tells of the child that it is about. `mfargs` is what starts it.
boost::json::object described(const ChildEvent& event, const ChildSpec& spec) {
  return {{"pid", event.os_pid},
          {"id", spec.id},
          {"mfargs", boost::json::array(spec.command.begin(), spec.command.end())},
          {"restart_type", to_string(spec.restart)},
          {"significant", spec.significant},
          {"shutdown", to_string(shutdown_of(spec))},
          {"child_type", to_string(spec.type)}};
}

void append(int fd, boost::json::object line) {
  line["mono_ns"] = std::chrono::steady_clock::now().time_since_epoch().count();
  line["wall"] = wall_clock();
  const std::string text = boost::json::serialize(line) + "\n";
  [[maybe_unused]] auto written = ::write(fd, text.data(), text.size());
}

}  // namespace

ipc::Result<EventLog> EventLog::open(const std::filesystem::path& file, std::string_view node) {
  ipc::UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!fd) return ipc::os_error("cannot write events to " + file.string());
  std::error_code error;
  auto absolute = std::filesystem::absolute(file, error);
  return EventLog(error ? file : std::move(absolute), std::move(fd), node);
}

void EventLog::write(const ChildEvent& event) const {
  if (file_) append(file_.get(), line_of(event, node_));
}

void EventLog::write_report(const ChildEvent& event, const ChildSpec& offender) const {
  if (!file_) return;
  auto line = line_of(event, node_);
  line[event.event == "progress" ? "started" : "offender"] = described(event, offender);
  append(file_.get(), std::move(line));
}

void EventLog::write_stuck(const ChildEvent& event, const StuckCallback& stuck) const {
  if (!file_) return;
  auto line = line_of(event, node_);
  line["callback"] = text(stuck.callback);
  if (!stuck.message.empty()) line["message"] = text(stuck.message);
  line["ms"] = stuck.ran.count();
  append(file_.get(), std::move(line));
}

void EventLog::write_node(std::string_view event, std::string_view reason) const {
  if (!file_) return;
  auto line = line_of(event, node_);
  line["pid"] = ::getpid();
  if (!reason.empty()) line["reason"] = boost::json::string_view(reason.data(), reason.size());
  append(file_.get(), std::move(line));
}

}  // namespace ninelives::supervisor
