#pragma once

// "Did you mean ...?": the word that a misspelt one was probably meant to be.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ninelives::supervisor {

// How many slips of the hand lie between two words: a letter too many, one too few, a wrong one, two
// neighbours swapped (the optimal string alignment distance). Upper and lower case of ASCII letters count as
// equal.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate with the fewest slips, the earlier of two equals; nothing when even that one is so far away
// that naming it would mislead: more than one slip for each three letters, though one slip is always
// forgiven.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates);

// `; did you mean "command"?`, or an empty string when no candidate is near.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace ninelives::supervisor
