#!/usr/bin/env bash
# drill.sh BUILD: a server for each to-do list, started when somebody asks for it, and gone when nobody does. Exits non-zero
# if it is otherwise. Started by `./dev drill todo_cache`.
set -uo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../drill/drill.bash"
begin "$1" todo_cache
PATH=$(realpath ../../worker):$PATH  # the registry that comes with ninelives

todo() { show "todo $*"; ./todo "$@" >"$NINELIVES_DIR/answer" || fail "todo $*"; indent <"$NINELIVES_DIR/answer"; }
answer_is() { [[ $(<"$NINELIVES_DIR/answer") == "$1" ]] || fail "the answer is \"$1\""; }
# Below a dynamic supervisor a number makes each name unique: lists/ann:1.
server_of() { "$ninelives" ls 2>/dev/null | awk -v name="lists/$1:" 'index($1, name) == 1 { print $4 }'; }
has_none() { [[ -z $(server_of "$1") ]]; }
tree() { show ninelives ls; "$ninelives" ls | sed -E 's/:[0-9]+ /   /' | awk '{ printf "  %-10s %s\n", $1, $3 }'; }

say "A registry, and a supervisor without any list"
start_tree tree.toml names lists
tree

say "Whoever asks for a list starts it"
todo ann add 2026-08-02 "feed the cat"
todo ann add 2026-08-03 "buy tea"
todo ann list 2026-08-02
answer_is "1  2026-08-02  feed the cat"
todo bob add 2026-08-02 "sleep"
tree

say "Eight at once ask for one that there is not yet: there is one server, and it has all that they said"
askers=()
for number in {1..8}; do
  ./todo dan add 2026-08-02 "thing $number" >>"$NINELIVES_DIR/askers" & askers+=($!)
done
for asker in "${askers[@]}"; do wait "$asker" || fail "each of the eight gets an answer"; done
printf '  servers started: %s\n' "$(grep -c 'was started' "$NINELIVES_DIR/askers")"
printf '  entries: %s\n' "$(./todo dan list | wc -l)"
[[ $(grep -c 'was started' "$NINELIVES_DIR/askers") == 1 && $(./todo dan list | wc -l) == 8 ]] || fail "one server, eight entries"

say "kill -9 one list: the others never noticed"
ann=$(server_of ann) bob=$(server_of bob) lists=$(pid_of lists) names=$(pid_of names)
show "kill -9 bob's server"
kill -9 "$bob"
until_true has_none bob || fail "bob's server is gone, as it is temporary"
tree
todo ann list
[[ $(server_of ann) == "$ann" && $(pid_of lists) == "$lists" && $(pid_of names) == "$names" ]] || fail "nobody else was restarted"
echo "  ann's server, its supervisor and the registry are the same processes as before"

say "The next question about bob's starts another, which knows nothing of what the first one held"
todo bob list
answer_is $'bob: a server was started\nbob: nothing to do'

say "A list that nobody asks for ends by itself"
show export TODO_IDLE=1000
TODO_IDLE=1000 todo cat add 2026-08-02 "nap"
until_true has_none cat || fail "cat's server ends when it has been idle"
grep '"event":"exited".*"child":"lists/cat:' "$events" | sed -E 's/.*"reason":"([^"]*)".*/  cat'\''s server has ended: \1/'
[[ $(server_of ann) == "$ann" ]] || fail "ann's is still there"
todo cat list
answer_is $'cat: a server was started\ncat: nothing to do'

say "All of it happened."
stop_tree
