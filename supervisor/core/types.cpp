#include "supervisor/core/types.hpp"

#include <utility>

namespace ninelives::supervisor {

std::string_view to_string(ChildState state) {
  switch (state) {
    case ChildState::stopped:
      return "stopped";
    case ChildState::starting:
      return "starting";
    case ChildState::running:
      return "running";
    case ChildState::stopping:
      return "stopping";
    case ChildState::restarting:
      return "restarting";
    case ChildState::gone:
      return "gone";
  }
  std::unreachable();
}

std::string_view to_string(Ending ending) {
  switch (ending) {
    case Ending::normal:
      return "normal";
    case Ending::shutdown:
      return "shutdown";
    case Ending::shutdown_with_text:
      return "shutdown_with_text";
    case Ending::killed:
      return "killed";
    case Ending::ignored:
      return "ignored";
    case Ending::abnormal:
      return "abnormal";
  }
  std::unreachable();
}

std::string process_name(ChildNumber child, Life life) {
  return std::to_string(child) + "/" + std::to_string(life);
}

}  // namespace ninelives::supervisor
