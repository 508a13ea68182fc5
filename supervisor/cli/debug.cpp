// `ninelives debug node`: every row, bell, ring and cursor of a node, in words. Reads shared memory only: it
// answers also when every process of the node is stopped.
#include <iostream>
#include <sys/stat.h>

#include "ipc/activity.hpp"
#include "ipc/notice.hpp"
#include "ipc/ring_file.hpp"
#include "ipc/ring_tail.hpp"
#include "supervisor/cli/commands.hpp"
#include "supervisor/cli/node_view.hpp"
#include "supervisor/cli/row_words.hpp"

namespace ninelives::supervisor {
namespace {

std::string listed(ipc::SlotSet slots) {
  std::string text;
  for (auto slot = slots.next(0); slot; slots.erase(*slot), slot = slots.next(*slot)) {
    text += (text.empty() ? "" : ", ") + std::to_string(*slot);
  }
  return text.empty() ? "nobody" : text;
}

ipc::SlotSet as_set(const std::array<ipc::Word, ipc::words_of_slots>& bits) {
  ipc::SlotSet slots;
  for (std::size_t word = 0; word < bits.size(); ++word) slots.insert_word(word, bits[word].load());
  return slots;
}

const char* yes_no(bool yes) { return yes ? "yes" : "no"; }

class NodeDescription {
 public:
  NodeDescription(const ipc::NodeFiles& files, const ipc::TableView& table) : files_(files), table_(table) {}

  void print() const {
    for (Slot slot = 0; slot < table_.rows(); ++slot) {
      if (table_.state(slot).state != ipc::RowState::free) print_slot(slot);
    }
  }

 private:
  void print_slot(Slot slot) const {
    const ipc::Row& row = table_.row(slot);
    const ipc::RowWord now = table_.state(slot);
    const std::string name = table_.name(slot);
    const std::string registered = table_.registered(slot);
    std::cout << "slot " << slot << (name.empty() ? "" : " \"" + name + '"')
              << (registered.empty() ? "" : ", registered as \"" + registered + '"') << ", "
              << word(row.type.load()) << ": incarnation " << now.incarnation << " is " << word(now.state);
    if (now.is_alive()) std::cout << " as process " << row.os_pid.load();
    std::cout << "\n  owner since incarnation " << row.owner_inc.load() << ", " << row.restarts.load()
              << " restarts, mailbox " << (row.keeps_mailbox.load() != 0 ? "kept" : "dropped")
              << ", messages void before incarnation " << row.accept_from.load() << '\n';
    print_past(slot);
    const ipc::Owner owner{slot, row.owner_inc.load()};
    auto box = ipc::BoxView::open(files_, owner);
    if (!box) {
      std::cout << "  its box cannot be looked at: " << box.error().text << '\n';
      return;
    }
    print_bell(box->bell(), box->status());
    print_rings(owner, *box);
  }

  void print_past(Slot slot) const {
    for (const ipc::PastLife& past : table_.row(slot).past) {
      const Incarnation life = past.incarnation.load();
      if (life >= table_.owner_inc(slot) && life != 0) {
        std::cout << "  incarnation " << life << " ended: " << to_string(table_.reason({slot, life})) << '\n';
      }
    }
  }

  static void print_activity(const ipc::Status& status) {
    const ipc::Activity now = ipc::read_activity(status);
    const std::string message = ipc::message_name(status, now.message);
    std::cout << "  runs " << to_string(now.callback) << (message.empty() ? "" : " of " + message)
              << (now.suspended ? ", is suspended" : "") << "; " << now.messages_in << " messages in, "
              << now.messages_out << " out\n";
  }

  static void print_bell(const ipc::Bell& bell, const ipc::Status& status) {
    std::cout << "  bell: futex word " << (bell.futex_word.load() == ipc::asleep ? "asleep" : "awake")
              << ", door " << (bell.fd_word.load() == ipc::parked ? "parked" : "not parked") << ", summary "
              << (ipc::anything_rung(bell) ? "set" : "clear") << ", rung by " << listed(as_set(bell.leaves))
              << "; watched by " << listed(as_set(bell.watchers)) << "\n  attached incarnation "
              << status.started.load() << ", has sent to " << listed(as_set(status.out)) << ", "
              << status.bad_messages.load() << " bad messages, " << status.closed_rings.load()
              << " rings closed\n";
    print_activity(status);
  }

  void print_rings(const ipc::Owner& to, const ipc::BoxView& box) const {
    std::error_code error;
    const auto inbox = files_.path() / ipc::NodeFiles::inbox(to);
    for (std::filesystem::directory_iterator file(inbox, error), end; !error && file != end;
         file.increment(error)) {
      const std::string name = file->path().filename().string();
      if (const auto from = ipc::parse_owner(name)) print_ring(*from, to, box);
      if (const auto arena = ipc::NodeFiles::parse_arena(name))
        print_arena(arena->first, arena->second, to, box);
    }
  }

  void print_arena(const ipc::Owner& from, Incarnation life, const ipc::Owner& to,
                   const ipc::BoxView& box) const {
    struct stat found{};
    const auto file = files_.path() / ipc::NodeFiles::arena(from, life, to);
    if (::stat(file.c_str(), &found) != 0 || !ipc::allocate_entry(files_, to, from.slot)) return;
    constexpr auto blocks_of_a_kib = 2;  // stat(2) counts in blocks of 512 bytes
    std::cout << "  arena of slot " << from.slot << "'s incarnation " << life << ": "
              << found.st_blocks / blocks_of_a_kib << " KiB of memory; its receiver has let go of all before "
              << box.entry(from.slot).released.load() << '\n';
  }

  void print_ring(const ipc::Owner& from, const ipc::Owner& to, const ipc::BoxView& box) const {
    std::cout << "  ring from slot " << from.slot << " (owner since incarnation " << from.owner_inc << "): ";
    auto ring = ipc::open_ring(files_, from, to);
    if (!ring || !ipc::allocate_entry(files_, to, from.slot)) {
      std::cout << "cannot be looked at\n";
      return;
    }
    const auto& header = *ring->as<ipc::RingHeader>();
    const ipc::Entry& entry = box.entry(from.slot);
    const std::uint64_t tail = ipc::find_tail(*ring->as<ipc::Ring>());
    const bool adopted = entry.ring_id.load() == header.ring_id;
    const std::uint64_t cursor = adopted ? entry.cursor.load() : 0;
    std::cout << "made by incarnation " << header.ring_id
              << (adopted ? "" : ", not opened by its receiver yet") << ", ";
    if (cursor == ipc::cursor_closed) {
      std::cout << "closed by its receiver\n";
      return;
    }
    std::cout << "tail at " << tail << ", taken to " << cursor << " (" << (tail > cursor ? tail - cursor : 0)
              << " bytes wait), incarnation " << entry.start_inc.load() << " takes since "
              << entry.start_pos.load() << ", sender wants room: " << yes_no(header.want_room.load() != 0)
              << '\n';
  }

  const ipc::NodeFiles& files_;
  const ipc::TableView& table_;
};

}  // namespace

int debug_node(const std::string& name) {
  const auto view = view_node(name);
  if (!view) return fail(exit_failed, view.error());
  std::cout << "node " << view->node.name << ", root process " << view->node.root_pid << ", in "
            << view->node.directory.string() << '\n';
  NodeDescription(view->files, view->table).print();
  return exit_ok;
}

}  // namespace ninelives::supervisor
