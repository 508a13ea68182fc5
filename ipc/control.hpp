// What processes outside the tree, and supervisors below the root, say to the root over the node's control
// socket: a SOCK_SEQPACKET Unix socket, one packet a message, in msgpack. Everything else goes through the
// mailboxes.
#pragma once
#include <boost/describe.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "ipc/node_files.hpp"

namespace ninelives::ipc {

// A process of one's own in the node. The packet carries a pidfd of the sender: its end, and not that of the
// socket, is the end of that process. See unix(7), SCM_RIGHTS, and pidfd_open(2).
struct AttachRequest {};
struct Attached {
  std::uint32_t slot = 0;
  std::uint64_t incarnation = 0;
};
BOOST_DESCRIBE_STRUCT(Attached, (), (slot, incarnation))

// "My mappings are gone": the slot may be given to somebody else although this process lives on.
struct DetachRequest {};

// Stop the whole node, in order. Answered at once; the socket's end tells that the node has ended. What
// concerns single children is asked of their supervisors: <ninelives/ipc/supervision.hpp>.
struct StopRequest {};

// Places for children of the supervisor in that slot, which is the sender. A name that it has in the table
// already, of a child that it had in an earlier life, keeps its slot: what waits there is for the next
// incarnation.
struct PlaceWanted {
  std::string name;             // its path
  std::string registered = {};  // its registered name; empty: none
  std::uint32_t type = 0;       // RowType
  bool keeps_mailbox = true;
};
BOOST_DESCRIBE_STRUCT(PlaceWanted, (), (name, registered, type, keeps_mailbox))
struct PlacesRequest {
  std::uint32_t supervisor = 0;
  std::vector<PlaceWanted> places;
};
BOOST_DESCRIBE_STRUCT(PlacesRequest, (), (supervisor, places))
struct Place {
  std::uint32_t slot = 0;
  std::uint64_t owner_inc = 0;
  bool is_name_holder = false;  // no place: one of the names that were wanted is this child's
};
BOOST_DESCRIBE_STRUCT(Place, (), (slot, owner_inc, is_name_holder))
struct PlacesAllotted {
  std::vector<Place> places;  // in the order of the request
};
BOOST_DESCRIBE_STRUCT(PlacesAllotted, (), (places))
// So many places fit into one request.
inline constexpr std::size_t most_places_at_once = 256;

// Some slot of the sender's has gone: the root may give it to somebody else as soon as nothing of it is
// waiting any more.
struct SlotsGoneRequest {};

struct Done {};
struct Refused {
  std::string text;  // a sentence for people
};
BOOST_DESCRIBE_STRUCT(Refused, (), (text))

using ControlRequest =
    std::variant<AttachRequest, DetachRequest, StopRequest, PlacesRequest, SlotsGoneRequest>;
using ControlReply = std::variant<Attached, PlacesAllotted, Done, Refused>;

inline constexpr std::size_t control_packet_max = 64 * 1024;

struct Packet {
  std::string bytes;
  std::vector<UniqueFd> fds;
};

Result<UniqueFd> connect_control(const NodeFiles& files);
Result<UniqueFd> listen_control(const NodeFiles& files);
Result<void> send_packet(int socket, std::string_view bytes, int pass_fd = -1);
// Empty bytes: the other side has closed. With MSG_DONTWAIT nothing there is an error of number EAGAIN.
Result<Packet> receive_packet(int socket, int flags = 0);

// The root answers at once, unless somebody has stopped it.
inline constexpr std::chrono::milliseconds answer_patience = std::chrono::seconds(10);

// One request and its answer; a refusal is an error with its text. After any other error the answer may still
// come: whoever asks again takes another socket.
Result<ControlReply> ask(int socket, const ControlRequest& request, int pass_fd = -1,
                         std::chrono::milliseconds patience = answer_patience);

}  // namespace ninelives::ipc
