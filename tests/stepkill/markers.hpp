// Where a victim stops for the test that traces it. Only for a process that is traced: to any other the first
// of them is its end.
#pragma once

namespace ninelives::test::stepkill {

// The test arranges something, and goes on with the victim. The last stop of a life is the moment before its
// operation.
void stop_for_the_test();

// The operation has returned. Nothing comes after it: the victim is killed here at the latest.
[[noreturn]] void operation_has_returned();

// The operation has returned, and the process goes on, traced or not.
void operation_is_over();

}  // namespace ninelives::test::stepkill
