#!/usr/bin/env bash
# same_output.sh [--exact] EXPECTED COMMAND...: runs the command, and fails unless it succeeds and writes what EXPECTED says.
# Every number is as good as any other; with --exact, only one that was measured: "1.5 ms", "30 µs", "12 KiB".
set -uo pipefail
any='[0-9]+' by=N
[[ $1 == --exact ]] && { shift; any='[0-9]+(\.[0-9]+)? (ns|µs|ms|s|KiB|MiB)\b' by='N \2'; }
expected=$1; shift
output=$("$@") || { printf '%s\n' "$output"; exit 1; }
diff <(sed -E "s/$any/$by/g" <<<"$output") <(sed -E "s/$any/$by/g" "$expected") || { printf '%s\n' "$output"; exit 1; }
