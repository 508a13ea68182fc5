// What the processes of this example are asked.
#pragma once
#include <string>

#include <ninelives/protocol.hpp>

struct Hello {};
struct SessionApi {
  using Calls = ninelives::Calls<std::string(Hello)>;
};

// Of the boot worker; it answers when it has started all.
struct Ready {};
struct BootApi {
  using Calls = ninelives::Calls<void(Ready)>;
};
