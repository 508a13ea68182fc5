// A process that is started to be killed.
#pragma once
#include <csignal>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

// The program beside this one, with one argument; its output goes to `out`.
inline pid_t start(const char* program, const char* argument, int out = STDOUT_FILENO) {
  std::string path = program, word = argument;
  char* const command[] = {path.data(), word.data(), nullptr};
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  pid_t pid = -1;
  if (::posix_spawn(&pid, program, &actions, nullptr, command, environ) != 0) pid = -1;
  ::posix_spawn_file_actions_destroy(&actions);
  return pid;
}

// Returns when it is dead and reaped.
inline int end(pid_t pid, int signal) {
  int status = 0;
  ::kill(pid, signal);
  ::waitpid(pid, &status, 0);
  return status;
}
