// What can be said to a server: the messages that it answers (Calls, with the type of the reply), those that
// it only takes (Casts), and those that reach it out of band (Infos). A protocol is a struct of these lists
// in a header of its own, which is all that a client includes:
//
//   struct KvApi {
//     using Calls = ninelives::Calls<std::optional<std::string>(Get)>;
//     using Casts = ninelives::Casts<Put>;
//   };
#pragma once
#include <array>
#include <boost/describe.hpp>  // the macro by which users describe their messages
#include <boost/mp11.hpp>
#include <type_traits>

#include <ninelives/ipc/codec.hpp>

namespace ninelives {

template <class... Signatures>
struct Calls;  // Calls<Reply(Message)...>; a Reply of void says only that the server has handled the call

template <class... Replies, class... Messages>
struct Calls<Replies(Messages)...> {
  static_assert(
      (Message<Messages> && ...),
      "every message is a default-constructible struct, described with BOOST_DESCRIBE_STRUCT (one without "
      "fields needs no description)");
  static_assert(
      ((std::is_void_v<Replies> || Encodable<Replies>) && ...),
      "every reply is void or something that the codec knows: described structs, strings, numbers, optional, "
      "vector, map, variant, expected");
};

template <class... Messages>
struct Casts {
  static_assert(
      (Message<Messages> && ...),
      "every message is a default-constructible struct, described with BOOST_DESCRIBE_STRUCT (one without "
      "fields needs no description)");
};

template <class... Messages>
struct Infos {
  static_assert(
      (Message<Messages> && ...),
      "every message is a default-constructible struct, described with BOOST_DESCRIBE_STRUCT (one without "
      "fields needs no description)");
};

template <class P>
concept Protocol =
    requires { typename P::Calls; } || requires { typename P::Casts; } || requires { typename P::Infos; };

namespace detail {

template <class List>
struct Split {
  using Messages = boost::mp11::mp_list<>;
  using Replies = boost::mp11::mp_list<>;
};
template <class... R, class... M>
struct Split<Calls<R(M)...>> {
  using Messages = boost::mp11::mp_list<M...>;
  using Replies = boost::mp11::mp_list<R...>;
};
template <class... M>
struct Split<Casts<M...>> {
  using Messages = boost::mp11::mp_list<M...>;
};
template <class... M>
struct Split<Infos<M...>> {
  using Messages = boost::mp11::mp_list<M...>;
};

template <class P>
struct CallsOf : Split<void> {};
template <class P>
  requires requires { typename P::Calls; }
struct CallsOf<P> : Split<typename P::Calls> {};

template <class P>
struct CastsOf : Split<void> {};
template <class P>
  requires requires { typename P::Casts; }
struct CastsOf<P> : Split<typename P::Casts> {};

template <class P>
struct InfosOf : Split<void> {};
template <class P>
  requires requires { typename P::Infos; }
struct InfosOf<P> : Split<typename P::Infos> {};

template <class P>
using CallMessages = typename CallsOf<P>::Messages;
template <class P>
using CastMessages = typename CastsOf<P>::Messages;
template <class P>
using InfoMessages = typename InfosOf<P>::Messages;

struct NoSuchCall {
};  // keeps the return type of call() well-formed, so that the concept is what the compiler names

template <class P, class M>
struct ReplyOf {
  using type = NoSuchCall;
};
template <class P, class M>
  requires boost::mp11::mp_contains<CallMessages<P>, M>::value
struct ReplyOf<P, M> {
  using type = boost::mp11::mp_at<typename CallsOf<P>::Replies, boost::mp11::mp_find<CallMessages<P>, M>>;
};

template <class... M>
constexpr bool are_messages(boost::mp11::mp_list<M...>) {
  return (Message<M> && ...);
}
template <class P>
constexpr bool has_sound_messages() {
  return are_messages(CallMessages<P>{}) && are_messages(CastMessages<P>{}) &&
         are_messages(InfoMessages<P>{});
}

template <class... M>
constexpr bool distinct_ids(boost::mp11::mp_list<M...>) {
  std::array<std::uint32_t, sizeof...(M) + 1> id{wire_id<M>...};
  for (std::size_t i = 0; i < sizeof...(M); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (id[i] == id[j]) return false;
    }
  }
  return true;
}

}  // namespace detail

template <class P, class M>
concept DeclaresCall = Protocol<P> && boost::mp11::mp_contains<detail::CallMessages<P>, M>::value;
template <class P, class M>
concept DeclaresCast = Protocol<P> && boost::mp11::mp_contains<detail::CastMessages<P>, M>::value;
template <class P, class M>
concept DeclaresInfo = Protocol<P> && boost::mp11::mp_contains<detail::InfoMessages<P>, M>::value;

template <class P, class M>
using ReplyTo = typename detail::ReplyOf<P, M>::type;

}  // namespace ninelives
