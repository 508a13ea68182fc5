#!/usr/bin/env bash
# drill.sh BUILD: a collector that ticks without drift, beside one that drifts; its long work is done by tasks, one of which is
# shot. Exits non-zero if it is otherwise. Started by `./dev drill periodic`.
set -uo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../drill/drill.bash"
begin "$1" periodic

ask() { "$ninelives" call "$1" "$2" "${3:-{\}}"; }
field() { sed -E "s/.*\"$1\":(-?[0-9]+).*/\1/"; }
ticks_of() { ask "$1" ticks | field ticks; }
late() { ask "$1" ticks | field late; }
has_ticked() { [[ $(ticks_of "$1") -ge $2 ]]; }
task() { "$ninelives" ls 2>/dev/null | awk '$1 ~ /^tasks\/summary/ && $3 == "running" { print $4 }'; }
has_task() { [[ -n $(task) ]]; }
has_no_task() { ! has_task; }
# report ROUNDS: in the background; its answer is in $NINELIVES_DIR/report
report() { "$ninelives" call collector report "{\"rounds\": $1}" --timeout 1min >"$NINELIVES_DIR/report" 2>&1 & asker=$!; }

start_tree tree.toml tasks collector drifter
say "A tick every 100 ms, of which 30 ms are work; after 20 of them the one with a timer per tick is far behind"
until_true has_ticked drifter 20 || fail "20 ticks"
until_true has_ticked collector 20 || fail "20 ticks"
drifted=$(late drifter) kept=$(late collector)
printf '  send_after in each tick: the last one came %d ms after its time\n' $((drifted / 1000))
printf '  send_interval:           the last one came %d ms after its time\n' $((kept / 1000))
# What drifts has lost at least its work at each of 19 ticks.
[[ $drifted -ge 570000 && $kept -lt 570000 ]] || fail "only the one with a timer per tick drifts"

say "Long work is a process of its own: the collector ticks and answers while it runs"
show "ninelives call collector report '{\"rounds\": 1000000000}' &"
report 1000000000
until_true has_task || fail "a task runs"
first=$(pid_of collector) before=$(ticks_of collector)
until_true has_ticked collector $((before + 3)) || fail "it ticks on"
has_task || fail "the task still runs"
echo "  it has ticked three times since the task began, and has said so"
[[ $(ask collector report '{"rounds": 1}') == '{"error":"not now"}' ]] || fail "a second report is refused"
echo "  a second report is refused: not now"

say "kill -9 the task: the collector is told, and goes on"
show kill -9 "the task"
kill -9 "$(task)"
wait "$asker" || fail "whoever waits for the report is answered"
indent <"$NINELIVES_DIR/report"
grep -q '"error":.*signal(9)' "$NINELIVES_DIR/report" || fail "the answer says how the task has ended"
before=$(ticks_of collector)
until_true has_ticked collector $((before + 1)) || fail "it ticks on"
[[ $(pid_of collector) == "$first" && $(restarts_of collector) == 0 ]] || fail "the collector is the same process"
echo "  the collector is the same process, and ticks"
until_true has_no_task || fail "a task is not restarted"

say "A report that is let finish"
show "ninelives call collector report '{\"rounds\": 1000}'"
report 1000
wait "$asker" || fail "a report"
sed -E 's/.*"median":(-?[0-9]+),"from":(-?[0-9]+),"to":(-?[0-9]+).*/  ticks are late by \1 µs; by \2 µs to \3 µs, with a confidence of 90 %/' "$NINELIVES_DIR/report"
grep -q '"ok"' "$NINELIVES_DIR/report" || fail "the answer is a summary"
until_true has_no_task || fail "the task is gone when it is done"

say "Where no task can be started, that is the answer"
show ninelives stop tasks
"$ninelives" stop tasks || fail "the supervisor of the tasks stops"
report 1000
wait "$asker" || fail "an answer"
indent <"$NINELIVES_DIR/report"
grep -q '"error"' "$NINELIVES_DIR/report" || fail "the answer is an error"
[[ $(pid_of collector) == "$first" ]] || fail "the collector is the same process"

say "All of it happened."
stop_tree
