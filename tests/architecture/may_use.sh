#!/usr/bin/env bash
# Every #include of the sources against the table in docs/architecture.md. Prints what breaks it, one line each.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

mapfile -t sources < <(find spec ipc worker supervisor examples bench \( -name '*.cpp' -o -name '*.hpp' \) | sort)

awk '
  function trim(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); return s }

  # The longest folder of the table that a path lies in.
  function folder_of(path,    folder, best) {
    best = ""
    for (folder in purpose) if (index(path, folder) == 1 && length(folder) > length(best)) best = folder
    return best
  }

  # Which folder an include comes from; empty: from outside.
  function target_of(name, quoted) {
    if (name ~ /^ninelives\/spec\//) return "spec/"
    if (name ~ /^ninelives\/ipc\//) return "ipc/"
    if (name ~ /^ninelives\//) return "worker/"
    return quoted ? folder_of(name) : ""
  }

  function library_of(name) {
    if (name ~ /^boost\//) return "boost"
    if (name ~ /^spdlog\//) return "spdlog"
    if (name ~ /^CLI\//) return "CLI"
    if (name ~ /^toml\+\+\//) return "toml++"
    return name in pure ? "std" : "os"
  }

  BEGIN {
    split("algorithm array bit charconv chrono compare concepts cstddef cstdint deque expected functional initializer_list " \
          "iterator limits map memory numeric optional queue random ranges set span stdexcept string string_view tuple type_traits " \
          "unordered_map utility variant vector", names, " ")
    for (i in names) pure[names[i]] = 1
  }

  FILENAME ~ /architecture\.md$/ {
    if (split($0, cell, "|") != 6 || cell[2] !~ /`[a-z\/]+`/) next
    folder = trim(cell[2]); gsub(/`/, "", folder)
    purpose[folder] = trim(cell[3])
    uses = cell[4]; gsub(/`/, "", uses); may_use[folder] = " " trim(uses) " " folder " "
    outside[folder] = " " trim(cell[5]) " "
    next
  }

  /^[ \t]*#[ \t]*include/ {
    quoted = $0 ~ /"/
    name = $0; sub(/^[^<"]*[<"]/, "", name); sub(/[>"].*$/, "", name)
    here = folder_of(FILENAME)
    if (quoted && name !~ /\//) next    # a neighbour, as in the examples
    target = target_of(name, quoted)
    if (target == "" && quoted) { print FILENAME ":" FNR ": " name " is in no folder of docs/architecture.md"; bad = 1 }
    else if (target != "" && index(may_use[here], " " target " ") == 0) {
      print FILENAME ":" FNR ": " here " may not use " target " (" name ")"; bad = 1
    }
    else if (target == "" && index(outside[here], " " library_of(name) " ") == 0) {
      print FILENAME ":" FNR ": " here " may not use <" name ">, which is " library_of(name); bad = 1
    }
  }
  END { exit bad }
' docs/architecture.md "${sources[@]}" || { echo "docs/architecture.md says who may use whom" >&2; exit 1; }
