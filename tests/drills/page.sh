#!/usr/bin/env bash
# docs/drills.md against the examples and the suite: every drill has its line in the course, and what ticks the checklist are tests
# that exist. Prints what is wrong, one line each.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
page=docs/drills.md
bad=0
complain() { printf '%s: %s\n' "$page" "$*"; bad=1; }

# ctest's names of those that the checklist may use: a drill is one by its drill.sh.
names() {
  for script in examples/*/drill.sh; do printf 'drill: %s\n' "$(basename "$(dirname "$script")")"; done
  sed -n 's/.*("\(drill: [^"$]*\)".*/\1/p' tests/CMakeLists.txt
}
tests=$(names)

for script in examples/*/drill.sh; do
  folder=$(dirname "$script")
  grep -q "^| [0-9]* | \[$(basename "$folder")\](../$folder) |" "$page" || complain "$folder has no place in the course"
  for file in README.md expected.txt; do [[ -s $folder/$file ]] || complain "$folder has no $file"; done
done
while read -r folder; do
  [[ -d examples/$folder ]] || complain "there is no examples/$folder"
done < <(sed -n 's|.*(\.\./examples/\([a-z0-9_]*\)).*|\1|p' "$page")

checklist=$(sed -n '/^- \[/,$p' "$page")
[[ $checklist != *'- [ ]'* ]] || complain "something on the checklist is not done"
# One criterion a line, wherever the page breaks it.
while read -r criterion; do
  [[ $criterion == *'`drill: '* ]] || complain "no test ticks: $criterion"
  while read -r test; do
    grep -qxF "$test" <<<"$tests" || complain "there is no test \"$test\""
  done < <(grep -o '`drill: [^`]*`' <<<"$criterion" | tr -d '`')
done < <(awk '/^- \[/ { if (line) print line; line = $0; next } { sub(/^ +/, " "); line = line $0 } END { print line }' <<<"$checklist")
exit $bad
