// `ninelives which-children` and `count-children`: what a supervisor says of its children, where `ls` reads
// the table.
#include <iostream>

#include "supervisor/cli/client.hpp"
#include "supervisor/cli/columns.hpp"
#include "supervisor/cli/commands.hpp"
#include "supervisor/cli/json_output.hpp"

namespace ninelives::supervisor {
namespace {

using supervision::ChildCounts;
using supervision::ChildInfo;

template <class Request>
std::expected<typename Request::Reply, std::string> ask(const SupervisorOptions& options) {
  const auto client = Client::attach(options.node);
  if (!client) return std::unexpected(client.error());
  const auto supervisor = client->find_supervisor(options.supervisor);
  if (!supervisor) return std::unexpected(supervisor.error());
  return client->ask(supervisor->owner, Request{}, options.timeout);
}

std::string word(ChildInfo::Process process) { return boost::describe::enum_to_string(process, "unknown"); }

void print(const std::vector<ChildInfo>& children) {
  Columns columns({"ID", "NAME", "TYPE", "PROCESS", "PID"});
  for (const ChildInfo& child : children) {
    columns.add({child.id, child.name, to_string(child.type), word(child.process),
                 child.pid ? to_string(child.pid) : "-"});
  }
  std::cout << columns;
}

void print(const ChildCounts& counts) {
  std::cout << "specs        " << counts.specs << "\nactive       " << counts.active << "\nsupervisors  "
            << counts.supervisors << "\nworkers      " << counts.workers << '\n';
}

template <class Request>
int show(const SupervisorOptions& options) {
  const auto reply = ask<Request>(options);
  if (!reply) return fail(exit_failed, reply.error());
  options.json ? print_json(*reply) : print(*reply);
  return exit_ok;
}

}  // namespace

int which_children(const SupervisorOptions& options) { return show<supervision::WhichChildren>(options); }
int count_children(const SupervisorOptions& options) { return show<supervision::CountChildren>(options); }

}  // namespace ninelives::supervisor
