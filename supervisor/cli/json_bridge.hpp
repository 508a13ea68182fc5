// JSON <-> msgpack, so that the command line can talk to any server without knowing its messages.
//
// What one side lacks: msgpack bytes are {"$bytes": "<base64>"} in JSON; a msgpack string that is not UTF-8
// is shown as bytes; a map key that is not a string is shown as its JSON text inside a string; NaN and
// infinity are shown as null. Integers are exact in the whole range of int64 and uint64, and a float keeps
// its point: 3.0 stays 3.0. Both directions refuse more than Reader::max_depth containers inside each other.
//
// Pure functions. An error is one line for people that begins with the place, counted from 1:
// "at character 7: unexpected '}'".
#pragma once
#include <expected>
#include <string>
#include <string_view>

namespace ninelives::supervisor {

// An empty text counts as {}, a message without fields.
std::expected<std::string, std::string> msgpack_from_json(std::string_view json);

// One line, without spaces between the tokens.
std::expected<std::string, std::string> json_from_msgpack(std::string_view bytes);

}  // namespace ninelives::supervisor
