// The reason of its end, as a process itself writes it into its box before it exits. Its supervisor believes
// it if the wait status agrees.
#pragma once
#include <algorithm>
#include <cstring>
#include <optional>

#include <ninelives/ipc/exit_reason.hpp>
#include <ninelives/ipc/pid.hpp>

#include "ipc/layout.hpp"

namespace ninelives::ipc {

// The incarnation comes last and says that the rest is whole.
inline void write_last_words(Status& status, Incarnation life, const ExitReason& reason) {
  status.end_kind = static_cast<std::uint8_t>(reason.kind);
  status.end_core = reason.core ? 1 : 0;
  status.end_number = reason.number;
  const std::size_t length = std::min(reason.text.size(), status.end_text.size() - 1);
  std::memcpy(status.end_text.data(), reason.text.data(), length);
  status.end_text[length] = '\0';
  status.end_incarnation.store(life, std::memory_order::release);
}

// Nothing if that very life has not written any.
inline std::optional<ExitReason> read_last_words(const Status& status, Incarnation life) {
  if (status.end_incarnation.load(std::memory_order::acquire) != life) return std::nullopt;
  return ExitReason{
      .kind = static_cast<ExitReason::Kind>(status.end_kind),
      .core = status.end_core != 0,
      .number = status.end_number,
      .text = std::string(status.end_text.data(), ::strnlen(status.end_text.data(), status.end_text.size()))};
}

}  // namespace ninelives::ipc
