#!/usr/bin/env bash
# drill.sh BUILD [--interactive]: eight ways to die, and what the supervisor makes of each; with --interactive you choose. Exits
# non-zero if it is otherwise. Started by `./dev drill crash_lab`.
set -uo pipefail

here=$(dirname "${BASH_SOURCE[0]}")
[[ ${2:-} == --interactive ]] && exec "$here/crash_lab.sh" "$1"
menu=$(realpath "$here/crash_lab.sh") build=$(realpath "$1")
source "$here/../drill/drill.bash"
source "$here/lab.bash"
begin "$1" crash_lab

# dies WAY NAME EXIT: and that is the last exit that its supervisor has recorded
dies() {
  kill_by "$1" "$2"
  printf '  %-13s %s\n' "$1" "$(last_exit "$2")"
  [[ $(last_exit "$2") == "$3" ]] || fail "the last exit of $2 is $3"
}

say "The tree before"
start_tree tree.toml alice bert carl wing wing/dora wing/emil
draw

say "Eight ways to die: alice, who is permanent, comes back each time. What her supervisor has recorded:"
dies kill_9       alice 'signal(9)'
dies segfault     alice 'signal(11)'
dies abort        alice 'signal(6)'
dies exit_0       alice 'normal'
dies exit_3       alice 'exit(3)'
dies exception    alice 'error("exception in die: it has had enough")'
dies endless_loop alice 'error("watchdog: handle_cast(die) ran for more than 2s")'
dies memory_hog   alice 'error("exception in die: std::bad_alloc")'
[[ $(restarts_of alice) == 8 ]] || fail "eight deaths, eight restarts"

say "bert is transient: he comes back after an exit 3, and not after an exit 0"
dies exit_3 bert 'exit(3)'
has_pid bert || fail "bert comes back"
dies exit_0 bert 'normal'
has_state bert stopped || fail "bert stays down"

say "carl is temporary: he is forgotten"
kill_by segfault carl
[[ -z $(state_of carl) ]] || fail "carl is forgotten"

say "dora and emil live and die together; then their supervisor is shot, and they with it"
dora=$(pid_of wing/dora) emil=$(pid_of wing/emil)
dies abort wing/dora 'signal(6)'
until_true has_other_pid wing/emil "$emil" || fail "emil is restarted with dora"
echo "  emil was stopped and started with her: $(last_exit wing/emil)"
dora=$(pid_of wing/dora) emil=$(pid_of wing/emil)
dies kill_9 wing 'signal(9)'
until_true has_other_pid wing/dora "$dora" && until_true has_other_pid wing/emil "$emil" || fail "both come again"
all_dead "$dora" "$emil" || fail "nobody outlives the supervisor"

say "The tree after"
draw
stop_tree

# The menu: the first victim, the second way to die.
"$menu" "$build" <<<$'1\n2\n' >"$NINELIVES_DIR/menu" 2>&1 || fail "the menu"
grep -q 'alice .*signal(11)' "$NINELIVES_DIR/menu" || fail "the menu has alice die by a segfault"

say "All of it happened."
