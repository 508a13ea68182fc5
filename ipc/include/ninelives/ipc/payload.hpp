// What a message carries, before it is sent: bytes that lie ready, or a value that is written where its bytes
// belong. Large ones are written straight into shared memory, which spares a copy of them. Owns nothing: what
// it is made from must outlive it.
#pragma once
#include <concepts>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

namespace ninelives::ipc {

class Payload {
 public:
  // Writes the bytes of `value`; there is exactly as much room as was said. May throw: nothing is sent then.
  using Write = void (*)(const void* value, std::span<char> to);

  Payload() = default;
  template <std::convertible_to<std::string_view> Text>
  Payload(const Text& bytes) : Payload(std::string_view(bytes).data(), std::string_view(bytes).size()) {}
  Payload(std::size_t size, const void* value, Write write) : value_(value), size_(size), write_(write) {}

  std::size_t size() const { return size_; }
  void write_to(void* place) const {
    if (write_) {
      write_(value_, {static_cast<char*>(place), size_});
    } else if (size_ > 0) {
      std::memcpy(place, value_, size_);
    }
  }

 private:
  Payload(const char* bytes, std::size_t size) : value_(bytes), size_(size) {}

  const void* value_ = nullptr;  // without `write_`, the bytes themselves
  std::size_t size_ = 0;
  Write write_ = nullptr;
};

}  // namespace ninelives::ipc
