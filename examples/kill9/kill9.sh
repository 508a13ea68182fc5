#!/usr/bin/env bash
# kill9.sh BUILD [KILLS]: kills so many senders of a ninelives mailbox, and then those of a Boost.Interprocess
# message_queue until nothing moves any more. Exits non-zero if a message of the mailbox is missing. Started by
# `./dev kill9`.
set -uo pipefail

build=$(realpath "$1")
kills=${2:-2000}
ninelives=$build/supervisor/ninelives
cd "$build/examples/kill9" || exit 1

NINELIVES_DIR=$(mktemp -d /dev/shm/ninelives-kill9.XXXXXX)
export NINELIVES_DIR
root=

# Only what was started here: the senders end by themselves when their node has ended.
clean_up() {
  [[ -n $root ]] && kill -9 "$root" 2>/dev/null
  wait 2>/dev/null
  rm -rf "$NINELIVES_DIR"
}
trap clean_up EXIT

echo "a ninelives mailbox:"
"$ninelives" run tree.toml 2>"$NINELIVES_DIR/log" &
root=$!
for ((tries = 0; tries < 1000; ++tries)); do
  "$ninelives" call counter count >/dev/null 2>&1 && break
  sleep 0.01
done
./mailbox "$kills" || exit 1
"$ninelives" stop && wait "$root" && root=

echo "a Boost.Interprocess message_queue:"
./queue "$kills"
