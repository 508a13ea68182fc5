#!/usr/bin/env bash
# criteria.sh thin|waits|restarts: holds the examples to what docs/drills.md says of them. Prints what breaks it, one line each.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../examples"
longest=10  # lines of a callback
bad=0
complain() { printf 'examples/%s\n' "$*"; bad=1; }

is_server() { grep -q 'GenServer<' "$1"; }

# A callback ends where its brace does, in the column in which it began.
callbacks_are_thin() {
  for file in */*.[ch]pp; do
    is_server "$file" || continue
    while read -r message; do complain "$message"; done < <(awk -v longest="$longest" -v file="$file" '
      /^  [^ ].* (init|handle_(call|cast|info|continue)|terminate)\(/ && !/}$/ { name = $0; begin = NR }
      /^  }/ && begin { if (NR - begin - 1 > longest) print file ":" begin ": " NR - begin - 1 " lines:" name; begin = 0 }
    ' "$file")
  done
  # What has a unit test beside it and is no server is a core.
  for test in */*_test.cpp; do
    core=${test%_test.cpp}.hpp
    [[ -e $core ]] && ! is_server "$core" || continue
    while read -r line; do complain "$core is a pure core, and knows of processes: $line"; done < <(
      grep -nE 'ninelives::(whereis|GenServer|Ref|Pid|Node|Supervisor|Registry|monitor|send|serve)\b|<unistd.h>|<thread>' "$core")
  done
}

# Files are no waiting: what one reads and writes there lies in memory.
nobody_waits_in_a_callback() {
  local waits='\b(sleep|usleep|nanosleep|sleep_for|sleep_until|poll|select|epoll_wait|recv|recvfrom|accept|connect|popen|system|'
  waits+='waitpid|flock|getline\(std::cin)\b *\(|\.(await|join|lock)\('
  for file in */*.[ch]pp; do
    is_server "$file" || continue
    while read -r line; do complain "$file waits: $line"; done < <(grep -nE "$waits" "$file" | grep -v '^[0-9]*: *//\|on purpose')
  done
}

# Beside the tree or in it: a type that is not explained was not chosen.
restarts_are_explained() {
  for folder in */; do
    folder=${folder%/}
    compgen -G "$folder/*.toml" >/dev/null || continue
    explained=$(cat "$folder/README.md"; grep -h '#' "$folder"/*.toml || true)
    while read -r type; do
      grep -qi "$type" <<<"$explained" || complain "$folder: nothing says why a child is $type"
    done < <(sed -nE 's/^ *restart *= *"([a-z]+)".*/\1/p' "$folder"/*.toml | sort -u)
    grep -qiE 'permanent|transient|temporary' <<<"$explained" || complain "$folder: nothing says when a child is restarted"
    for tree in "$folder"/*.toml; do
      grep -qE '^ *intensity' "$tree" || continue
      grep -qE '^ *intensity.*#|^ *period.*#' "$tree" || grep -qiE 'restarts|intensity' "$folder/README.md" ||
        complain "$tree: nothing says why that intensity"
    done
  done
}

case ${1:-} in
  thin) callbacks_are_thin ;;
  waits) nobody_waits_in_a_callback ;;
  restarts) restarts_are_explained ;;
  *) echo "usage: criteria.sh thin|waits|restarts" >&2; exit 2 ;;
esac
exit $bad
