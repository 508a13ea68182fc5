#include "supervisor/node/nested.hpp"

#include <boost/asio/io_context.hpp>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "ipc/last_words.hpp"
#include "ipc/launch_environment.hpp"
#include "supervisor/node/handover.hpp"
#include "supervisor/node/remote_places.hpp"
#include "supervisor/node/supervisor_process.hpp"
#include "supervisor/os/descendants.hpp"
#include "supervisor/os/file_limit.hpp"
#include "supervisor/os/signals.hpp"

namespace ninelives::supervisor {
namespace {

// How it answers to the supervisor above: ready by mail, its reason by its box.
void tell_ready(SupervisorProcess& supervisor, const Rows& rows, const Pid& me) {
  const Slot above = rows.view().row(me.slot).supervisor.load();
  static_cast<void>(supervisor.endpoint().send(ipc::Owner{above, rows.view().owner_inc(above)},
                                               {.kind = ipc::Kind::ready}, ipc::for_ever));
}

// OTP's: whatever ends a supervisor that has started is `shutdown`.
ExitReason reason_of(const Outcome& outcome, const SupervisorProcess& supervisor) {
  if (const auto* failed = std::get_if<FailedToStart>(&outcome)) {
    return ExitReason::shutdown("failed_to_start_child: " + supervisor.child_name(failed->child) + ": " +
                                to_string(supervisor.last_reason(failed->child)));
  }
  return ExitReason::shutdown();
}

template <class Number>
bool read_number(const char* name, Number& number) {
  const char* text = std::getenv(name);
  if (text == nullptr) return false;
  const char* end = text + std::strlen(text);
  return end != text && std::from_chars(text, end, number).ptr == end;
}

}  // namespace

std::expected<int, std::string> supervise() {
  const char* node = std::getenv(ipc::env_node);
  Pid me;
  if (node == nullptr || !read_number(ipc::env_slot, me.slot) ||
      !read_number(ipc::env_incarnation, me.incarnation)) {
    return std::unexpected(
        "a supervisor below the root is launched by the one above it; see `ninelives run`");
  }
  auto handover = read_handover();
  if (!handover) return std::unexpected(handover.error().text);
  become_subreaper();
  raise_file_limit();

  auto files = ipc::NodeFiles::open(node);
  if (!files) return std::unexpected(files.error().text);
  auto table = ipc::TableWriter::open(*files);
  if (!table) return std::unexpected(table.error().text);
  auto places = RemotePlaces::connect(*files, me.slot);
  if (!places) return std::unexpected(places.error().text);
  EventLog events;
  if (!handover->events.empty()) {
    if (auto opened = EventLog::open(handover->events, table->view().node())) events = std::move(*opened);
  }

  boost::asio::io_context io{1};
  Rows rows(*files, std::move(*table));
  SupervisorProcess supervisor(io, rows, *places, events, {me, handover->name}, std::move(handover->spec));
  if (auto opened = supervisor.open(); !opened) return std::unexpected(opened.error().text);
  const Signals signals(io, {SIGTERM, SIGINT, SIGHUP}, [&](int number) { supervisor.on_signal(number); });
  const Outcome outcome = supervisor.run([&] { tell_ready(supervisor, rows, me); });
  const ExitReason reason = reason_of(outcome, supervisor);
  ipc::write_last_words(supervisor.endpoint().status(), me.incarnation, reason);
  return exit_code(reason);
}

}  // namespace ninelives::supervisor
