// The pure core: which lines belong to a part of the input, what becomes of them, and how far an output is.
#pragma once
#include <algorithm>
#include <charconv>
#include <sstream>
#include <string_view>

#include "api.hpp"

namespace pipeline {

// The part that begins there. Parts end where 64 KiB do, so that they can be asked for before those in front
// of them are known.
inline Demand part_at(std::uint64_t begin) { return {begin, (begin / 65536 + 1) * 65536}; }

// The lines of a part. `bytes`: what stands in the input from the byte before the part on, or from 0 on, as
// far as the end of its last line or further. A line belongs to the part in which it begins.
inline Part lines_of(const Demand& part, std::string_view bytes) {
  const std::uint64_t base = part.begin == 0 ? 0 : part.begin - 1;
  const std::size_t first = part.begin == 0 ? 0 : bytes.find('\n') + 1;  // behind npos: 0
  if (base + first < part.begin || base + first >= part.end) return {.begin = part.end};
  const std::size_t newline = bytes.find('\n', part.end - 1 - base);
  return {.begin = base + first,
          .text = std::string(bytes.substr(first, std::min(newline, bytes.size() - 1) + 1 - first))};
}

// "web3 GET /cart/17 200 1532" becomes "web3 /cart 2xx 1532".
inline std::string parsed(const std::string& line) {
  std::istringstream words(line);
  std::string host, method, path, status, us;
  if (!(words >> host >> method >> path >> status >> us)) return "malformed";
  return host + ' ' + path.substr(0, path.find('/', 1)) + ' ' + status[0] + "xx " + us;
}

// A row for each line, except for those of /static. In front stands where the line ends in the input: who
// reads the last row knows how far the output is.
inline std::string rows_of(const Part& lines) {
  std::string rows, line;
  std::uint64_t end = lines.begin;
  for (std::istringstream text(lines.text); std::getline(text, line);) {
    end += line.size() + 1;
    if (line.contains(" /static/")) continue;
    rows += std::to_string(end) + ' ' + parsed(line) + '\n';
  }
  return rows;
}

// How far an output of so many bytes is, by the last of them; these are more than a row.
struct Progress {
  std::uint64_t rows = 0;  // bytes of whole rows: what is behind them was half written
  std::uint64_t next = 0;  // in the input: what is before it is done
};
inline Progress progress_of(std::uint64_t size, std::string_view tail) {
  Progress progress{.rows = size - tail.size()};
  const std::size_t end = tail.rfind('\n');
  if (end == std::string_view::npos) return progress;
  progress.rows += end + 1;
  const std::string_view row = tail.substr(tail.substr(0, end).rfind('\n') + 1);  // behind npos: 0
  std::from_chars(row.data(), row.data() + row.size(), progress.next);
  return progress;
}

}  // namespace pipeline
