#!/usr/bin/env bash
# crash_lab.sh BUILD: choose a victim and a way to die, again and again; the tree is drawn before and after. Started by
# `./dev drill crash_lab --interactive`.
set -uo pipefail

here=$(dirname "${BASH_SOURCE[0]}")
source "$here/../drill/drill.bash"
source "$here/lab.bash"
begin "$1" crash_lab

# choose QUESTION WORD...: one of the words, in $choice; 1 if there is no answer any more
choose() {
  local PS3="$1 (a number; ctrl-D: stop) "; shift
  select choice in "$@"; do [[ -n $choice ]] && return 0; done
  return 1
}

start_tree tree.toml alice bert carl wing wing/dora wing/emil
say "Before"
"$ninelives" ls | indent
while mapfile -t victims < <("$ninelives" ls | awk 'NR > 1 && $3 == "running" { print $1 }') && choose "Who?" "${victims[@]}"; do
  victim=$choice
  # A supervisor takes no messages that would kill it.
  if [[ $(field_of "$victim" TYPE) == supervisor ]]; then choose "How?" kill_9; else choose "How?" "${ways[@]}"; fi || break
  show "$choice" "$victim"
  kill_by "$choice" "$victim"
  say "After"
  "$ninelives" ls | indent
done
echo
stop_tree
