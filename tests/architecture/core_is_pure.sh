#!/usr/bin/env bash
# core_is_pure.sh LIBRARY: what the supervisor's core needs from outside must be memory, strings and exceptions, never a
# clock, a system call, a thread or randomness.
set -euo pipefail
forbidden='fork|vfork|clone|exec|kill|waitid|waitpid|(^|[^a-z_])(read|write|open|close|poll|select)$|epoll|clock_gettime|gettimeofday|nanosleep|steady_clock3now|system_clock3now|random_device|pthread_|getpid|getenv|printf|fopen'
found=$(nm -u --demangle=none "$1" 2>/dev/null | awk '$1 == "U" { print $2 }' | grep -v '9ninelives10supervisor' | sort -u | grep -E "$forbidden" || true)
[[ -z $found ]] || { printf 'supervisor/core/ reaches outside:\n%s\n' "$found"; exit 1; }
