// send_request and what belongs to it, multi_call; answers given by others.
#include <catch2/catch.hpp>

#include <ninelives/failure.hpp>
#include <ninelives/test.hpp>

#include "tests/worker/parrot.hpp"

namespace ninelives::test {
namespace {

using namespace std::chrono_literals;
using What = Do::What;
using Words = std::vector<std::string>;

struct Stage {
  Node node;
  Parrot& a = node.start<Parrot>("a");
  Parrot& b = node.start<Parrot>("b");
  Ref<ParrotApi> ref_a = whereis<ParrotApi>("a");
  Ref<ParrotApi> ref_b = whereis<ParrotApi>("b");
};

}  // namespace

TEST_CASE("A reply that is an error and a call without one are one failure, and any other reply is a value") {
  enum class Refusal { sold_out, closed };
  using Said = std::expected<int, Refusal>;
  using Reply = std::expected<Said, CallError>;
  CHECK(flat(Reply(Said(7))) == 7);
  const auto refused = flat(Reply(Said(std::unexpected(Refusal::closed))));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().is(Refusal::closed));
  CHECK_FALSE(refused.error().is(Refusal::sold_out));
  CHECK_FALSE(refused.error().is(CallError::Kind::down));
  const auto silent = flat(Reply(std::unexpected(CallError{CallError::Kind::down, "it died"})));
  REQUIRE_FALSE(silent);
  CHECK(silent.error().is(CallError::Kind::down));
  CHECK_FALSE(silent.error().is(Refusal::sold_out));

  using Done = std::expected<void, Refusal>;
  CHECK(flat(std::expected<Done, CallError>()));
  CHECK_FALSE(flat(std::expected<Done, CallError>(Done(std::unexpected(Refusal::closed)))));
}

TEST_CASE("gen_server_SUITE send_request: wait keeps the request when the time is over, receive ends it") {
  Stage stage;
  auto waits = stage.ref_a.send_request(Do{What::reply_later});
  CHECK_FALSE(waits.wait(10ms));
  CHECK_FALSE(waits.wait(10ms));
  REQUIRE(stage.ref_a.cast(Answer{}));
  CHECK(**waits.wait() == "late");
  CHECK_FALSE(waits);

  auto receives = stage.ref_a.send_request(Do{What::reply_later});
  CHECK(receives.receive(10ms).error().kind == CallError::Kind::timeout);
  CHECK_FALSE(receives);
}

TEST_CASE("gen_server_SUITE send_request: several are under way at once and end in any order") {
  Stage stage;
  auto slow = stage.ref_a.send_request(Do{What::reply_later});
  auto fast = stage.ref_b.send_request(Do{What::reply});
  CHECK(*fast.receive() == "done");
  REQUIRE(stage.ref_a.cast(Answer{}));
  CHECK(*slow.receive() == "late");
}

TEST_CASE("gen_server_SUITE send_request: whom it cannot reach and who dies are outcomes") {
  Stage stage;
  auto nobody = whereis<ParrotApi>("nobody").send_request(Do{});
  CHECK(nobody.receive().error().kind == CallError::Kind::noproc);
  auto dying = stage.ref_a.send_request(Do{What::stop});
  CHECK(dying.receive().error().reason == ExitReason::error("told to"));
}

TEST_CASE("gen_server_SUITE send_request: a server takes its response as an info") {
  Stage stage;
  REQUIRE(stage.ref_a.cast(Ask{"b"}));
  REQUIRE(stage.ref_a.cast(Ask{"nobody"}));
  stage.node.run();
  CHECK(stage.a.heard == Words{"response done", "response noproc"});
}

TEST_CASE("Of a collection, whichever has its outcome comes first, with its label") {
  Stage stage;
  RequestCollection<std::string, int> requests;
  requests.add(stage.ref_a.send_request(Do{What::reply_later}), 1);
  requests.add(stage.ref_b.send_request(Do{What::reply}), 2);
  requests.add(whereis<ParrotApi>("nobody").send_request(Do{}), 3);
  REQUIRE(requests.size() == 3);
  std::vector<int> labels;
  for (int i = 0; i < 2; ++i) labels.push_back(requests.wait()->label);
  std::ranges::sort(labels);
  CHECK(labels == std::vector{2, 3});
  CHECK_FALSE(requests.wait(10ms));
  REQUIRE(stage.ref_a.cast(Answer{}));
  const auto last = requests.wait();
  CHECK(last->label == 1);
  CHECK(*last->outcome == "late");
  CHECK(requests.empty());
  CHECK_FALSE(requests.wait());
}

TEST_CASE("gen_server_SUITE multicall: the replies, and who has given none") {
  Stage stage;
  const std::vector all{stage.ref_a, stage.ref_b, Ref<ParrotApi>("nobody")};
  const auto result = multi_call<ParrotApi>(all, Do{What::reply}, 1s);
  REQUIRE(result.replies.size() == 2);
  CHECK(result.replies[0].first.name() == "a");
  CHECK(result.replies[1].second == "done");
  REQUIRE(result.bad.size() == 1);
  CHECK(result.bad[0].first.name() == "nobody");
  CHECK(result.bad[0].second.kind == CallError::Kind::noproc);
}

TEST_CASE("gen_server_SUITE multicall_down: one that dies and one that is too slow are bad") {
  Stage stage;
  const std::vector all{stage.ref_a, stage.ref_b};
  CHECK(multi_call<ParrotApi>(all, Do{What::reply_later}, 100ms).bad.size() == 2);
  const auto result = multi_call<ParrotApi>(all, Do{What::stop}, 100ms);
  REQUIRE(result.bad.size() == 2);
  CHECK(result.bad[0].second.kind == CallError::Kind::down);
}

// ---- a From is a value

namespace {

struct Deed {
  From<std::string> from;
};
BOOST_DESCRIBE_STRUCT(Deed, (), (from))
struct ClerkApi {
  using Casts = ninelives::Casts<Deed>;
};
// Answers what others were asked.
struct Clerk : GenServer<ClerkApi> {
  void handle_cast(const Deed& deed) { deed.from.reply("by the clerk"); }
};
struct OfficeApi {
  using Calls = ninelives::Calls<std::string(Do)>;
};
struct Office : GenServer<OfficeApi> {
  CallResult<std::string> handle_call(const Do&, From<std::string> from) {
    (void)whereis<ClerkApi>("clerk").cast(Deed{from});
    return noreply();
  }
};

}  // namespace

TEST_CASE("gen_server_SUITE reply: somebody else may answer for a server") {
  Node node;
  node.start<Office>("office");
  const auto office = whereis<OfficeApi>("office");
  SECTION("who is there") {
    node.start<Clerk>("clerk");
    CHECK(*office.call(Do{}) == "by the clerk");
  }
  SECTION("but not for one that has ended") {
    auto request = office.send_request(Do{});
    node.run();
    node.kill("office");
    node.start<Clerk>("clerk");
    CHECK(request.receive().error().reason == ExitReason::killed());
  }
}

}  // namespace ninelives::test
