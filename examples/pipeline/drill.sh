#!/usr/bin/env bash
# drill.sh BUILD: runs the pipeline undisturbed, and then again with kills of its stages all the way; compares what they write.
# Who is killed where is random: NINELIVES_SEED=n replays it.
set -uo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../drill/drill.bash"
begin "$1" pipeline
kills=24
seed=${NINELIVES_SEED:-$((RANDOM * 32768 + RANDOM))}
RANDOM=$seed
export PIPELINE_INPUT=$NINELIVES_DIR/input.log PIPELINE_OUTPUT

# A log of web servers, the same each time: lines that are wanted, lines that are not, and now and then one that is none. To
# the pipeline its seven parts are not the same, as a row says where its line stands.
write_input() {
  awk 'BEGIN {
    split("/cart/17 /cart/42?user=9 /static/site.css /checkout /search?q=cat /static/logo.png / /item/1999", path, " ")
    split("200 200 200 304 404 503", status, " ")
    for (x = lines = 1; lines <= 100000; ++lines) {
      x = x * 16807 % 2147483647
      if (x % 1000 == 0) print "-- MARK --"
      else printf "web%d GET %s %d %d\n", x % 7, path[x % 8 + 1], status[x % 6 + 1], x % 90001
    }
  }' >"$1.part"
  for _ in {1..7}; do cat "$1.part"; done >"$1"
}
size_of() { stat -c %s "$1" 2>/dev/null || echo 0; }
mib() { echo "$((($1 + 524288) / 1048576)) MiB"; }
has_written() { [[ $(size_of "$PIPELINE_OUTPUT") -ge $1 ]] || is_dead "$root"; }

# run_to_the_end OUTPUT COMMAND...: a run of the pipeline, and what happens meanwhile
run_to_the_end() {
  PIPELINE_OUTPUT=$NINELIVES_DIR/$1; shift
  rm -f "$PIPELINE_OUTPUT"
  start_tree tree.toml
  "$@"
  patience=60 tree_has_ended
}

# stages: the running ones, as "reader PID"; what the largest has ever taken is kept, in bytes
peak=0
look_at_stages() {
  stages=$("$ninelives" ls 2>/dev/null | awk '$2 == "worker" && $3 == "running" { print $1, $4 }')
  local pid kib
  while read -r _ pid; do
    kib=$(awk '$1 == "VmHWM:" { print $2 }' "/proc/$pid/status" 2>/dev/null)
    [[ ${kib:-0} -gt $((peak / 1024)) ]] && peak=$((kib * 1024))
  done <<<"$stages"
}

# How often the reader was asked for a part, and how many are written, by the place that the last whole row names.
asked() { "$ninelives" statistics reader | sed -E 's/.*"messages_in":([0-9]+).*/\1/'; }
written() { echo $(($(tail -n 2 "$PIPELINE_OUTPUT" | head -n 1 | cut -d' ' -f1) / 65536 + 1)); }
# The fifth time in a row that it is the same number.
is_asked_no_more() {
  local now; now=$(asked)
  [[ $now == "$last" ]] || { last=$now same=0; }
  [[ $((++same)) -ge 5 ]]
}
stop_the_writer() {
  until_true has_written $((size / 8)) || fail "an eighth of the output is written"
  local writer last='' same=0
  writer=$(pid_of writer)
  kill -STOP "$writer"
  until_true is_asked_no_more || fail "the reader is asked no more while the writer stands still"
  local ahead=$((last - $(written)))
  kill -CONT "$writer"
  [[ $ahead -le 4 ]] || fail "the reader is at most 4 parts ahead, and not $ahead"
  echo "  the reader is at most 4 parts of 64 KiB ahead, and nobody asks it for more"
}

# Each kill when so much more is written, spread over the rest of the run.
shoot() {
  local shot stage pid victims=(reader parser writer)
  for ((shot = 1; shot <= kills; ++shot)); do
    until_true has_written $((size / 8 + size * 7 / 8 * (shot * 1000 - RANDOM % 1000) / (kills * 1000 + 1000))) ||
      fail "the output grows (NINELIVES_SEED=$seed)"
    look_at_stages
    stage=${victims[RANDOM % 3]}
    pid=$(awk -v name="$stage" '$1 == name { print $2 }' <<<"$stages")
    [[ -n $pid ]] && kill -9 "$pid" 2>/dev/null
  done
}

write_input "$PIPELINE_INPUT"
say "Undisturbed: reader, parser, writer"
run_to_the_end undisturbed true
output=$NINELIVES_DIR/undisturbed
size=$(size_of "$output")
printf '  %s of log become %s of rows; the first is: %s\n' "$(mib "$(size_of "$PIPELINE_INPUT")")" "$(mib "$size")" \
  "$(head -n 1 "$output")"
[[ $(wc -l <"$output") -eq $(grep -vc ' /static/' "$PIPELINE_INPUT") ]] || fail "there is a row for each line that is wanted"

disturb() {
  say "Back-pressure: kill -STOP the writer; and kill -CONT"
  stop_the_writer
  say "kill -9 a random stage, $kills times, all the way"
  shoot
}
rm "$events"
run_to_the_end disturbed disturb
until
  cmp "$output" "$PIPELINE_OUTPUT" || fail "the output is the same (NINELIVES_SEED=$seed)"
  [[ $(grep -c '"event":"restarting"' "$events") -ge $kills ]]
do run_to_the_end disturbed.again shoot; done  # some came too late for that run
for stage in reader parser writer; do
  grep -q "\"event\":\"restarting\".*\"child\":\"$stage\"" "$events" || fail "the $stage was among them (NINELIVES_SEED=$seed)"
done
echo "  each has come again, and the output is the same: no row is missing, none is there twice"

say "A kill in the middle of a write: an output that ends in the middle of a row"
cut() { head -c $((size - 1 - (RANDOM * 32768 + RANDOM) % 1000000)) "$output" >"$PIPELINE_OUTPUT"; }
for ((cuts = 0; cuts < 3; ++cuts)); do
  # A write is over in microseconds, so that it is hardly ever hit; but this is what is left then.
  PIPELINE_OUTPUT=$NINELIVES_DIR/cut
  until cut && [[ $(tail -c 1 "$PIPELINE_OUTPUT") != '' ]]; do :; done
  start_tree tree.toml
  tree_has_ended
  cmp "$output" "$PIPELINE_OUTPUT" || fail "the output is the same (NINELIVES_SEED=$seed)"
done
echo "  it is cut off, and written anew; the output is the same"

say "Memory"
printf '  the largest stage has ever taken %s\n' "$(mib "$peak")"
[[ $peak -lt $(size_of "$PIPELINE_INPUT") ]] || fail "no stage takes as much memory as there is input"

say "All of it happened."
