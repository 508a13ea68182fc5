# Sourced by the scripts of the examples: a node of one's own, and words for what is to happen in it. What has to happen is
# waited for, and the script ends with 1 if it does not.

ninelives=
root=        # the process of the node that runs here
patience=30  # seconds that anything may take

# begin BUILD FOLDER: from now on in the example's folder of that build, with a place for its node that is gone at the end
begin() {
  local build
  build=$(realpath "$1")
  ninelives=$build/supervisor/ninelives
  cd "$build/examples/$2" || exit 1
  NINELIVES_DIR=$(mktemp -d "/dev/shm/ninelives-$2.XXXXXX")
  export NINELIVES_DIR
  events=$NINELIVES_DIR/events.jsonl
  trap clean_up EXIT
  ulimit -c 0  # whoever crashes here leaves no core file, wherever that would be
}

# Only what was started here, and only if it has not ended by itself: children die with their root.
clean_up() {
  [[ -n $root ]] && kill -9 "$root" 2>/dev/null
  wait 2>/dev/null
  rm -rf "$NINELIVES_DIR"
}

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; else bold='' dim='' plain=''; fi
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
show() { printf '%s$ %s%s\n' "$dim" "$*" "$plain"; }
indent() { sed 's/^/  /'; }
fail() {
  printf '\n%sThis did not happen: %s%s\n' "$bold" "$*" "$plain" >&2
  [[ -s $NINELIVES_DIR/log ]] && tail -n 30 "$NINELIVES_DIR/log" >&2
  exit 1
}

# until_true COMMAND...: tries it again and again until it succeeds, or has had its time
until_true() {
  local end=$((SECONDS + patience))
  until "$@"; do
    [[ $SECONDS -lt $end ]] || return 1
    sleep 0.02
  done
}

# start_tree TREE NAME...: runs the tree, and waits until these of it are running
start_tree() {
  local tree=$1 name; shift
  "$ninelives" run "$tree" --events "$events" 2>>"$NINELIVES_DIR/log" &
  root=$!
  disown "$root"
  for name in "$@"; do until_true has_pid "$name" || fail "$name starts"; done
}

# stop_tree: in order
stop_tree() {
  "$ninelives" stop || fail "the tree stops in order"
  tree_has_ended
}

# tree_has_ended: waits for that, whoever has ended it
tree_has_ended() {
  until_true is_dead "$root" || fail "the root ends"
  root=
}

# What `ninelives ls` says of one child, which has to be there, in the column of that heading; with a third word, only if that is
# its state. There is a column more where a child has a registered name.
field_of() {
  "$ninelives" ls 2>/dev/null | awk -v name="$1" -v column="$2" -v state="${3:-}" '
    NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i }
    $1 == name && (state == "" || $at["STATE"] == state) { print $at[column] }'
}
state_of() { field_of "$1" STATE; }
pid_of() { field_of "$1" PID running; }
restarts_of() { field_of "$1" RESTARTS; }
last_exit_of() { field_of "$1" LAST-EXIT; }

has_pid() { [[ -n $(pid_of "$1") ]]; }
has_state() { [[ $(state_of "$1") == "$2" ]]; }
# has_other_pid NAME PID: it runs, and as another process
has_other_pid() { local now; now=$(pid_of "$1"); [[ -n $now && $now != "$2" ]]; }

# A process that only waits to be reaped by whoever has adopted it is dead.
is_dead() { [[ ! -e /proc/$1 ]] || grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null || [[ ! -e /proc/$1 ]]; }
all_dead() { local pid; for pid in "$@"; do is_dead "$pid" || return 1; done; }
