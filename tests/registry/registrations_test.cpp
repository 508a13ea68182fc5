// Who may stand under which key, decided in a node without processes.
#include "worker/registry/registrations.hpp"

#include <catch2/catch.hpp>

#include "ipc/registry_view.hpp"
#include "tests/support/test_node.hpp"

namespace ninelives::registry {
namespace {

using ipc::RegistryKeys;
using test::TestNode;
using Strings = std::vector<std::string>;

Encoded key(std::string_view text) { return Encoded::from(text); }

struct Registry final : Changes {
  explicit Registry(RegistryKeys keys = RegistryKeys::unique)
      : registrations(
            me, TestNode::must(ipc::RegistryWriter::create(node.files, node.owner(me), me.incarnation, keys)),
            [this](const Pid& pid) { return !node.table.view().state(pid.slot).is_over(pid.incarnation); },
            *this),
        view(TestNode::must(ipc::RegistryView::open(node.files, node.table.view(), me))) {}

  void registered(const Encoded& key, const Pid& owner, const Encoded& value) override {
    changes.push_back("+" + key.as<std::string>().value() + to_string(owner) +
                      value.as<std::string>().value());
  }
  void unregistered(const Encoded& key, const Pid& owner) override {
    changes.push_back("-" + key.as<std::string>().value() + to_string(owner));
  }
  Pid find(std::string_view name) { return view.find({ipc::RegistrySpace::keys, key(name).bytes}).value(); }

  TestNode node;
  Pid me = node.add("registry");
  Pid first = node.add("first");
  Pid second = node.add("second");
  Registrations registrations;
  ipc::RegistryView view;
  Strings changes;
};

}  // namespace

TEST_CASE("registry: the key of a dead owner is free although its death was not heard of yet") {
  Registry registry;
  REQUIRE(registry.registrations.add(registry.first, key("k"), key("1")));
  const auto refused = registry.registrations.add(registry.second, key("k"), key("2"));
  CHECK(refused.error() == Refusal{Refusal::Kind::already_registered, registry.first});

  registry.node.end(registry.first, ipc::RowState::restarting);
  REQUIRE(registry.registrations.add(registry.second, key("k"), key("2")));
  CHECK(registry.find("k") == registry.second);
  registry.registrations.remove_all(registry.first);  // and now it is heard of
  CHECK(registry.find("k") == registry.second);
  CHECK(registry.changes == Strings{"+k" + to_string(registry.first) + "1", "-k" + to_string(registry.first),
                                    "+k" + to_string(registry.second) + "2"});
}

TEST_CASE("registry: the next life of an owner has nothing of the former one's") {
  Registry registry;
  REQUIRE(registry.registrations.add(registry.first, key("k"), key("1")));
  const Pid next = registry.node.restart(registry.first);
  CHECK(registry.registrations.update(next, key("k"), key("2")).error().kind ==
        Refusal::Kind::not_registered);
  REQUIRE(registry.registrations.add(next, key("k"), key("3")));
  registry.registrations.remove_all(registry.first);
  CHECK(registry.find("k") == next);
  CHECK(registry.registrations.has_any(next));
  CHECK_FALSE(registry.registrations.has_any(registry.first));
}

TEST_CASE("registry: listeners hear of each change in its order, and of nothing that was refused") {
  Registry registry(RegistryKeys::duplicate);
  const std::string pid = to_string(registry.first);
  REQUIRE(registry.registrations.add(registry.first, key("k"), key("1")));
  REQUIRE(registry.registrations.add(registry.first, key("k"), key("2")));
  REQUIRE(registry.registrations.add(registry.first, key("l"), key("3")));
  registry.registrations.remove(registry.second, key("k"));
  registry.registrations.remove(registry.first, key("k"));
  CHECK_FALSE(registry.registrations.update(registry.first, key("l"), key("4")));
  CHECK_FALSE(registry.registrations.add(registry.first, {std::string(9000, 'x')}, key("5")));
  registry.registrations.remove_all(registry.first);
  CHECK(registry.changes ==
        Strings{"+k" + pid + "1", "+k" + pid + "2", "+l" + pid + "3", "-k" + pid, "-k" + pid, "-l" + pid});
}

TEST_CASE("registry: metadata do not make the registry somebody who stands in it") {
  Registry registry;
  REQUIRE(registry.registrations.put_meta(key("k"), key("1")));
  REQUIRE(registry.registrations.put_meta(key("k"), key("2")));
  CHECK(registry.changes.empty());
  CHECK(registry.view.count().value() == 0);
  CHECK(registry.find("k") == Pid());
  registry.registrations.delete_meta(key("k"));
  CHECK(registry.view.lookup({ipc::RegistrySpace::meta, key("k").bytes})->empty());
}

}  // namespace ninelives::registry
