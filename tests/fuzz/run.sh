#!/usr/bin/env bash
# One fuzz target for so many seconds, from its kept corpus; what it finds on the way goes to the build folder. A crash
# is printed with the input that caused it, which is kept there, too. NINELIVES_SEED=n begins as a former run did.
set -euo pipefail

[[ $# -eq 3 ]] || { echo "usage: run.sh BUILD_FOLDER TARGET SECONDS" >&2; exit 2; }
readonly build=$1 target=$2 seconds=$3
here=$(dirname "${BASH_SOURCE[0]}")
readonly here program=$build/tests/fuzz/fuzz_$target work=$build/fuzzing/$target
[[ -x $program ]] || { echo "$program is not built: run ./dev fuzz" >&2; exit 1; }
mkdir -p "$work/corpus" "$work/crashes"

# A target that crashes runs no destructors: what it had in tmpfs is removed here.
NINELIVES_TEST_DIR=$(mktemp -d /dev/shm/ninelives-fuzz.XXXXXX)
export NINELIVES_TEST_DIR
export UBSAN_OPTIONS=print_stacktrace=1
trap 'rm -rf "$NINELIVES_TEST_DIR"' EXIT

options=(-max_total_time="$seconds" -timeout=60 -report_slow_units=60 -rss_limit_mb=2048 -max_len=4096 -print_final_stats=1
  -artifact_prefix="$work/crashes/" -seed="${NINELIVES_SEED:-0}")
[[ ! -f $here/$target.dict ]] || options+=(-dict="$here/$target.dict")
# The first folder gets what is new.
if "$program" "${options[@]}" "$work/corpus" "$here/corpus/$target" >"$work/log" 2>&1; then
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log")
  coverage=$(sed -n 's/.*DONE *\(cov: [0-9]* ft: [0-9]*\) .*/\1/p' "$work/log")
  echo "fuzz: $target: $runs inputs, $coverage"
  exit
fi
grep -v -E '^#[0-9]+|^INFO: |symbolizer' "$work/log" | tail -n 60
# addr2line comes with every compiler, llvm's symbolizer does not.
echo "fuzz: $target: where:"
sed -n "s/.*fuzz_$target+\(0x[0-9a-f]*\)).*/\1/p" "$work/log" | head -n 32 | addr2line -Cfpe "$program"
input=$(sed -n 's/.*Test unit written to //p' "$work/log" | tail -n 1)
[[ -n $input ]] || exit 1
echo "fuzz: $target: the input:"
od -A x -t x1z -v "$input" | head -n 64
echo "fuzz: $target: again with: $program $input"
exit 1
