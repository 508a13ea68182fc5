#!/usr/bin/env bash
# drill.sh BUILD: each way to fill a dynamic supervisor at boot, under each strategy; who is killed, and how many children are
# there afterwards.
set -uo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../drill/drill.bash"
begin "$1" boot
ways=(worker temporary transient named demand)
declare -A says=([worker]="a boot worker" [temporary]="a temporary task" [transient]="a transient task"
  [named]="the same, with names" [demand]="on demand")
export BOOT_GATE=$NINELIVES_DIR/gate
exec {gate}>"$BOOT_GATE"

# The tree as it is now: "NAME STATE PID" of each process.
look() {
  tree=$("$ninelives" ls | awk '
    NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i; next }
    { print $1, $at["STATE"], $at["PID"] }')
}
has() { grep -Eq "$1" <<<"$tree"; }
pid_in_tree() { sed -nE "s#^$1 [a-z]+ ([0-9]+)\$#\\1#p" <<<"$tree" | head -n 1; }

# How many of the three children a way has; on demand, after each was asked for once.
how_many() {
  local ids total kinds
  ids=$(sed -nE "s#^$1/pool/([a-z]+).*#\\1#p" <<<"$tree")
  total=$(grep -c . <<<"$ids")
  kinds=$(sort -u <<<"$ids" | grep -c .)
  case $total-$kinds in
    3-3) echo "all" ;;
    0-0) echo "none" ;;
    "$kinds-$kinds") echo "only $kinds" ;;
    *) echo "$((total - kinds)) doubled" ;;
  esac
}

# Those who are shot are gone, what follows from that has been done, and everybody is where he stays: a supervisor answers when
# it has done what it was about to do, a boot worker when it has started all, and a task has ended then.
is_settled() {
  local way
  look
  for way in "${!victim[@]}"; do ! has " ${victim[$way]}\$" || return 1; done
  for way in "${ways[@]}"; do
    [[ $("$ninelives" which-children "$way") != *restarting* ]] || return 1
  done
  "$ninelives" call worker/boot ready >/dev/null 2>&1 || return 1
  look
  ! has ' (starting|stopping|restarting) ' && ! has '^(temporary|transient|named)/boot running'
}

# choose VICTIM: the process that is shot, of each way that has one
declare -A victim
choose() {
  local way name
  for way in "${ways[@]}"; do
    case $1-$way in
      child-*) name=$way/pool/ann:[0-9]+ ;;
      pool-*) name=$way/pool ;;
      *-demand) continue ;;
      at-work-* | done-worker) name=$way/boot ;;
      *) continue ;;
    esac
    victim[$way]=$(pid_in_tree "$name")
    [[ -n ${victim[$way]} ]] || fail "there is somebody to shoot: $1 of $way"
  done
}
all_are_at_work() {
  local way
  look
  for way in worker temporary transient named; do has "^$way/pool/ann:1 starting" || return 1; done
}

ask_for_those_on_demand() { ./ask demand/pool && look || fail "a session that is asked for is there"; }
is_full() {
  local way
  until_true is_settled || return 1
  ask_for_those_on_demand
  for way in "${ways[@]}"; do [[ $(how_many "$way") == all ]] || return 1; done
}

# phase STRATEGY VICTIM: a fresh tree, the shots, and what is there afterwards: a line for each way
phase() {
  local way
  victim=()
  [[ $2 == at-work ]] && flock "$gate"  # no child comes further than its init
  start_tree "$1.toml" "${ways[@]}"
  if [[ $2 == at-work ]]; then until_true all_are_at_work || fail "all begin to start children"
  else is_full || fail "all children are there"
  fi
  choose "$2"
  kill -9 "${victim[@]}"
  until_true all_dead "${victim[@]}" || fail "they die"
  flock -u "$gate"
  until_true is_settled || fail "all goes on after the shots"
  ask_for_those_on_demand
  for way in "${ways[@]}"; do
    if [[ -n ${victim[$way]:-} ]]; then how_many "$way"; else echo "-"; fi
  done >"$NINELIVES_DIR/$1.$2"
  stop_tree
}

say "kill -9: how many of the three children are there afterwards?"
for strategy in one_for_one rest_for_one; do
  for killed in child at-work done pool; do phase "$strategy" "$killed"; done
  printf '\n%-22s %-9s %-15s %-15s %s\n' "$strategy" "a child" "boot, at work" "boot, later" "the dynamic supervisor"
  paste -d '|' <(for way in "${ways[@]}"; do echo "${says[$way]}"; done) \
    "$NINELIVES_DIR/$strategy".{child,at-work,done,pool} |
    awk -F '|' '{ printf "  %-20s %-9s %-15s %-15s %s\n", $1, $2, $3, $4, $5 }'
done

say "All of it happened."
