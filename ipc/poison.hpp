// A child that a worker forked shares the worker's slot, but not its mailbox: its mappings are gone
// (MADV_DONTFORK), and every use of the library says so instead of faulting. Two writers on one ring would
// break every promise.
#pragma once

namespace ninelives::ipc {

void poison_forked_children();  // once per process, before the first mapping; further calls do nothing
bool is_poisoned();             // true in a forked child, from any thread

}  // namespace ninelives::ipc
