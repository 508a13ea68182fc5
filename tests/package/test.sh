#!/usr/bin/env bash
# test.sh BUILD WORK COMPILER: installs BUILD under WORK, builds the consumer against it, and lets the installed
# `ninelives` supervise it.
set -euo pipefail
build=$1 work=$2 compiler=$3
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
rm -rf "$work"
mkdir -p "$work/tree"
NINELIVES_DIR=$(mktemp -d /dev/shm/ninelives-test.XXXXXX)
export NINELIVES_DIR
root=
clean_up() { [[ -z $root ]] || kill -9 "$root" 2>/dev/null || true; rm -rf "$NINELIVES_DIR"; }
trap clean_up EXIT

cmake --install "$build" --prefix "$work/prefix" >/dev/null
cmake -S "$here/consumer" -B "$work/consumer" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" \
  -DCMAKE_CXX_COMPILER="$compiler" >/dev/null
cmake --build "$work/consumer"

cat >"$work/tree/tree.toml" <<TOML
node = "calculator"
[[child]]
id = "calculator"
command = ["$work/consumer/consumer"]
TOML
ninelives=$work/prefix/bin/ninelives
"$ninelives" run "$work/tree/tree.toml" &
root=$!
for _ in {1..500}; do "$ninelives" ls 2>/dev/null | grep -q running && break; sleep 0.02; done
answer=$("$ninelives" call calculator add '{"a": 2, "b": 40}')
[[ $answer == 42 ]] || { echo "2 + 40 is $answer"; exit 1; }
"$ninelives" stop
wait "$root"
root=
