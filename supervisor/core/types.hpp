// The words that every part of the supervisor's core speaks. Pure values: nothing here reads a clock or knows
// a process of the operating system.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ninelives::supervisor {

// Nanoseconds since any fixed moment of a monotonic clock. It is always passed in, and never goes back from
// one step to the next.
using TimePoint = std::chrono::nanoseconds;

// The place of a child in the start order of its supervisor's spec, from 0.
using ChildIndex = std::size_t;

// How often a child was launched: 0 before its first launch, then 1, 2, 3 ... Whatever is said about a
// process names its life, so that news of a former process is never taken for news of the present one.
using Life = std::uint64_t;

// Where a child stands; child.hpp tells what leads from one to the other.
enum class ChildState { stopped, starting, running, stopping, restarting, gone };

// How a process ended, as far as a restart cares. `shutdown` is with or without a text.
enum class Ending { normal, shutdown, abnormal };

std::string_view to_string(ChildState state);
std::string_view to_string(Ending ending);
// For traces: `2/1` is child 2 in its first life.
std::string process_name(ChildIndex child, Life life);

}  // namespace ninelives::supervisor
