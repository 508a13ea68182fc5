#!/usr/bin/env bash
# same_output.sh EXPECTED COMMAND...: runs the command, and fails unless it succeeds and writes what EXPECTED says,
# where every number is as good as any other.
set -uo pipefail
expected=$1; shift
output=$("$@") || { printf '%s\n' "$output"; exit 1; }
diff <(sed -E 's/[0-9]+/N/g' <<<"$output") <(sed -E 's/[0-9]+/N/g' "$expected") || { printf '%s\n' "$output"; exit 1; }
