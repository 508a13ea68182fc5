// The descendants that left their child's process group (setsid, setpgid, daemons that fork twice). They are
// found in two ways: by the variables that every child of a node carries in its environment and its
// descendants inherit, and by the fact that an orphan becomes the child of the nearest subreaper, which is
// its supervisor.
//
// Limits: a program that overwrites its environment (setproctitle, as nginx and postgres do) or runs as
// another user has no marker any more; such a one is found only as an orphan. Every /proc scan costs about 10
// µs per process of the machine. The caller's own process is never touched.
#pragma once
#include <span>
#include <string>
#include <sys/types.h>
#include <vector>

namespace ninelives::supervisor {

// To be called once, before the first launch: orphaned descendants become our children
// (PR_SET_CHILD_SUBREAPER), and SIGCHLD is what the kernel made it. Where it is ignored, which is inherited
// over exec, no exit status is kept.
void become_subreaper();

struct Sweep {
  std::vector<pid_t> killed;
  // False: some process could not be judged, because it was between two programs (exec), was letting go of
  // its memory, or there was no descriptor to look with.
  bool complete = true;
};

// What marks a process: "KEY=value" entries of its environment, compared whole, and all of them.
using Markers = std::vector<std::string>;

// SIGKILLs every process that has one of these `marks`, but not those in `except`. A process that forks
// during the scan can hide its child from it, so that one sweep proves nothing: sweep again, a millisecond or
// so later, until one is complete and has killed nobody. Limit how often: on a machine where something execs
// all the time hardly a sweep is complete.
Sweep kill_marked(std::span<const Markers> marks, std::span<const pid_t> except = {});
inline Sweep kill_marked(const Markers& markers, std::span<const pid_t> except = {}) {
  return kill_marked(std::span(&markers, 1), except);
}

// SIGKILLs the living children of ours that are not `known`: orphans, whose descent nobody can tell any more.
// For the end of a supervisor, when nothing below it may stay; before that an orphan may belong to a child
// that lives.
std::vector<pid_t> kill_orphans(std::span<const pid_t> known);

// Reaps the dead children of ours that are not `known`, never a known one. `known` must hold every child that
// is watched. Cheap unless a known child is dead and unreaped at that moment: then it takes a /proc scan.
std::vector<pid_t> reap_orphans(std::span<const pid_t> known);

}  // namespace ninelives::supervisor
