#include "ipc/registry_writer.hpp"

#include <algorithm>
#include <bit>
#include <unistd.h>

namespace ninelives::ipc {
namespace {

// Two pages to begin with, the header's among them: some thirty small entries.
constexpr std::uint32_t first_buckets = 32;
constexpr RegistryLine first_lines = 48;
// Beyond it the file would have lines that have no number.
constexpr std::uint64_t most_lines = std::uint64_t{1} << 31;

// Memory is handed out in powers of two: what one entry leaves fits the next one of about its size.
std::size_t size_class(RegistryLine lines) { return static_cast<std::size_t>(std::bit_width(lines - 1)); }
RegistryLine lines_of(std::size_t size_class) { return RegistryLine{1} << size_class; }

void store_words(Word* to, std::string_view text) {
  for (std::size_t i = 0; i < registry_words(text.size()); ++i)
    to[i].store(registry_word(text, i), std::memory_order::relaxed);
}

}  // namespace

RegistryWriter::RegistryWriter(const NodeFiles& files, RegistryFile file)
    : files_(&files),
      file_(std::move(file)),
      unused_(file_.first_line()),
      free_(size_class(registry_lines(registry_key_max, registry_value_max)) + 1) {}

Result<RegistryWriter> RegistryWriter::create(const NodeFiles& files, const Owner& me, Incarnation life,
                                              RegistryKeys keys) {
  remove_registry_files(files, me, 0);
  auto file = RegistryFile::make(files, {me, life, 0}, keys, first_buckets, first_lines);
  if (!file) return std::unexpected(file.error());
  if (auto named = file->give_name(files); !named) return std::unexpected(named.error());
  return RegistryWriter(files, std::move(*file));
}

// ---- looking

RegistryBucket& RegistryWriter::bucket(RegistryChain chain, RegistryLine line) const {
  const RegistryEntryView entry(file_, line);
  return file_.bucket(chain, chain == by_key ? entry.hash() : registry_owner_hash(entry.owner().slot));
}

std::vector<Pid> RegistryWriter::owners(const RegistryKey& key) const {
  std::vector<Pid> found;
  walk(file_, by_key, file_.bucket(by_key, key.hash), [&](const RegistryEntryView& entry) {
    if (entry.has_key(key)) found.push_back(entry.owner());
    return true;
  });
  return found;
}

// By the chain that is the shorter one: a key that is nobody else's, or an owner who is one of very many.
std::optional<RegistryLine> RegistryWriter::find(const RegistryKey& key, const Pid& owner) const {
  const RegistryChain chain = keys() == RegistryKeys::unique ? by_key : by_owner;
  const std::uint64_t hash = chain == by_key ? key.hash : registry_owner_hash(owner.slot);
  std::optional<RegistryLine> found;
  walk(file_, chain, file_.bucket(chain, hash), [&](const RegistryEntryView& entry) {
    if (entry.owner() == owner && entry.has_key(key)) found = entry.line();
    return !found;
  });
  return found;
}

std::optional<std::string> RegistryWriter::value(const RegistryKey& key, const Pid& owner) const {
  const auto line = find(key, owner);
  if (!line) return std::nullopt;
  return RegistryEntryView(file_, *line).value();
}

bool RegistryWriter::has_entries(const Pid& owner) const {
  bool has = false;
  walk(file_, by_owner, file_.bucket(by_owner, registry_owner_hash(owner.slot)),
       [&](const RegistryEntryView& entry) {
         has = entry.owner() == owner;
         return !has;
       });
  return has;
}

// ---- changing

Result<void> RegistryWriter::add(const RegistryKey& key, const RegistryEntryFacts& facts) {
  const auto line = write({key, facts.owner, facts.value});
  if (!line) return std::unexpected(line.error());
  append(by_owner, *line);
  append(by_key, *line);
  ++entries_;
  return {};
}

Result<void> RegistryWriter::replace(const RegistryKey& key, const Pid& former,
                                     const RegistryEntryFacts& facts) {
  const auto line = write({key, facts.owner, facts.value});
  if (!line) return std::unexpected(line.error());
  const RegistryLine replaced = find(key, former).value();  // after write(), which may have moved all
  put_in_place_of(by_key, replaced, *line);
  if (former.slot == facts.owner.slot) {
    put_in_place_of(by_owner, replaced, *line);
  } else {
    append(by_owner, *line);
    unlink(by_owner, replaced);
  }
  give_back(replaced);
  return {};
}

std::size_t RegistryWriter::remove(const RegistryKey& key, const Pid& owner) {
  std::size_t removed = 0;
  for (auto line = find(key, owner); line; line = find(key, owner), ++removed) remove(*line);
  return removed;
}

std::vector<std::string> RegistryWriter::remove_all(const Pid& owner) {
  std::vector<RegistryLine> lines;
  std::vector<std::string> keys;
  walk(file_, by_owner, file_.bucket(by_owner, registry_owner_hash(owner.slot)),
       [&](const RegistryEntryView& entry) {
         if (entry.owner() != owner) return true;
         lines.push_back(entry.line());
         keys.push_back(entry.key());
         return true;
       });
  for (const RegistryLine line : lines) remove(line);
  return keys;
}

void RegistryWriter::remove(RegistryLine line) {
  unlink(by_key, line);
  unlink(by_owner, line);
  give_back(line);
  --entries_;
}

// ---- chains: one store, and then the version

// Whoever sees what comes later, be it the next change or other words in the same memory, sees this version.
void RegistryWriter::changed(RegistryChain chain, RegistryLine line) const {
  Word& version = bucket(chain, line).version;
  version.store(version.load(std::memory_order::relaxed) + 1, std::memory_order::release);
  std::atomic_thread_fence(std::memory_order::release);
}

void RegistryWriter::append(RegistryChain chain, RegistryLine line) const {
  RegistryBucket& bucket = this->bucket(chain, line);
  const RegistryLine last = bucket.last.load(std::memory_order::relaxed);
  RegistryEntry& entry = file_.entry(line);
  entry.next[chain].store(0, std::memory_order::relaxed);
  entry.previous[chain].store(last, std::memory_order::relaxed);
  bucket.last.store(line, std::memory_order::relaxed);
  (last == 0 ? bucket.first : file_.entry(last).next[chain]).store(line, std::memory_order::release);
  changed(chain, line);
}

void RegistryWriter::put_in_place_of(RegistryChain chain, RegistryLine former, RegistryLine line) const {
  RegistryBucket& bucket = this->bucket(chain, line);
  const RegistryLine next = file_.entry(former).next[chain].load(std::memory_order::relaxed);
  const RegistryLine previous = file_.entry(former).previous[chain].load(std::memory_order::relaxed);
  RegistryEntry& entry = file_.entry(line);
  entry.next[chain].store(next, std::memory_order::relaxed);
  entry.previous[chain].store(previous, std::memory_order::relaxed);
  (next == 0 ? bucket.last : file_.entry(next).previous[chain]).store(line, std::memory_order::relaxed);
  (previous == 0 ? bucket.first : file_.entry(previous).next[chain]).store(line, std::memory_order::release);
  changed(chain, line);
}

void RegistryWriter::unlink(RegistryChain chain, RegistryLine line) const {
  RegistryBucket& bucket = this->bucket(chain, line);
  const RegistryLine next = file_.entry(line).next[chain].load(std::memory_order::relaxed);
  const RegistryLine previous = file_.entry(line).previous[chain].load(std::memory_order::relaxed);
  (next == 0 ? bucket.last : file_.entry(next).previous[chain]).store(previous, std::memory_order::relaxed);
  (previous == 0 ? bucket.first : file_.entry(previous).next[chain]).store(next, std::memory_order::release);
  changed(chain, line);
}

// ---- memory

// An entry that nobody sees yet.
Result<RegistryLine> RegistryWriter::write(const Fields& fields) {
  if (fields.key.bytes.size() > registry_key_max || fields.value.size() > registry_value_max) {
    return std::unexpected(Error{"a key takes at most " + std::to_string(registry_key_max) +
                                     " bytes in a registry, and a value " +
                                     std::to_string(registry_value_max),
                                 EMSGSIZE});
  }
  const RegistryLine lines = registry_lines(fields.key.bytes.size(), fields.value.size());
  const bool is_crowded = entries_ >= file_.buckets();
  RegistryLine line = is_crowded ? 0 : take(lines);
  if (line == 0) {
    const auto grown = grow(lines);
    line = take(lines);
    if (line == 0) return std::unexpected(grown ? Error{"the registry is full", ENOSPC} : grown.error());
  }
  RegistryEntry& entry = file_.entry(line);
  entry.hash.store(fields.key.hash, std::memory_order::relaxed);
  entry.owner_life.store(fields.owner.incarnation, std::memory_order::relaxed);
  entry.owner_slot.store(fields.owner.slot, std::memory_order::relaxed);
  entry.space.store(fields.key.space, std::memory_order::relaxed);
  entry.key_bytes.store(static_cast<std::uint32_t>(fields.key.bytes.size()), std::memory_order::relaxed);
  entry.value_bytes.store(static_cast<std::uint32_t>(fields.value.size()), std::memory_order::relaxed);
  store_words(file_.words(line), fields.key.bytes);
  store_words(file_.words(line) + registry_words(fields.key.bytes.size()), fields.value);
  return line;
}

// 0: there is no room in this file.
RegistryLine RegistryWriter::take(RegistryLine lines) {
  const std::size_t size = size_class(lines);
  RegistryLine line = 0;
  if (!free_[size].empty()) {
    line = free_[size].back();
    free_[size].pop_back();
  } else if (lines_of(size) <= file_.lines() - unused_) {
    line = std::exchange(unused_, unused_ + lines_of(size));
  } else {
    return 0;
  }
  lines_in_use_ += lines_of(size);
  return line;
}

// Only when no chain leads there any more.
void RegistryWriter::give_back(RegistryLine line) {
  const std::size_t size = size_class(RegistryEntryView(file_, line).lines());
  free_[size].push_back(line);
  lines_in_use_ -= lines_of(size);
}

// Twice what is in use, in a file of its own, without the gaps of this one. Readers go on in this one until
// it says that there is another.
Result<void> RegistryWriter::grow(RegistryLine needed) {
  const std::uint64_t lines =
      std::max<std::uint64_t>(first_lines, 2 * (lines_in_use_ + lines_of(size_class(needed))));
  if (lines > most_lines) return std::unexpected(Error{"the registry is full", ENOSPC});
  RegistryFileName name = file_.name();
  ++name.number;
  const auto buckets = std::max(first_buckets, static_cast<std::uint32_t>(std::bit_ceil(2 * entries_)));
  auto file = RegistryFile::make(*files_, name, keys(), buckets, static_cast<RegistryLine>(lines));
  if (!file) return std::unexpected(file.error());
  RegistryWriter next(*files_, std::move(*file));
  if (auto copied = copy_all(next); !copied) return copied;
  if (auto named = next.file_.give_name(*files_); !named) return named;
  file_.header().has_successor.store(1, std::memory_order::release);
  const std::string former = file_.name().path();
  *this = std::move(next);
  ::unlinkat(files_->dir(), former.c_str(), 0);
  return {};
}

// Those of one key stay in their order.
Result<void> RegistryWriter::copy_all(RegistryWriter& to) const {
  Result<void> copied;
  for (std::uint64_t number = 0; number < file_.buckets(); ++number) {
    walk(file_, by_key, file_.bucket(by_key, number), [&](const RegistryEntryView& entry) {
      const std::string key = entry.key();
      const std::string value = entry.value();
      copied = to.add(RegistryKey(entry.space(), key), {entry.owner(), value});
      return copied.has_value();
    });
    if (!copied) break;
  }
  return copied;
}

}  // namespace ninelives::ipc
