#include "supervisor/os/proc.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <expected>
#include <fcntl.h>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "ipc/unique_fd.hpp"

namespace ninelives::supervisor {

namespace {

template <class Number>
std::optional<Number> parse(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string directory_of(pid_t pid) { return "/proc/" + std::to_string(pid); }

// What a file holds, or the errno for which it cannot be read. Not an ifstream: one large read(), because the
// kernel answers a single read() from a single program's memory. It may also fail half-way, with ESRCH, which
// is an end like any other.
std::expected<std::string, int> contents(const std::string& path) {
  const ipc::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::unexpected(errno);
  std::string text;
  std::array<char, std::size_t{32} * 1024> part;
  ssize_t length = 0;
  while ((length = ::read(file.get(), part.data(), part.size())) > 0) {
    text.append(part.data(), static_cast<std::size_t>(length));
  }
  return text;
}

// There is no such process, or we may not look into it. Any other error says nothing of the process.
bool says_none(int error) { return error == ENOENT || error == ESRCH || error == EACCES || error == EPERM; }

// /proc/<pid>/stat: "pid (name) state ppid ...", numbered as in proc(5). The name may hold anything, blanks
// and brackets included, so the fields are counted from its end.
class Stat {
 public:
  static constexpr std::size_t state = 3, parent = 4, flags = 9, code_start = 26, environment_start = 50,
                               environment_end = 51;

  explicit Stat(pid_t pid) {
    auto read = contents(directory_of(pid) + "/stat");
    is_known_ = read || says_none(read.error());
    text_ = std::move(read).value_or("");
  }

  // False: it could not be read, and the process may be there.
  bool is_known() const { return is_known_; }
  std::string_view field(std::size_t number) const {
    auto begin = text_.rfind(')');
    for (std::size_t i = 2; i < number && begin != std::string::npos; ++i) begin = text_.find(' ', begin + 1);
    if (begin == std::string::npos) return {};
    return std::string_view(text_).substr(begin + 1, text_.find_first_of(" \n", begin + 1) - begin - 1);
  }
  unsigned long number(std::size_t number) const { return parse<unsigned long>(field(number)).value_or(0); }

 private:
  std::string text_;
  bool is_known_ = false;
};

// The kernel shows no environment after exec has thrown away the old program's memory and before it has set
// up the new one's; where the code begins is the first thing that it fills in afterwards (load_elf_binary).
// Nor does it of a process that ends, once its memory is gone, which is before its files are closed
// (do_exit).
bool has_no_environment(pid_t pid) {
  constexpr unsigned long kernel_thread = 0x00200000;  // PF_KTHREAD in the kernel's sched.h
  const Stat stat(pid);
  if (!stat.is_known()) return false;
  const auto state = stat.field(Stat::state);
  if (state.empty() || state == "Z" || state == "X" || (stat.number(Stat::flags) & kernel_thread) != 0)
    return true;
  return stat.number(Stat::code_start) != 0 &&
         stat.number(Stat::environment_start) == stat.number(Stat::environment_end);
}

}  // namespace

std::optional<std::vector<pid_t>> all_processes() {
  std::vector<pid_t> pids;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc", error), end; !error && entry != end;
       entry.increment(error)) {
    if (const auto pid = parse<pid_t>(entry->path().filename().native())) pids.push_back(*pid);
  }
  if (error) return std::nullopt;
  return pids;
}

pid_t parent_of(pid_t pid) { return parse<pid_t>(Stat(pid).field(Stat::parent)).value_or(0); }

// Without memory (ESRCH) it may be dead, or about to be: its state knows.
std::optional<std::string> environment_of(pid_t pid) {
  auto environment = contents(directory_of(pid) + "/environ");
  if (!environment && environment.error() != ESRCH) {
    return says_none(environment.error()) ? std::optional<std::string>("") : std::nullopt;
  }
  const bool is_empty = !environment || environment->empty();
  if (is_empty && !has_no_environment(pid)) return std::nullopt;
  return is_empty ? "" : std::move(*environment);
}

}  // namespace ninelives::supervisor
