#!/usr/bin/env bash
# drill.sh BUILD: one conversation with two stores, a receive loop of one's own and a GenServer; and then what happens to who
# talks to them when something goes wrong.
set -uo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../drill/drill.bash"
begin "$1" kv
before=
trap '[[ -n $before ]] && kill -9 "$before" 2>/dev/null; clean_up' EXIT
socket=$NINELIVES_DIR/before.socket

# Each store by its name: who talks to it, and which process it is.
talk_to() { if [[ $1 == before ]]; then exec ./talk before "$socket"; else exec ./talk kv; fi; }
process_of() { if [[ $1 == before ]]; then echo "$before"; else pid_of kv; fi; }
# It sleeps, and has read all of its input: there is nothing else that it can wait for.
waits() { [[ $(grep -Es '^(Name|State):' "/proc/$1/status" | cut -f2 | cut -d' ' -f1 | xargs) == "talk S" ]]; }

./before "$socket" 2>>"$NINELIVES_DIR/log" & before=$!
disown "$before"
until_true test -S "$socket" || fail "the loop listens"
start_tree tree.toml kv
kv=$(pid_of kv)

say "One conversation with both: what they answer is the same"
conversation=$'put cat one life\nput cat nine lives\nget cat\nput dog one life\nget dog\nget mouse'
for store in before kv; do
  (talk_to "$store" <<<"$conversation") >"$NINELIVES_DIR/$store.answers" || fail "talk to $store"
done
diff "$NINELIVES_DIR/before.answers" "$NINELIVES_DIR/kv.answers" >&2 || fail "both say the same"
indent <"$NINELIVES_DIR/kv.answers"

say "An answer that comes too late: the client asks for cat, gives up, and asks for dog"
for store in before kv; do
  process=$(process_of "$store")
  coproc CLIENT { talk_to "$store"; }
  client=$CLIENT_PID
  kill -STOP "$process"
  echo "get cat" >&"${CLIENT[1]}"
  read -r first <&"${CLIENT[0]}"
  kill -CONT "$process"
  echo "get dog" >&"${CLIENT[1]}"
  read -r second <&"${CLIENT[0]}"
  exec {CLIENT[1]}>&-
  wait "$client"
  printf '  %-6s  %s\n  %-6s  %s\n' "$store" "$first" '' "$second"
  [[ $second == "get dog: $([[ $store == before ]] && echo nine lives || echo one life)" ]] || fail "$store answers so"
done
echo "  The loop's client has taken the late answer for the next one's. A call knows its own by its reference."

say "A message that the server does not know"
printf '  before  %s\n' "$(talk_to before <<<"gte cat")"
show "ninelives call kv gte '{\"key\": \"cat\"}'"
"$ninelives" call kv gte '{"key": "cat"}' 2>&1 | indent

say "kill -9 while a client waits for its answer"
for store in before kv; do
  process=$(process_of "$store")
  kill -STOP "$process"
  talk_to "$store" <<<"get cat" >"$NINELIVES_DIR/answer" &
  client=$!
  until_true waits "$client" || fail "the client waits"
  kill -9 "$process"
  wait "$client"
  printf '  %-6s  %s\n' "$store" "$(<"$NINELIVES_DIR/answer")"
done
echo "  Nobody tells the loop's client that there is no loop any more: it waits until it has waited long enough. The call has"
echo "  been answered by the server's next life, which has nothing of what the one before had stored."

say "And afterwards"
until_true is_dead "$before"
talk_to before <<<$'put cat nine lives\nget cat' | sed 's/^/  before  /'
show "before $(basename "$socket")                # started again by hand"
./before "$socket" 2>&1 | indent
talk_to kv <<<$'put cat nine lives\nget cat' | sed 's/^/  kv      /'
has_other_pid kv "$kv" && [[ $(restarts_of kv) == 1 ]] || fail "the supervisor has started the server again, once"
echo "  Its supervisor had started the server again before anybody asked."
stop_tree
[[ -z $(ls -d "$NINELIVES_DIR"/shop.* 2>/dev/null) ]] || fail "nothing of the node is left behind"
[[ -S $socket ]] || fail "the loop's socket is still there"
echo "  What they have left: the node nothing, the loop its socket."
