// What a registry is asked, and what it answers; and what its listeners hear. C++ clients have
// <ninelives/registry.hpp>, the shell calls it with these: `ninelives call sessions lookup '{"key":
// "alice"}'`.
#pragma once
#include <boost/describe.hpp>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include <ninelives/ipc/encoded.hpp>
#include <ninelives/ipc/pid.hpp>
#include <ninelives/protocol.hpp>

namespace ninelives::registry {

struct Refusal {
  enum class Kind : std::uint8_t {
    already_registered,  // by `pid`, which is alive
    not_registered,      // the caller has no such key
    invalid,             // where OTP raises: not for this kind of registry
    too_large,           // the key or the value
    no_space,            // the node's tmpfs, or the registry, is full
  };
  Kind kind = Kind::invalid;
  Pid pid = {};
  std::string text = {};  // for people
  friend bool operator==(const Refusal&, const Refusal&) = default;
};
BOOST_DESCRIBE_ENUM(Refusal::Kind, already_registered, not_registered, invalid, too_large, no_space)
BOOST_DESCRIBE_STRUCT(Refusal, (), (kind, pid, text))
std::string to_string(const Refusal& refusal);  // "already_registered <3.1>", "too_large: ..."

struct Ok {
  friend bool operator==(const Ok&, const Ok&) = default;
};
using Done = std::expected<Ok, Refusal>;

// ---- the caller's own entries

struct RegisterName {
  using Reply =
      std::expected<Pid, Refusal>;  // the registry's own Pid, which the caller depends on from now on
  Encoded key = {};
  Encoded value = {};
};
BOOST_DESCRIBE_STRUCT(RegisterName, (), (key, value))
struct UnregisterName {
  using Reply = Ok;
  Encoded key = {};
};
BOOST_DESCRIBE_STRUCT(UnregisterName, (), (key))
struct UpdateValue {
  using Reply = Done;
  Encoded key = {};
  Encoded value = {};
};
BOOST_DESCRIBE_STRUCT(UpdateValue, (), (key, value))

// ---- questions; what shared memory answers without the registry, for those who have no access to it, or
// found it changing all the time

struct Entry {
  Pid pid = {};
  Encoded key = {};
  Encoded value = {};
  friend bool operator==(const Entry&, const Entry&) = default;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (pid, key, value))
struct Lookup {
  using Reply = std::vector<Entry>;
  Encoded key = {};
};
BOOST_DESCRIBE_STRUCT(Lookup, (), (key))
struct EntriesOf {
  using Reply = std::vector<Entry>;
  Pid pid = {};
};
BOOST_DESCRIBE_STRUCT(EntriesOf, (), (pid))
struct Count {
  using Reply = std::uint64_t;
};

// ---- the registry's own metadata

struct PutMeta {
  using Reply = Done;
  Encoded key = {};
  Encoded value = {};
};
BOOST_DESCRIBE_STRUCT(PutMeta, (), (key, value))
struct Meta {
  using Reply = std::optional<Encoded>;
  Encoded key = {};
};
BOOST_DESCRIBE_STRUCT(Meta, (), (key))
struct DeleteMeta {
  using Reply = Ok;
  Encoded key = {};
};
BOOST_DESCRIBE_STRUCT(DeleteMeta, (), (key))

// ---- locks: one for each key, held by one process at a time

// The answer comes when the caller holds it. `invalid`: it does already.
struct Lock {
  using Reply = Done;
  Encoded key = {};
};
BOOST_DESCRIBE_STRUCT(Lock, (), (key))
struct Unlock {
  using Reply = Ok;
  Encoded key = {};
};
BOOST_DESCRIBE_STRUCT(Unlock, (), (key))

// ---- what listeners hear

struct Register {
  std::string registry = {};
  Encoded key = {};
  Pid pid = {};
  Encoded value = {};
  friend bool operator==(const Register&, const Register&) = default;
};
BOOST_DESCRIBE_STRUCT(Register, (), (registry, key, pid, value))
struct Unregister {
  std::string registry = {};
  Encoded key = {};
  Pid pid = {};
  friend bool operator==(const Unregister&, const Unregister&) = default;
};
BOOST_DESCRIBE_STRUCT(Unregister, (), (registry, key, pid))

// What a listener's own protocol has to have among its Infos.
struct ListenerApi {
  using Infos = ninelives::Infos<Register, Unregister>;
};

template <class... Requests>
using CallsOf = ninelives::Calls<typename Requests::Reply(Requests)...>;
struct Api {
  using Calls = CallsOf<RegisterName, UnregisterName, UpdateValue, Lookup, EntriesOf, Count, Meta, PutMeta,
                        DeleteMeta, Lock, Unlock>;
};

}  // namespace ninelives::registry
