# Linked PRIVATE by every target of ours; an installed ninelives forces no warnings on its users.
add_library(ninelives_warnings INTERFACE)
target_compile_options(ninelives_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wundef)
