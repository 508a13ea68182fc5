// A payload that is too large for a ring, in a file of its own beside the ring. Its record says only how
// large it is; the file is named for the ring and the record's position, so that each knows the other.
//
// Sender: file whole and named, then the record. Receiver: read, cursor, unlink. Killed in between, a file is
// left that has no record or no reader any more: the sender's next life removes its own behind its tail, the
// receiver's those before its cursor. A record without its file is one lost message, and not a ring that
// makes no sense.
#pragma once
#include <string>
#include <string_view>

#include "ipc/node_files.hpp"

namespace ninelives::ipc {

// Which record a blob belongs to.
struct BlobName {
  Owner from;
  std::uint64_t position = 0;
};

Result<void> write_blob(const NodeFiles& files, const BlobName& name, const Owner& to,
                        std::string_view payload);
// Into `payload`, all of the `bytes` that its record promised. Nothing is mapped: a file that is cut short by
// its sender meanwhile is an error, and no SIGBUS.
Result<void> read_blob(const NodeFiles& files, const BlobName& name, const Owner& to, std::size_t bytes,
                       std::string& payload);
void remove_blob(const NodeFiles& files, const BlobName& name, const Owner& to);

// Removes the blobs in the inbox of `to` for which `is_stray(const BlobName&)` says so.
template <class IsStray>
void remove_stray_blobs(const NodeFiles& files, const Owner& to, IsStray is_stray) {
  std::error_code error;
  for (std::filesystem::directory_iterator file(files.path() / NodeFiles::inbox(to), error), end;
       !error && file != end; file.increment(error)) {
    const auto name = NodeFiles::parse_blob(file->path().filename().string());
    if (name && is_stray(BlobName{name->first, name->second}))
      remove_blob(files, {name->first, name->second}, to);
  }
}

}  // namespace ninelives::ipc
