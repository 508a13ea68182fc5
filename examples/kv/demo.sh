#!/usr/bin/env bash
# demo.sh BUILD: starts the kv tree, shoots the store and then the root, and shows what happens. Exits non-zero if any of
# it does not happen. Started by `./dev demo`.
set -uo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../drill/drill.bash"
begin "$1" kv

say "A tree of two processes: a key-value store in C++, and a plain program"
show ninelives run tree.toml --events events.jsonl \&
start_tree tree.toml kv ticker
show ninelives ls
"$ninelives" ls | indent
first=$(pid_of kv)

say "Put and get: a cast and a call, from the shell"
show "ninelives cast kv put '{\"key\": \"cat\", \"value\": \"nine lives\"}'"
"$ninelives" cast kv put '{"key": "cat", "value": "nine lives"}' || fail "a cast"
show "ninelives call kv get '{\"key\": \"cat\"}'"
answer=$("$ninelives" call kv get '{"key": "cat"}') || fail "a call"
indent <<<"$answer"
[[ $answer == '"nine lives"' ]] || fail "the value that was put is the one that is got"

say "kill -9 the store in the middle of traffic"
show traffic 2 \&
./traffic 2 >"$NINELIVES_DIR/traffic" &
traffic=$!
sleep 1
show "kill -9 $first"
kill -9 "$first"
until_true has_other_pid kv "$first" || fail "the store is restarted"
second=$(pid_of kv)
wait "$traffic" || fail "the traffic goes on"
indent <"$NINELIVES_DIR/traffic"
grep -q 'calls ended in reply' "$NINELIVES_DIR/traffic" || fail "calls are answered"
awk '/calls ended in/ && $NF != "reply" && $NF != "down" { exit 1 }' "$NINELIVES_DIR/traffic" ||
  fail "every call ends in a reply, or in down where the store died in the middle of it"
printf '  the store was process %s and is process %s\n' "$first" "$second"

say "A call that waits in the mailbox when the store dies is answered by its next life"
show "kill -STOP $second; ninelives call kv size & kill -9 $second"
kill -STOP "$second"
"$ninelives" call kv size >"$NINELIVES_DIR/answer" &
call=$!
waiting() { [[ $("$ninelives" ls --json | grep -c . ) -gt 0 ]] && compgen -G "$NINELIVES_DIR/shop.*/in.1.*/*" >/dev/null; }
until_true waiting || fail "the call reaches the mailbox"
kill -9 "$second"
wait "$call" || fail "the call is answered"
printf '  %s\n' "$(<"$NINELIVES_DIR/answer")"
until_true has_other_pid kv "$second" || fail "the store is restarted once more"

say "What the supervisor did, from its event file"
show "grep '\"kv\"' events.jsonl"
grep '"child":"kv"' "$events" |
  sed -E 's/.*"event":"([a-z_]+)".*"pid":([0-9]+),"incarnation":([0-9]+)(,"reason":"([^"]*)")?.*/\1 \2 \3 \5/' |
  awk '{ printf "  %-11s incarnation %s  process %-8s %s\n", $1, $3, ($2 == "0" ? "-" : $2), $4 }'
[[ $(grep -c '"event":"restarting".*"child":"kv"' "$events") -eq 2 ]] || fail "two restarts are in the event file"
show ninelives ls
"$ninelives" ls | indent

say "kill -9 the root: nothing is left alive"
children=("$(pid_of kv)" "$(pid_of ticker)")
show "kill -9 $root"
begin=$(date +%s%N)
kill -9 "$root"
until all_dead "${children[@]}"; do
  [[ $(date +%s%N) -lt $((begin + 5000000000)) ]] || fail "all children die with the root"
done
printf '  processes %s and %s were gone after %d ms\n' "${children[@]}" $((($(date +%s%N) - begin) / 1000000))

say "And the next run finds a clean place"
show ninelives run tree.toml \&
start_tree tree.toml kv ticker
show ninelives stop
stop_tree
[[ -z $(ls -d "$NINELIVES_DIR"/shop.* 2>/dev/null) ]] || fail "nothing of the node is left behind"
printf '  stopped; nothing is left in %s\n' "$NINELIVES_DIR"

say "All of it happened."
