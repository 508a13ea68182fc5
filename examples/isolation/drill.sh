#!/usr/bin/env bash
# drill.sh BUILD: one worker does what it can to disturb; its neighbour is called before, meanwhile and afterwards.
set -uo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../drill/drill.bash"
begin "$1" isolation

# The vandal and its children, wherever those are: they have this node's place in their environment.
vandals() {
  local pid
  for pid in $(grep -lzxsF "NINELIVES_DIR=$NINELIVES_DIR" /proc/[0-9]*/environ | cut -d/ -f3); do
    [[ $(cat "/proc/$pid/comm" 2>/dev/null) == vandal ]] && ! is_dead "$pid" && echo "$pid"
  done
}
# Also those whom only a supervisor that lives would find.
clean_up_vandals() {
  local pid
  clean_up
  for pid in $(vandals); do kill -9 "$pid"; done
}
trap clean_up_vandals EXIT
are_so_many() { [[ $(vandals | wc -l) -eq $1 ]]; }
files_of() { find "/proc/$(pid_of "$1")/fd" -mindepth 1 2>/dev/null | wc -l; }
answers() { "$ninelives" call vandal ask >/dev/null; }
has_begun() { [[ -s $NINELIVES_DIR/meanwhile ]]; }

# after_breeding VANDAL: there are the worker and its eight; and then it is shot
after_breeding() {
  until_true are_so_many 9 || fail "the vandal has eight children"
  kill -9 "$1"
}

# deed MESSAGE TITLE [COMMAND]: the vandal does it, and is restarted
deed() {
  local vandal calls
  say "$2"
  vandal=$(pid_of vandal)
  printf '  before: %s\n' "$(./calls 2000 | tail -n 1)"
  : >"$NINELIVES_DIR/meanwhile"
  ./calls >"$NINELIVES_DIR/meanwhile" &
  calls=$!
  until_true has_begun || fail "the neighbour is called"
  "$ninelives" cast vandal "$1" || fail "the vandal is told so"
  [[ -n ${3:-} ]] && "$3" "$vandal"
  until_true has_other_pid vandal "$vandal" || fail "the vandal ends, and is restarted"
  answers || fail "its next life answers"
  kill -TERM "$calls"
  wait "$calls" || fail "all calls to the neighbour are answered"
  printf '  meanwhile: %s\n' "$(tail -n 1 "$NINELIVES_DIR/meanwhile")"
  printf '  after: %s\n' "$(./calls 2000 | tail -n 1)"
  printf '  it ended by %s\n' "$("$ninelives" ls | sed -nE '/^vandal /{s/(signal\([0-9]+), core/\1/; s/.* ([a-z]+\(.*)/\1/p}')"
  until_true are_so_many 1 || fail "of its processes there is only the new one"
  [[ $(files_of vandal) -lt 32 ]] || fail "its next life has few open files"
}

start_tree tree.toml neighbour vandal
answers || fail "the vandal answers"
neighbour=$(pid_of neighbour)

deed scribble "It scribbles over its own heap and stack"
deed vandalize "It scribbles over all memory that it shares with others"
deed hoard "It takes memory until there is none for it"
deed leak "It opens files and closes none"
deed breed "It forks, and is killed with kill -9" after_breeding

[[ $(pid_of neighbour) == "$neighbour" ]] || fail "the neighbour is the process that it was"
stop_tree
until_true are_so_many 0 || fail "no process is left"
[[ -z $(ls -d "$NINELIVES_DIR"/isolation.* 2>/dev/null) ]] || fail "nothing of the node is left behind"
say "All calls were answered, by the same neighbour; no process and no file is left."
