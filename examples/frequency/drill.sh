#!/usr/bin/env bash
# drill.sh BUILD: telephone calls get frequencies, hang up, are shot, and give up waiting; each frequency comes back, once.
set -uo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../drill/drill.bash"
begin "$1" frequency
start_tree tree.toml frequency phones

# dial WHO: starts a phone, keeps its name in phones[WHO], and says what came of it
declare -A phones
dial() {
  local answer
  answer=$("$ninelives" start-child phones -- "$1" 2>&1)
  phones[$1]=$(head -n 1 <<<"$answer")
  printf '  %s: %s\n' "$1" "$(tail -n 1 <<<"$answer")"
}
free() { "$ninelives" call frequency free 2>/dev/null; }
is_free() { [[ $(free) == "$1" ]]; }
comes_back() { until_true is_free "$1" || fail "$1 is free, and it is $(free)"; printf '  free: %s\n' "$1"; }

say "Three frequencies, four phones"
for who in ann bob cat dan; do dial "$who"; done
comes_back '[]'

say "Ann hangs up"
"$ninelives" call "${phones[ann]}" hang_up >/dev/null || fail "she hangs up"
comes_back '[10]'

say "Somebody gives back what is Bob's: an error is an answer, and nobody dies of it"
show "ninelives call frequency deallocate '{\"frequency\": 11}'"
"$ninelives" call frequency deallocate '{"frequency": 11}' | indent
comes_back '[10]'

say "kill -9 Bob's phone: what he had comes back, once"
kill -9 "$(pid_of "${phones[bob]}")"
comes_back '[10,11]'
for who in eve fay gil; do dial "$who"; done

say "The shell allocates, and is gone with its answer: so is its frequency"
"$ninelives" call "${phones[eve]}" hang_up >/dev/null || fail "she hangs up"
comes_back '[10]'
show "ninelives call frequency allocate"
"$ninelives" call frequency allocate | indent
comes_back '[10]'

say "The allocator is stuck: Hal waits for 1 s. When it goes on it takes his call, and he is not there any more"
stuck=$(pid_of frequency)
kill -STOP "$stuck"
dial hal
kill -CONT "$stuck"
comes_back '[10]'
dial ida

say "kill -9 the allocator: the next one knows of nobody, so those who have a frequency are ended with it"
talking=("$(pid_of "${phones[cat]}")" "$(pid_of "${phones[fay]}")" "$(pid_of "${phones[ida]}")")
kill -9 "$stuck"
until_true has_other_pid frequency "$stuck" || fail "the allocator is started again"
until_true all_dead "${talking[@]}" || fail "the phones are ended"
comes_back '[10,11,12]'
until_true has_pid phones || fail "the phones' supervisor is started again"
dial ian
stop_tree
