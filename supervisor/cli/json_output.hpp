// A message as one line of JSON: what has a form on the wire has one for scripts.
#pragma once
#include <iostream>

#include <ninelives/ipc/codec.hpp>

#include "supervisor/cli/json_bridge.hpp"

namespace ninelives::supervisor {

template <class T>
void print_json(const T& message) {
  std::cout << json_from_msgpack(to_bytes(message)).value() << '\n';
}

}  // namespace ninelives::supervisor
