#include <ninelives/ipc/pid.hpp>

namespace ninelives {

std::string to_string(const Pid& pid) {
  return "<" + std::to_string(pid.slot) + "." + std::to_string(pid.incarnation) + ">";
}

}  // namespace ninelives
