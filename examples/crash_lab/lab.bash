# Sourced by both scripts, behind drill.bash: the ways to die, and the tree that is drawn.

ways=(kill_9 segfault abort exit_0 exit_3 exception endless_loop memory_hog)

# kill_by WAY NAME: returns when that life is over, and what its end leads to has happened
kill_by() {
  local way=$1 name=$2 pid
  pid=$(pid_of "$name")
  if [[ $way == kill_9 ]]; then "$ninelives" kill "$name"
  else "$ninelives" cast "$name" die "{\"way\": \"$way\"}"
  fi || fail "$name can be told to die"
  until_true is_other "$name" "$pid" || fail "$name dies by $way"
  until_true is_calm || fail "the tree is in order again"
}
# It is another process by now, or none any more.
is_other() { local now; now=$(state_of "$1"); [[ -z $now || $now == stopped ]] || has_other_pid "$1" "$2"; }
is_calm() { "$ninelives" ls | awk 'NR > 1 && $3 != "running" && $3 != "stopped" { unrest = 1 } END { exit unrest }'; }

# The lines of `ninelives ls`: name, type, state, pid, restarts, uptime and last exit, with tabs between them.
rows() { "$ninelives" ls | sed -E 's/^( *[^ ]+) +([^ ]+) +([^ ]+) +([^ ]+) +([^ ]+) +([^ ]+) +(.*)$/\1\t\2\t\3\t\4\t\5\t\6\t\7/'; }
# Without what is different each time.
draw() { rows | awk -F '\t' '{ printf "  %-12s %-11s %-8s %-9s %s\n", $1, $2, $3, $5, $7 }'; }
last_exit() { rows | awk -F '\t' -v name="$1" '{ sub(/^ +/, "", $1) } $1 == name { print $7 }'; }
