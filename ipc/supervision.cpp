#include <boost/describe/enum_to_string.hpp>

#include <ninelives/ipc/supervision.hpp>

namespace ninelives::supervision {

std::string to_string(const ChildError& error) {
  std::string text = boost::describe::enum_to_string(error.kind, "unknown");
  if (error.pid) text += ' ' + ninelives::to_string(error.pid);
  if (!error.text.empty()) text += ": " + error.text;
  return text;
}

}  // namespace ninelives::supervision
