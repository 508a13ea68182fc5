#!/usr/bin/env bash
# docs/otp-conformance.md against the lists of OTP's cases and against our tests: each case has one row, each test that a
# row names exists, and a case that means something for processes names at least one. Prints what is wrong, one line each.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

mapfile -t sources < <(find tests \( -name '*_test.cpp' -o -name CMakeLists.txt -o -name '*.scenario' \) | sort)

awk '
  function complain(text) { print "docs/otp-conformance.md: " text; bad = 1 }

  # The literals of a TEST_CASE or add_test are put together where the source breaks them.
  FILENAME ~ /_test\.cpp$|CMakeLists\.txt$/ {
    line = $0
    if (line ~ /TEST_CASE\(|NAME "/) { name = line; sub(/^[^"]*"/, "", name); open_name = 1 }
    else if (open_name) { name = line; sub(/^[ \t]*"/, "", name) }
    else next
    gsub(/\\"/, "\001", name)
    quote = index(name, "\"")
    ends = substr(name, quote + 1) !~ /^[ \t]*$/
    name = substr(name, 1, quote - 1)
    gsub(/\001/, "\"", name)
    whole = whole name
    if (ends) { test[whole] = 1; whole = ""; open_name = 0 }
    next
  }

  FILENAME ~ /\.scenario$/ {
    if (/^scenario /) { name = $0; sub(/^scenario /, "", name); test[name] = 1; sub(/:.*/, "", name); test[name] = 1 }
    next
  }

  FILENAME ~ /otp_cases\.txt$/ {
    if (/^#/ || NF == 0) next
    split($0, field, "\t")
    mark[field[1] SUBSEP field[3]] = field[2]
    next
  }

  /^## / { suite = $2; next }
  /^\| `/ {
    split($0, cell, / \| /)
    name = cell[1]; sub(/^\| `/, "", name); sub(/`$/, "", name)
    key = suite SUBSEP name
    if (!(key in mark)) { complain(suite " has no case \"" name "\""); next }
    if (key in seen) complain("two rows for " suite " \"" name "\"")
    seen[key] = 1
    if (cell[2] != mark[key]) complain(name " is marked " cell[2] ", not " mark[key])
    rest = cell[3]; sub(/ \|$/, "", rest); named = 0
    while (match(rest, /`[^`]+`/)) {
      wanted = substr(rest, RSTART + 1, RLENGTH - 2); rest = substr(rest, RSTART + RLENGTH); named++
      if (!(wanted in test)) complain(name ": there is no test \"" wanted "\"")
    }
    if (named == 0 && cell[3] !~ /^none: ./) complain(name ": neither a test nor, behind \"none: \", why there is none")
  }
  END {
    for (key in mark) if (!(key in seen)) { split(key, part, SUBSEP); complain("no row for " part[1] " \"" part[2] "\"") }
    exit bad
  }
' "${sources[@]}" tests/conformance/otp_cases.txt docs/otp-conformance.md
