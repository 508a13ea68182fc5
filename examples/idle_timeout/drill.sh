#!/usr/bin/env bash
# drill.sh BUILD: a server that ends when it is idle, under each restart type; then sixty of them, and what they leave behind.
set -uo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../drill/drill.bash"
begin "$1" idle_timeout
start_tree tree.toml pool

ended() { grep -q "\"event\":\"exited\".*\"child\":\"$1\".*\"reason\":\"normal\"" "$events"; }
was_restarted() { [[ $(restarts_of "$1") -ge 1 ]]; }
is_gone() { [[ -z $(state_of "$1") ]]; }

say "One program, three restart types: each ends by itself, normally, when nothing has come for 500 ms"
for child in permanent transient temporary; do until_true ended "$child" || fail "$child ends when it is idle"; done
until_true was_restarted permanent || fail "permanent is started again"
until_true has_state transient stopped || fail "transient is down"
until_true is_gone temporary || fail "temporary is gone"
[[ $(grep -c '"event":"restarting"' "$events") == $(grep -c '"event":"restarting".*"child":"permanent"' "$events") ]] ||
  fail "nobody but permanent is started again"
echo "  permanent  started again, each time"
echo "  transient  $(state_of transient), its last exit was $(last_exit_of transient); its spec is there:"
show "ninelives get-childspec transient | grep restart"
"$ninelives" get-childspec transient | grep restart | indent
echo "  temporary  gone, its spec too:"
show "ninelives get-childspec temporary"
"$ninelives" get-childspec temporary 2>&1 | sed 's/;.*//' | indent

# What a session could leave: an open file in one of the supervisors, a file of the node, a process.
pool=$(pid_of pool)
count() { printf '%d %d %d %d\n' "$(ls "/proc/$root/fd" | wc -l)" "$(ls "/proc/$pool/fd" | wc -l)" \
  "$(find "$NINELIVES_DIR"/idle.* | wc -l)" \
  "$(cat "/proc/$root/task"/*/children "/proc/$pool/task"/*/children | wc -w)"; }
nobody_is_there() { "$ninelives" count-children pool | grep -q '^active *0$'; }
as_before() {
  local now i
  read -ra now < <(count)
  for i in "${!before[@]}"; do [[ ${now[i]} -le ${before[i]} ]] || return 1; done
}
session() { "$ninelives" start-child pool -- 20 >/dev/null || fail "a session starts"; }

say "Sixty temporary ones in a dynamic supervisor, ten at a time; each ends after 20 ms"
"$ninelives" stop permanent
session  # what the first one makes for all, such as the way from the pool to the root, is there from now on
until_true nobody_is_there || fail "the first session ends"
read -ra before < <(count)
for round in {1..6}; do
  for one in {1..10}; do session; done
  until_true nobody_is_there || fail "all sessions end in round $round"
done
until_true as_before || fail "nothing is left: $(count), and before it was ${before[*]}"
sessions=$(grep -c '"event":"exited".*"child":"pool/session.*"reason":"normal"' "$events")
printf '  %d have ended normally\n' $((sessions - 1))
for what in "open files of the root" "open files of the pool's supervisor" "files of the node" "processes"; do
  printf '  %-36s as before\n' "$what:"
done

say "And when the tree has stopped"
show ninelives stop
stop_tree
[[ -z $(ls -d "$NINELIVES_DIR"/idle.* 2>/dev/null) ]] || fail "nothing of the node is left behind"
is_dead "$pool" || fail "the pool's supervisor has ended"
echo "  no process, no file"
