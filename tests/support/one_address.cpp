// For the thread sanitizer, linked in with --wrap: whatever is mapped shared of a file lies at one address,
// however often and by whom it is mapped. Each endpoint maps the node's files by itself; with threads for
// processes the same word would otherwise have as many addresses as there are threads, and the sanitizer
// would see nobody touch anybody else's.
//
// A mapping that was asked for as read-only is writable here: the other presets are for finding out that
// somebody writes where he must not. This file is compiled without the sanitizer, or its lock would order
// what it is to watch.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" {
void* __real_mmap(void* address, std::size_t bytes, int protection, int flags, int fd, off_t offset);
int __real_munmap(void* address, std::size_t bytes);
int __real_linkat(int from_dir, const char* from, int to_dir, const char* to, int flags);
void __tsan_acquire(void* address);
void __tsan_release(void* address);
}

namespace {

struct MappedFile {
  dev_t device = 0;
  ino_t inode = 0;
  std::byte* address = nullptr;
  std::size_t bytes = 0;
  std::size_t users = 0;  // 0: the place is free
};

class MappedFiles {
 public:
  // Null: not a file that can be mapped as a whole and writable.
  void* map(int fd, std::size_t bytes, std::size_t offset) {
    struct stat found{};
    if (::fstat(fd, &found) != 0 || !S_ISREG(found.st_mode)) return nullptr;
    const Locked locked(*this);
    MappedFile* file = known(found);
    if (!file) file = map_whole(fd, found);
    if (!file || offset + bytes > file->bytes) return nullptr;
    ++file->users;
    return file->address + offset;
  }

  // False: none of these.
  bool unmap(void* address) {
    const Locked locked(*this);
    for (MappedFile& file : files_) {
      const auto* place = static_cast<std::byte*>(address);
      if (file.users == 0 || place < file.address || place >= file.address + file.bytes) continue;
      if (--file.users == 0) __real_munmap(file.address, file.bytes);
      return true;
    }
    return false;
  }

 private:
  class Locked {
   public:
    explicit Locked(MappedFiles& files) : files_(files) {
      while (__atomic_test_and_set(&files_.locked_, __ATOMIC_ACQUIRE)) {
      }
    }
    Locked(const Locked&) = delete;
    Locked& operator=(const Locked&) = delete;
    ~Locked() { __atomic_clear(&files_.locked_, __ATOMIC_RELEASE); }

   private:
    MappedFiles& files_;
  };

  // What is mapped exists, so that its inode is nobody else's.
  MappedFile* known(const struct stat& found) {
    for (MappedFile& file : files_) {
      if (file.users > 0 && file.device == found.st_dev && file.inode == found.st_ino) return &file;
    }
    return nullptr;
  }

  MappedFile* map_whole(int fd, const struct stat& found) {
    const int writable = ::open(("/proc/self/fd/" + std::to_string(fd)).c_str(), O_RDWR | O_CLOEXEC);
    if (writable < 0) return nullptr;
    const auto bytes = static_cast<std::size_t>(found.st_size);
    // Not through the sanitizer, which would take it for a write by whoever happens to be the first.
    const long mapped = ::syscall(SYS_mmap, nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, writable, 0);
    ::close(writable);
    if (mapped == -1) return nullptr;
    auto* address = reinterpret_cast<std::byte*>(mapped);
    for (MappedFile& file : files_) {
      if (file.users > 0) continue;
      file = {found.st_dev, found.st_ino, address, bytes, 0};
      return &file;
    }
    std::fputs("tests/support/one_address.cpp: more files are mapped than there are places\n", stderr);
    std::abort();
  }

  bool locked_ = false;
  std::array<MappedFile, 16384> files_{};
};

constinit MappedFiles mapped_files;

// Whoever opens a file by its name opens it after it was given that name: an order that the kernel sees to,
// and that the sanitizer has to be told of.
std::array<char, 4096> names;
void* name_of(const struct stat& file) { return &names[file.st_ino % names.size()]; }

}  // namespace

extern "C" {

void* __wrap_mmap(void* address, std::size_t bytes, int protection, int flags, int fd, off_t offset) {
  if (fd >= 0 && !address && (flags & MAP_SHARED) != 0) {
    if (void* shared = mapped_files.map(fd, bytes, static_cast<std::size_t>(offset))) {
      struct stat found{};
      if (::fstat(fd, &found) == 0) __tsan_acquire(name_of(found));
      return shared;
    }
  }
  return __real_mmap(address, bytes, protection, flags, fd, offset);
}

int __wrap_munmap(void* address, std::size_t bytes) {
  return mapped_files.unmap(address) ? 0 : __real_munmap(address, bytes);
}

int __wrap_linkat(int from_dir, const char* from, int to_dir, const char* to, int flags) {
  struct stat found{};
  if (::fstatat(from_dir, from, &found, 0) == 0) __tsan_release(name_of(found));
  return __real_linkat(from_dir, from, to_dir, to, flags);
}

// A door is a FIFO, and the sanitizer takes what is written into any file for a message to all who read from
// any: the bell has to do without.
const char* __tsan_default_options() { return "io_sync=0"; }
}
