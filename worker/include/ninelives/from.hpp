// Whom to answer: a value that a server keeps to answer later, copies, or sends to somebody else who answers
// for it (gen_server:reply/2).
#pragma once
#include <boost/describe.hpp>
#include <cstdint>
#include <string_view>

#include <ninelives/ipc/codec.hpp>
#include <ninelives/ipc/pid.hpp>

namespace ninelives {

namespace detail {

struct Caller {
  Pid server =
      {};  // that was called, and through which another's answer goes: the caller listens to it alone
  Pid pid = {};
  std::uint64_t ref = 0;
};
BOOST_DESCRIBE_STRUCT(Caller, (), (server, pid, ref))

void send_reply(const Caller& caller, std::string_view payload);
constexpr std::string_view nil = "\xc0";  // the reply of a void call, in msgpack

}  // namespace detail

// To answer twice does no harm, the second is not seen; to answer a caller that has given up does none
// either. An answer for a server that has ended reaches nobody: its caller has heard of that end.
template <class R>
class From {
 public:
  From() = default;
  explicit From(const detail::Caller& caller) : caller_(caller) {}

  const Pid& pid() const { return caller_.pid; }
  void reply(const R& value) const { detail::send_reply(caller_, to_bytes(value)); }

 private:
  friend struct Wire<From>;
  detail::Caller caller_;
};
template <>
class From<void> {
 public:
  From() = default;
  explicit From(const detail::Caller& caller) : caller_(caller) {}

  const Pid& pid() const { return caller_.pid; }
  void reply() const { detail::send_reply(caller_, detail::nil); }

 private:
  friend struct Wire<From>;
  detail::Caller caller_;
};

template <class R>
struct Wire<From<R>> {
  static void encode(Writer& writer, const From<R>& from) {
    Wire<detail::Caller>::encode(writer, from.caller_);
  }
  static void decode(Reader& reader, From<R>& from) { Wire<detail::Caller>::decode(reader, from.caller_); }
};

}  // namespace ninelives
