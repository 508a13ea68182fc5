#include "supervisor/cli/tried.hpp"

#include <iostream>

#include "supervisor/cli/json_output.hpp"

namespace ninelives::supervisor {

int tell(const Tried<supervision::Started>& started, Shows shows, bool as_json) {
  if (!started) return fail(exit_failed, started.error());
  if (as_json) {
    print_json(*started);
  } else if (!started->pid) {
    return fail(exit_ok, "the child has nothing to do and does not run: its init says `ignore`");
  } else {
    if (shows == Shows::name_and_info) std::cout << started->name << '\n';
    if (!started->info.empty()) std::cout << started->info << '\n';
  }
  return exit_ok;
}

}  // namespace ninelives::supervisor
