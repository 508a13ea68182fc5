#include "ipc/registry_view.hpp"

#include "ipc/registry_chain.hpp"

namespace ninelives::ipc {
namespace {

// A chain is read within microseconds. Only one that is very long and changes all the time is not read in the
// end.
constexpr int attempts = 64;

}  // namespace

Result<RegistryView> RegistryView::open(const NodeFiles& files, const TableView& table, const Pid& registry) {
  auto file = RegistryFile::open_youngest(files, {registry.slot, table.owner_inc(registry.slot)},
                                          registry.incarnation);
  if (!file) return std::unexpected(file.error());
  return RegistryView(files, table, registry, std::move(*file));
}

bool RegistryView::lives(const Pid& pid) const {
  const RowWord word = table_->state(pid.slot);
  return word.incarnation == pid.incarnation && word.is_alive();
}

std::expected<void, RegistryView::Trouble> RegistryView::turn_to_present() {
  if (is_over()) return std::unexpected(Trouble::over);
  if (file_.header().has_successor.load(std::memory_order::acquire) == 0) [[likely]]
    return {};
  auto youngest = RegistryFile::open_youngest(*files_, file_.name().owner, file_.name().life);
  if (!youngest) return std::unexpected(is_over() ? Trouble::over : Trouble::no_table);
  file_ = std::move(*youngest);
  return {};
}

// One chain as it was at one moment. `begin` comes before each attempt. False: it was never the same before
// and after.
template <class Begin, class Visit>
bool RegistryView::read(RegistryChain chain, const RegistryBucket& bucket, Begin begin, Visit visit) const {
  for (int attempt = 0; attempt < attempts; ++attempt) {
    begin();
    const std::uint64_t before = bucket.version.load(std::memory_order::acquire);
    const bool made_sense = walk(file_, chain, bucket, visit);
    std::atomic_thread_fence(std::memory_order::acquire);
    if (made_sense && bucket.version.load(std::memory_order::relaxed) == before) [[likely]]
      return true;
  }
  return false;
}

RegistryView::Answer<Pid> RegistryView::find(const RegistryKey& key) {
  if (auto turned = turn_to_present(); !turned) return std::unexpected(turned.error());
  Pid found;
  const bool is_whole = read(
      by_key, file_.bucket(by_key, key.hash), [&] { found = {}; },
      [&](const RegistryEntryView& entry) {
        if (!entry.has_key(key)) return true;
        const Pid owner = entry.owner();
        if (!lives(owner)) return true;
        found = owner;
        return false;
      });
  if (!is_whole) return std::unexpected(Trouble::busy);
  return found;
}

RegistryView::Answer<std::vector<RegistryRecord>> RegistryView::lookup(const RegistryKey& key) {
  if (auto turned = turn_to_present(); !turned) return std::unexpected(turned.error());
  std::vector<RegistryRecord> found;
  const bool is_whole = read(
      by_key, file_.bucket(by_key, key.hash), [&] { found.clear(); },
      [&](const RegistryEntryView& entry) {
        if (entry.has_key(key)) found.push_back({.owner = entry.owner(), .value = entry.value()});
        return true;
      });
  if (!is_whole) return std::unexpected(Trouble::busy);
  std::erase_if(found, [this](const RegistryRecord& record) { return !lives(record.owner); });
  return found;
}

RegistryView::Answer<std::vector<RegistryRecord>> RegistryView::of_owner(const Pid& owner) {
  if (auto turned = turn_to_present(); !turned) return std::unexpected(turned.error());
  std::vector<RegistryRecord> found;
  const bool is_whole = read(
      by_owner, file_.bucket(by_owner, registry_owner_hash(owner.slot)), [&] { found.clear(); },
      [&](const RegistryEntryView& entry) {
        if (entry.owner() == owner && entry.space() == RegistrySpace::keys)
          found.push_back({owner, entry.key(), entry.value()});
        return true;
      });
  if (!is_whole) return std::unexpected(Trouble::busy);
  if (!lives(owner)) found.clear();
  return found;
}

RegistryView::Answer<std::uint64_t> RegistryView::count() {
  if (auto turned = turn_to_present(); !turned) return std::unexpected(turned.error());
  std::uint64_t all = 0;
  for (std::uint64_t bucket = 0; bucket < file_.buckets(); ++bucket) {
    std::uint64_t here = 0;
    const bool is_whole = read(
        by_key, file_.bucket(by_key, bucket), [&] { here = 0; },
        [&](const RegistryEntryView& entry) {
          if (entry.space() == RegistrySpace::keys && lives(entry.owner())) ++here;
          return true;
        });
    if (!is_whole) return std::unexpected(Trouble::busy);
    all += here;
  }
  return all;
}

}  // namespace ninelives::ipc
