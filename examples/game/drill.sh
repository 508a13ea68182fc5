#!/usr/bin/env bash
# drill.sh BUILD: games of Islands, each a server; illegal moves, a slow player, a win, and a game that is shot. Exits non-zero
# if it is otherwise. Started by `./dev drill game`.
set -uo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../drill/drill.bash"
begin "$1" game

# game ID MILLISECONDS: as a [[child]] of `games`; its registered name is the game's id
game() {
  "$ninelives" start-child games <<CHILD
[[child]]
id = "$1"
name = "$1"
command = ["./game", "$2"]
restart = "temporary"
CHILD
}
ask() { "$ninelives" call "$1" "$2" "${3:-{\}}"; }
cell() { printf '{"row": %s, "column": %s}' "$1" "$2"; }
place() { ask "$1" place "{\"player\": \"$2\", \"shape\": \"$3\", \"corner\": $(cell "$4" "$5")}"; }
guess() { ask "$1" guess "{\"player\": \"$2\", \"cell\": $(cell "$3" "$4")}"; }
# move ANSWER VERB ...: makes the move, and shows it with its answer, which is to be this one
move() {
  local expected=$1 answer; shift
  answer=$("$@") || fail "$* is answered"
  printf '  %-28s %s\n' "$*" "$answer"
  [[ $answer == "$expected" ]] || fail "the answer to $* is $expected"
}
place_all() {
  local player
  for player in one two; do
    place "$1" $player dot 1 4 && place "$1" $player square 1 1 && place "$1" $player l_shape 4 1 || fail "all islands are placed"
  done >/dev/null
}
turn_is() { [[ $(ask "$1" turn) == "\"$2\"" ]]; }
is_gone() { ! "$ninelives" status "$1" >/dev/null 2>&1; }
end_of() { grep '"event":"exited".*"child":"games/'"$1"':' "$events" | sed -E 's/.*"reason":"((\\.|[^"\\])*)".*/\1/; s/\\//g'; }
has_ended() { is_gone "$1" && [[ -n $(end_of "$1") ]]; }

start_tree tree.toml games
say "Two games, each a server of its own; and there is one for each id"
game north 60000 >/dev/null && game south 60000 >/dev/null || fail "two games start"
game north 60000 2>/dev/null && fail "there is no second north"
echo "  a second north is refused"

say "Illegal moves are answered like others, and change nothing"
move '{"error":"not_begun"}' guess north one 1 1
move '{"error":"off_the_board"}' place north one l_shape 9 1
move '{"ok":null}' place north one square 1 1
move '{"error":"overlaps"}' place north one dot 2 2
place_all north
move '{"error":"has_begun"}' place north one dot 9 9
move '{"error":"not_your_turn"}' guess north two 1 4

say "In turns: north is played to its end"
move '{"ok":{"hit":true,"forested":"dot","won":false}}' guess north one 1 4
move '{"ok":{"hit":false,"forested":null,"won":false}}' guess north two 10 10
column=0
for land in "1 1" "1 2" "2 1" "2 2" "4 1" "5 1" "6 1"; do
  guess north one $land >/dev/null && guess north two 9 $((++column)) >/dev/null || fail "the guesses are answered"
done
move '{"ok":{"hit":true,"forested":"l_shape","won":true}}' guess north one 6 2
until_true has_ended north || fail "a game that is won is over"
printf '  north has ended: %s\n' "$(end_of north)"

say "Who is too slow forfeits the turn; a game that nobody plays ends"
game west 400 >/dev/null || fail "a game with short turns starts"
place_all west
until_true turn_is west two || fail "the turn goes on to the other one"
echo '  nobody has guessed, and it is the turn of "two"'
until_true has_ended west || fail "it ends after six turns"
printf '  west has ended: %s\n' "$(end_of west)"

say "kill -9 a game: it is over, and another one does not notice"
game east 60000 >/dev/null || fail "east starts"
place_all east
place_all south
south=$("$ninelives" ls | awk 'index($1, "games/south:") == 1 { print $4 }')
show ninelives kill east
"$ninelives" kill east
until_true has_ended east || fail "it is not restarted"
printf '  east has ended: %s\n' "$(end_of east)"
ask east turn 2>/dev/null && fail "nobody answers for east"
move '{"ok":{"hit":true,"forested":"dot","won":false}}' guess south one 1 4
[[ $("$ninelives" ls | awk 'index($1, "games/south:") == 1 { print $4 }') == "$south" ]] || fail "south is the same process"

say "All of it happened."
stop_tree
