#include "worker/tracers.hpp"

#include <algorithm>

#include "worker/process.hpp"

namespace ninelives::detail {
namespace {

constexpr std::size_t shown = 4096;  // bytes of a payload: enough for people

Bytes beginning_of(std::string_view payload) {
  const auto bytes = std::as_bytes(std::span(payload.substr(0, shown)));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

void Tracers::set(const Pid& tracer, bool on) {
  const Key key{tracer.slot, tracer.incarnation};
  if (on) {
    lost_.try_emplace(key, 0);
  } else {
    lost_.erase(key);
  }
}

void Tracers::tell(Process& process, Direction direction, std::string_view kind, std::string_view message,
                   const Pid& peer, std::string_view payload) {
  sys::TraceEvent event{direction, std::string(kind), std::string(message), peer, beginning_of(payload)};
  for (auto tracer = lost_.begin(); tracer != lost_.end();) {
    const Pid pid{tracer->first.first, tracer->first.second};
    event.lost = tracer->second;
    const auto told = process.send(
        pid, {.kind = ipc::Kind::info, .message = wire_id<sys::TraceEvent>, .payload = to_bytes(event)},
        ipc::no_patience);
    if (!told && told.error().kind == SendError::Kind::noproc) {
      tracer = lost_.erase(tracer);
      continue;
    }
    tracer->second = told ? 0 : tracer->second + 1;
    ++tracer;
  }
}

}  // namespace ninelives::detail
