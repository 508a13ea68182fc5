// The store as one writes it before one knows a GenServer: a socket, a loop, a switch. `before SOCKET`. The
// core is the same.
#include <cstdio>
#include <cstring>
#include <sstream>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>

#include "store.hpp"

int main(int argc, char** argv) {
  sockaddr_un here{.sun_family = AF_UNIX, .sun_path = {}};
  std::strncpy(here.sun_path, argc > 1 ? argv[1] : "before.socket", sizeof here.sun_path - 1);
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0 || ::bind(socket, reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0) {
    std::perror("before");
    return 1;
  }
  Store store;
  for (;;) {
    char text[4096];
    sockaddr_un client{};
    socklen_t size = sizeof client;
    const auto length = ::recvfrom(socket, text, sizeof text, 0, reinterpret_cast<sockaddr*>(&client), &size);
    if (length < 0) continue;
    std::istringstream words(std::string(text, static_cast<std::size_t>(length)));
    std::string verb, key, value;
    words >> verb >> key;
    std::getline(words >> std::ws, value);
    if (verb == "get") {
      const std::string answer = store.get(key).value_or("(nothing)");
      ::sendto(socket, answer.data(), answer.size(), 0, reinterpret_cast<const sockaddr*>(&client), size);
    } else if (verb == "put") {
      store.put(key, value);
    }
  }
}
