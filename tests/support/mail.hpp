// Small words for tests that play with endpoints.
#pragma once
#include <chrono>
#include <stdexcept>
#include <string_view>
#include <sys/resource.h>

#include "ipc/endpoint.hpp"

namespace ninelives::test {

inline ipc::Message cast(const ipc::Payload& payload) {
  return {.kind = ipc::Kind::cast, .payload = payload};
}

// The next message, waited for: next() alone may leave a bell of the ring that it polls for wait() to find.
// Null after a bound that is far beyond any scheduling delay, and far below the backstop, which must not be
// what helps.
inline const ipc::Received* await(ipc::Endpoint& endpoint,
                                  std::chrono::nanoseconds bound = std::chrono::seconds(10)) {
  const ipc::Deadline deadline = ipc::deadline_after(bound);
  do {
    if (const ipc::Received* received = endpoint.next()) return received;
    endpoint.wait(deadline);
  } while (ipc::Clock::now() < deadline);
  return endpoint.next();
}

// While it lives, this process can open no file.
class OutOfFiles {
 public:
  OutOfFiles() {
    if (::getrlimit(RLIMIT_NOFILE, &before_) != 0) throw std::runtime_error("getrlimit");
    const rlimit none{0, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  OutOfFiles(const OutOfFiles&) = delete;
  OutOfFiles& operator=(const OutOfFiles&) = delete;
  ~OutOfFiles() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace ninelives::test
