#include "bench/harness/report.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <sys/utsname.h>
#include <thread>

#include "bench/harness/text.hpp"

namespace ninelives::bench {
namespace {

constexpr std::size_t name_width = 38;
constexpr std::size_t figure_width = 9;
constexpr std::size_t spread_width = 21;

std::string comparison(const Group& group, const Row& row) {
  const Row& ours = group.rows.front();
  if (&ours == &row || !group.compared) return {};
  const auto times = ratio(ours, row);
  if (!times) return {};
  if (*times < 1) return "ours is " + three_digits(1 / *times) + " x faster";
  return "ours takes " + three_digits(*times) + " x as long";
}

std::string line(const Row& row, const Group& group) {
  const std::string name = "  " + left(row.name, name_width);
  if (!row.measured()) return name + "  " + (row.trouble.empty() ? "not measured" : row.trouble);
  const Summary summary = summarise(row.turns);
  auto figure = [&](double value) { return ' ' + right(with_unit(value, group.unit), figure_width); };
  const std::string spread =
      with_unit(summary.p50_lowest, group.unit) + " - " + with_unit(summary.p50_highest, group.unit);
  return name + figure(summary.p50) + figure(summary.p99) + figure(summary.p999) + ' ' +
         right(spread, spread_width) + "  " + comparison(group, row);
}

std::string title(const Group& group) {
  auto heading = [](const char* text) { return ' ' + right(text, figure_width); };
  return left(group.name, name_width + 2) + heading("p50") + heading("p99") + heading("p999") + ' ' +
         right("p50 of the turns", spread_width);
}

// ---- JSON

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + '"';
}

std::string number(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::string figures(const Row& row) {
  if (!row.measured()) {
    return R"("p50": null, "p99": null, "p999": null, "p50_lowest": null, "p50_highest": null)";
  }
  const Summary summary = summarise(row.turns);
  return R"("p50": )" + number(summary.p50) + R"(, "p99": )" + number(summary.p99) + R"(, "p999": )" +
         number(summary.p999) + R"(, "p50_lowest": )" + number(summary.p50_lowest) + R"(, "p50_highest": )" +
         number(summary.p50_highest);
}

std::string ratios(const Row& row, const Group& group) {
  if (&row != &group.rows.front() || !group.compared) return "{}";
  std::string out;
  for (std::size_t i = 1; i < group.rows.size(); ++i) {
    if (const auto times = ratio(row, group.rows[i])) {
      out += (out.empty() ? "" : ", ") + json_string(group.rows[i].name) + ": " + number(*times);
    }
  }
  return '{' + out + '}';
}

std::string object(const Row& row, const Group& group) {
  return R"({"group": )" + json_string(group.name) + R"(, "name": )" + json_string(row.name) + ", " +
         figures(row) + R"(, "unit": )" + json_string(group.unit) + R"(, "ratio_to": )" + ratios(row, group) +
         R"(, "trouble": )" + json_string(row.trouble) + '}';
}

}  // namespace

void print_machine() {
  utsname system{};
  ::uname(&system);
  double load = 0;
  ::getloadavg(&load, 1);
  std::printf("Linux %s, %u cores, load %s before the start%s\n\n", system.release,
              std::thread::hardware_concurrency(), three_digits(load).c_str(),
              load > 0.5 ? ": others are at work, and in every figure" : "");
}

void print_tables(const std::vector<Group>& groups) {
  for (const Group& group : groups) {
    std::printf("%s\n", title(group).c_str());
    for (const Row& row : group.rows) std::printf("%s\n", line(row, group).c_str());
    std::printf("\n");
  }
}

void write_json(const std::vector<Group>& groups, const std::filesystem::path& file) {
  std::filesystem::create_directories(file.parent_path());
  const std::filesystem::path unfinished = file.string() + ".new";
  std::ofstream out(unfinished);
  const char* separator = "[\n";
  for (const Group& group : groups) {
    for (const Row& row : group.rows) {
      out << separator << object(row, group);
      separator = ",\n";
    }
  }
  out << "\n]\n";
  if (!out.flush()) throw std::runtime_error("cannot write " + unfinished.string());
  std::filesystem::rename(unfinished, file);
}

}  // namespace ninelives::bench
