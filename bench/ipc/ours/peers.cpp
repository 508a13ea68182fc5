#include "bench/ipc/ours/peers.hpp"

#include <stdexcept>

namespace ninelives::bench {
namespace {

bool is_reply_to(const Lookup& lookup, const std::string& reply) { return reply == lookup.key; }
template <class Carrier>
bool is_reply_to(const Carrier& carrier, std::uint64_t reply) {
  return reply == carrier.bytes.size();
}

template <class Result>
void expect(const Result& result) {
  if (result) return;
  throw std::runtime_error(std::string(to_string(result.error().kind)) + ": " + result.error().text);
}

// The caller's end, with the server moved to where the setting wants it.
template <class Message>
class OurCall : public RoundTrips {
 public:
  OurCall(const BenchNode& node, const Setting& setting, Message message,
          Ref<EchoApi> server = whereis<EchoApi>(BenchNode::server))
      : node_(node.attach()), server_(std::move(server)), message_(std::move(message)) {
    expect(server_.call(UseCores{cores_for(setting.placement, Side::server)}));
    const auto reply = server_.call(message_);
    expect(reply);
    if (!is_reply_to(message_, *reply)) throw std::runtime_error("the server answers something else");
  }

  void round_trip() override { expect(server_.call(message_)); }

 private:
  Node node_;
  Ref<EchoApi> server_;
  Message message_;
};

class OurSender : public CastSender {
 public:
  explicit OurSender(const BenchNode& node) : node_(node.attach()) {}
  void send() override { expect(server_.cast(note_)); }

 private:
  Node node_;
  Ref<EchoApi> server_ = whereis<EchoApi>(BenchNode::server);
  Note note_{std::string(cast_bytes, 'x')};
};

class OurCasts : public Casts {
 public:
  OurCasts(const BenchNode& node, Placement placement) : node_(node), placement_(placement) {}

  std::unique_ptr<CastSender> sender() override { return std::make_unique<OurSender>(node_); }
  void await_batch() override {
    if (!waiter_) become_waiter();
    expect(server_.call(AwaitNotes{casts_per_batch}, infinity));
  }

 private:
  // Not before the senders were forked: a process of a node may not fork others.
  void become_waiter() {
    waiter_.emplace(node_.attach());
    expect(server_.call(UseCores{cores_for(placement_, Side::server)}));
  }

  const BenchNode& node_;
  Placement placement_;
  std::optional<Node> waiter_;
  Ref<EchoApi> server_ = whereis<EchoApi>(BenchNode::server);
};

}  // namespace

CallPeer our_lookup(const BenchNode& node) {
  return {"ninelives call", [&node](const Setting& setting) {
            return std::make_unique<OurCall<Lookup>>(node, setting, Lookup{"a key, 15 bytes"});
          }};
}

CallPeer our_lookup_via_registry(const BenchNode& node) {
  return {"ninelives call through a registry", [&node](const Setting& setting) {
            return std::make_unique<OurCall<Lookup>>(
                node, setting, Lookup{"a key, 15 bytes"},
                whereis<EchoApi>(via(BenchNode::registry, BenchNode::server_key)));
          }};
}

CallPeer our_store(const BenchNode& node) {
  return {"ninelives call", [&node](const Setting& setting) {
            return std::make_unique<OurCall<Store>>(node, setting,
                                                    Store{std::string(setting.request_bytes, 'x')});
          }};
}

CallPeer our_inspect(const BenchNode& node) {
  return {"ninelives call, read in place", [&node](const Setting& setting) {
            static std::string bytes;
            bytes.assign(setting.request_bytes, 'x');
            return std::make_unique<OurCall<Inspect>>(node, setting, Inspect{bytes});
          }};
}

CastPeer our_casts(const BenchNode& node) {
  return {"ninelives cast",
          [&node](Placement placement) { return std::make_unique<OurCasts>(node, placement); }};
}

}  // namespace ninelives::bench
