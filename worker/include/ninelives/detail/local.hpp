// A value of any type that never leaves its process: what a server sends to itself.
#pragma once
#include <memory>
#include <string_view>
#include <type_traits>
#include <typeinfo>

#include <ninelives/ipc/name.hpp>

namespace ninelives::detail {

class Local {
 public:
  Local() = default;  // nothing
  template <class M>
    requires(!std::same_as<std::remove_cvref_t<M>, Local>)
  explicit Local(M&& message)
      : type_(&typeid(std::remove_cvref_t<M>)),
        name_(wire_name<std::remove_cvref_t<M>>),
        message_(std::make_shared<std::remove_cvref_t<M>>(std::forward<M>(message))) {}

  explicit operator bool() const { return type_ != nullptr; }
  std::string_view name() const { return name_; }
  // Null: it is something else.
  template <class M>
  const M* get() const {
    return type_ && *type_ == typeid(M) ? static_cast<const M*>(message_.get()) : nullptr;
  }

 private:
  const std::type_info* type_ = nullptr;
  std::string_view name_;
  std::shared_ptr<const void> message_;
};

}  // namespace ninelives::detail
