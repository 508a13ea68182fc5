#!/usr/bin/env bash
# check.sh COMPILER FLAG...: each file beside this one must fail to compile, with at most three errors, one of which has the
# words of its first line. Whoever gets a server wrong reads these.
set -uo pipefail
compiler=$1
shift
bad=0
for file in "$(dirname "${BASH_SOURCE[0]}")"/*.cpp; do
  wanted=$(sed -n '1s|^// error: ||p' "$file")
  if said=$("$compiler" "$@" -std=c++23 -fsyntax-only "$file" 2>&1); then
    echo "$file compiles"
    bad=1
  elif ! grep -F -q -- "$wanted" <<<"$said"; then
    echo "$file: the compiler does not say \"$wanted\", but:"
    grep -E 'error' <<<"$said" | head -5
    bad=1
  elif (($(grep -c ' error: ' <<<"$said") > 3)); then
    echo "$file: more than three errors for one mistake"
    grep -E ' error: ' <<<"$said" | head -8
    bad=1
  fi
done
exit $bad
