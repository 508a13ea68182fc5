#include "supervisor/node/log.hpp"

#include <memory>
#include <spdlog/details/null_mutex.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

namespace ninelives::supervisor {
namespace {

// spdlog's own stderr sink goes through stdio, which may split a line; its asynchronous logger loses what it
// holds.
class WriteSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    [[maybe_unused]] auto written = ::write(STDERR_FILENO, line.data(), line.size());
  }
  void flush_() override {}
};

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("ninelives", std::make_shared<WriteSink>());
    made->set_pattern("%H:%M:%S.%e %L %v");
    return made;
  }();
  return *instance;
}

}  // namespace

void log_info(const std::string& line) { logger().info("{}", line); }
void log_warning(const std::string& line) { logger().warn("{}", line); }
void log_error(const std::string& line) { logger().error("{}", line); }

}  // namespace ninelives::supervisor
