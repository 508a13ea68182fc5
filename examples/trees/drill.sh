#!/usr/bin/env bash
# drill.sh BUILD: two children under three strategies: who is restarted when one of them crashes, and what happens at the
# crash that is one too many.
set -uo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../drill/drill.bash"
begin "$1" trees

start() {
  events=$NINELIVES_DIR/$1.jsonl
  "$ninelives" run "$1.toml" --events "$events" 2>>"$NINELIVES_DIR/log" &
  root=$!
  until_true both_run || fail "a and b start"
}
both_run() { has_pid a && has_pid b; }

# crash CHILD: and says who is another process then. Before anybody of a group is started, all of it have been stopped.
crash() {
  local a b restarted=()
  a=$(pid_of a) b=$(pid_of b)
  "$ninelives" cast "$1" crash || fail "$1 is told to crash"
  until_true has_other_pid "$1" "${!1}" || fail "$1 is restarted"
  until_true both_run || fail "both run again"
  has_other_pid a "$a" && restarted+=(a)
  has_other_pid b "$b" && restarted+=(b)
  echo "${restarted[*]}"
}

# What the event file says from the last crash on: which child, what, why.
end_of_the_tree() {
  sed -n '/"event":"shutdown"/,$p' "$events" | sed -nE '/"event":"(shutdown|stopping|exited|gave_up|node_failed)"/{
    s/.*"event":"([a-z_]+)"(.*"child":"([^"]+)")?(.*"reason":"(([^"\\]|\\.)*)")?.*/\3;\1;\5/; s/\\"/"/g; p }' |
    while IFS=';' read -r child event reason; do printf '%-3s%-13s%s\n' "${child:--}" "$event" "$reason"; done | sed 's, *$,,'
}

declare -A after_a after_b code
for tree in one_for_one rest_for_one one_for_all; do
  start "$tree"
  after_a[$tree]=$(crash a) || exit 1
  after_b[$tree]=$(crash b) || exit 1
  both=("$(pid_of a)" "$(pid_of b)")
  "$ninelives" cast b crash || fail "b is told to crash once more"
  until_true is_dead "$root" || fail "$tree gives up"
  wait "$root"
  code[$tree]=$?
  root=
  [[ ${code[$tree]} == 1 ]] || fail "run exits with 1, and it is ${code[$tree]}"
  all_dead "${both[@]}" || fail "nobody is left of $tree"
  end_of_the_tree >"$NINELIVES_DIR/end"
done

say "Two children, a before b. Who is another process after a crash?"
printf '  %-14s %-14s %-14s %s\n' strategy "a crashes" "b crashes" "b again: one too many"
for tree in one_for_one rest_for_one one_for_all; do
  printf '  %-14s %-14s %-14s %s\n' "$tree" "${after_a[$tree]}" "${after_b[$tree]}" "run exits with ${code[$tree]}"
done

say "How the last of them ended, from its event file: intensity = 2, so the third crash within the period is one too many"
indent <"$NINELIVES_DIR/end"
