// A process table that holds anything: every question about it is answered, from inside of the table.
#include <cstring>
#include <fcntl.h>
#include <fuzzer/FuzzedDataProvider.h>
#include <string>
#include <unistd.h>
#include <vector>

#include "ipc/table_view.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace ninelives;
using namespace ninelives::ipc;
using ninelives::fuzz::require;

// A table has that name in a directory, and each input begins with one of zeros.
class TableFile {
 public:
  TableFile() : files(NodeFiles::open(dir_.path()).value()) {
    const std::string path = dir_.path() / NodeFiles::table;
    fd_.reset(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  }
  Mapping cleared() const {
    require(::ftruncate(fd_.get(), 0) == 0 && ::ftruncate(fd_.get(), sizeof(Table)) == 0 &&
                ::fallocate(fd_.get(), 0, 0, sizeof(TableHeader)) == 0,
            "the file of the table can be made");
    return Mapping::map(fd_.get(), Access::write, 0, sizeof(Table)).value();
  }

 private:
  test::TempDir dir_;
  UniqueFd fd_;

 public:
  NodeFiles files;
};

class Vandal {
 public:
  Vandal(FuzzedDataProvider& input, Mapping mapping) : input_(input), mapping_(std::move(mapping)) {
    auto& header = table().header;
    header.magic = magic;
    header.version = layout_version;
    header.slots = slots_max;
    header.rows = input.ConsumeBool() ? 64 : input.ConsumeIntegral<std::uint32_t>();
    write(&header.node, sizeof header.node);
    while (input.remaining_bytes() > 0) scribble();
  }
  const std::vector<std::string>& names() const { return names_; }
  const std::vector<Slot>& slots() const { return slots_; }

 private:
  Table& table() { return *mapping_.as<Table>(); }

  void write(void* at, std::size_t most) {
    const std::string bytes = input_.ConsumeRandomLengthString(most);
    std::memcpy(at, bytes.data(), bytes.size());
  }

  void scribble() {
    switch (input_.ConsumeIntegralInRange(0, 4)) {
      case 0:
        return index_name();
      case 1:
        return write(&table().row[any_slot()], sizeof(Row));
      case 2:
        return live_row();
      case 3:
        return past_life();
      default:
        const auto at = input_.ConsumeIntegralInRange<std::size_t>(0, sizeof(TableHeader) - 1);
        return write(mapping_.as<std::byte>(at), std::min<std::size_t>(64, sizeof(TableHeader) - at));
    }
  }

  // Few of them, so that what is written meets what is asked; and each touches memory.
  Slot any_slot() { return slots_.emplace_back(input_.ConsumeIntegralInRange<Slot>(0, 63)); }

  void index_name() {
    const std::string name = names_.emplace_back(input_.ConsumeRandomLengthString(name_bytes + 8));
    const auto probe = input_.ConsumeIntegralInRange<std::size_t>(0, 3);
    const Slot slot = input_.ConsumeBool() ? any_slot() : slots_.emplace_back(input_.ConsumeIntegral<Slot>());
    table().header.names[(name_place(name) + probe) % name_places] = slot + 1;
    constexpr int rarely = 15;  // it takes long: no place is unused, and a search must end all the same
    if (input_.ConsumeIntegralInRange(0, rarely) != rarely) return;
    for (auto& place : table().header.names) place = slot + 1;
    names_ = {name};
  }

  void live_row() {
    Row& row = table().row[any_slot()];
    row.state = RowWord{input_.ConsumeIntegral<std::uint8_t>(), RowState::running}.pack();
    row.owner_inc = input_.ConsumeIntegral<std::uint8_t>();
    if (names_.empty()) return;
    const std::string& name = names_.back();
    auto& field = input_.ConsumeBool() ? row.name : row.registered;
    std::memcpy(field.data(), name.data(), std::min(name.size(), field.size()));
  }

  void past_life() {
    PastLife& past =
        table().row[any_slot()].past[input_.ConsumeIntegralInRange<std::size_t>(0, past_lives - 1)];
    past.incarnation = input_.ConsumeIntegral<std::uint8_t>();
    past.kind = input_.ConsumeIntegral<std::uint8_t>();
    past.core = input_.ConsumeIntegral<std::uint8_t>();
    write(&past.text, sizeof past.text);
  }

  FuzzedDataProvider& input_;
  Mapping mapping_;
  std::vector<std::string> names_{"", "kv"};
  std::vector<Slot> slots_{0, slots_max - 1, slots_max, ~Slot{0}};
};

void ask_by_name(const TableView& table, const std::string& name) {
  const auto found = table.find(name);
  if (!found) return;
  require(table.has(found->slot) && found->slot < slots_max, "a name leads to a slot of the table");
  require(table.name(found->slot) == name || table.registered(found->slot) == name,
          "a name leads to the slot that has it");
}

void ask_by_slot(const TableView& table, Slot slot) {
  require(!table.has(slot) || slot < slots_max, "a table has no more slots than there are");
  static_cast<void>(table.state(slot).is_alive());
  require(table.name(slot).size() <= name_bytes && table.registered(slot).size() <= name_bytes,
          "a name ends with its field");
  const Incarnation owner = table.owner_inc(slot);
  for (Incarnation life = owner; life < owner + past_lives; ++life) {
    const ExitReason reason = table.reason({slot, life});
    require(reason.text.size() <= past_text_bytes, "a reason ends with its field");
    require(!to_string(reason).empty(), "a reason can be put into words");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const TableFile file;
  FuzzedDataProvider input(data, size);
  const Vandal vandal(input, file.cleared());
  const auto table = TableView::open(file.files);
  if (!table) return 0;
  require(table->node().size() <= name_bytes, "the name of a node ends with its field");
  for (const auto& name : vandal.names()) ask_by_name(*table, name);
  for (const Slot slot : vandal.slots()) ask_by_slot(*table, slot);
  ask_by_slot(*table, table->rows());
  ask_by_slot(*table, table->rows() - 1);
  return 0;
}
