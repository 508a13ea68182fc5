#include "worker/registry_readers.hpp"

namespace ninelives::detail {
namespace {

using Trouble = ipc::RegistryView::Trouble;

SendError noproc(std::string text) { return {SendError::Kind::noproc, std::move(text)}; }

}  // namespace

std::expected<ipc::RegistryView*, SendError> RegistryReaders::open(std::string_view registry) {
  if (const auto known = views_.find(registry); known != views_.end()) {
    if (!known->second.is_over()) [[likely]]
      return &known->second;
    views_.erase(known);
  }
  const auto found = table_.find(registry);
  if (!found) {
    return std::unexpected(
        noproc("node " + std::string(table_.node()) + " has no registry \"" + std::string(registry) + '"'));
  }
  const ipc::RowWord word = table_.state(found->slot);
  if (!word.is_alive()) return std::unexpected(noproc(table_.in_words(found->slot) + " is not running"));
  auto view = ipc::RegistryView::open(files_, table_, {found->slot, word.incarnation});
  if (!view) {
    const bool has_none = view.error().number == ENOENT;
    return std::unexpected(has_none ? noproc(table_.in_words(found->slot) +
                                             " has no table: it is no registry, or starts just now")
                                    : SendError{SendError::Kind::no_space, view.error().text});
  }
  return &views_.insert_or_assign(std::string(registry), std::move(*view)).first->second;
}

// A life that ends meanwhile is followed by the next one, if that is there.
template <class Ask>
auto RegistryReaders::ask(std::string_view registry, Ask question)
    -> Answer<typename std::invoke_result_t<Ask, ipc::RegistryView&>::value_type> {
  constexpr int lives = 3;
  for (int life = 0; life < lives; ++life) {
    auto view = open(registry);
    if (!view) return std::unexpected(NoAnswer{.error = std::move(view.error())});
    auto answer = question(**view);
    if (answer) return std::move(*answer);
    if (answer.error() == Trouble::busy) return std::unexpected(NoAnswer{.is_busy = true});
    if (answer.error() == Trouble::no_table) {
      return std::unexpected(
          NoAnswer{.error = {SendError::Kind::no_space,
                             "the table of registry \"" + std::string(registry) + "\" cannot be mapped"}});
    }
  }
  return std::unexpected(
      NoAnswer{.error = noproc("registry \"" + std::string(registry) + "\" is started again and again")});
}

std::vector<registry::Entry> to_entries(std::vector<ipc::RegistryRecord> records) {
  std::vector<registry::Entry> entries;
  entries.reserve(records.size());
  for (ipc::RegistryRecord& record : records)
    entries.push_back({record.owner, {std::move(record.key)}, {std::move(record.value)}});
  return entries;
}

RegistryReaders::Answer<std::vector<registry::Entry>> RegistryReaders::lookup(std::string_view registry,
                                                                              const Encoded& key) {
  auto records = ask(
      registry, [&](ipc::RegistryView& view) { return view.lookup({ipc::RegistrySpace::keys, key.bytes}); });
  if (!records) return std::unexpected(std::move(records.error()));
  auto entries = to_entries(std::move(*records));
  for (registry::Entry& entry : entries) entry.key = key;
  return entries;
}

RegistryReaders::Answer<std::vector<registry::Entry>> RegistryReaders::entries_of(std::string_view registry,
                                                                                  const Pid& owner) {
  auto records = ask(registry, [&](ipc::RegistryView& view) { return view.of_owner(owner); });
  if (!records) return std::unexpected(std::move(records.error()));
  return to_entries(std::move(*records));
}

RegistryReaders::Answer<std::uint64_t> RegistryReaders::count(std::string_view registry) {
  return ask(registry, [](ipc::RegistryView& view) { return view.count(); });
}

RegistryReaders::Answer<std::optional<Encoded>> RegistryReaders::meta(std::string_view registry,
                                                                      const Encoded& key) {
  auto records = ask(
      registry, [&](ipc::RegistryView& view) { return view.lookup({ipc::RegistrySpace::meta, key.bytes}); });
  if (!records) return std::unexpected(std::move(records.error()));
  if (records->empty()) return std::nullopt;
  return Encoded{std::move(records->front().value)};
}

// A chain of unique keys is as short as a hash makes it: to find it changed sixty times in a row while it was
// read takes a registry that does nothing else.
std::expected<Pid, SendError> RegistryReaders::whereis(const ViaName& name) {
  const ipc::RegistryKey key(ipc::RegistrySpace::keys, name.key.bytes);
  for (;;) {
    bool is_unique = true;
    auto found = ask(name.registry, [&](ipc::RegistryView& view) {
      is_unique = view.keys() == ipc::RegistryKeys::unique;
      return view.find(key);
    });
    if (!found && found.error().is_busy) continue;
    if (!found) return std::unexpected(std::move(found.error().error));
    if (!is_unique) {
      return std::unexpected(noproc("registry \"" + name.registry +
                                    "\" has duplicate keys: none of them is the name of one process"));
    }
    if (!*found)
      return std::unexpected(noproc("nobody is registered with this key in \"" + name.registry + '"'));
    return *found;
  }
}

}  // namespace ninelives::detail
