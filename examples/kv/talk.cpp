// One client for both stores, `talk before SOCKET` and `talk kv`: does what it reads, `put cat nine lives` or
// `get cat`, and prints how it went.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>

#include <ninelives/node.hpp>

#include "api.hpp"

namespace {

using namespace std::chrono_literals;

class Client {
 public:
  virtual ~Client() = default;
  virtual std::string get(const std::string& key) = 0;
  virtual std::string put(const std::string& key, const std::string& value) = 0;
  virtual std::string anything_else(const std::string&) { return "does not compile"; }
};

class ServerClient : public Client {
 public:
  std::string get(const std::string& key) override {
    const auto value = kv_.call(Get{key}, 1s);
    return value ? value->value_or("(nothing)") : value.error().text;
  }
  std::string put(const std::string& key, const std::string& value) override {
    const auto sent = kv_.cast(Put{key, value});
    return sent ? "sent" : sent.error().text;
  }

 private:
  ninelives::Ref<KvApi> kv_ = ninelives::whereis<KvApi>("kv");
};

class LoopClient : public Client {
 public:
  explicit LoopClient(const char* path) {
    std::strncpy(server_.sun_path, path, sizeof server_.sun_path - 1);
    const sockaddr_un any{.sun_family = AF_UNIX, .sun_path = {}};  // the kernel gives it an address
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&any), sizeof any.sun_family) != 0)
      std::perror("talk");
    const timeval patience{.tv_sec = 1, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  std::string get(const std::string& key) override { return anything_else("get " + key); }
  std::string put(const std::string& key, const std::string& value) override {
    return send("put " + key + ' ' + value) ? "sent" : std::strerror(errno);
  }
  std::string anything_else(const std::string& text) override {
    if (!send(text)) return std::strerror(errno);
    char answer[4096];
    const auto length = ::recv(socket_, answer, sizeof answer, 0);
    return length < 0 ? "no answer in 1 s" : std::string(answer, static_cast<std::size_t>(length));
  }

 private:
  bool send(const std::string& text) {
    return ::sendto(socket_, text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&server_),
                    sizeof server_) >= 0;
  }

  int socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un server_{.sun_family = AF_UNIX, .sun_path = {}};
};

void talk(Client& client) {
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string verb, key, value;
    words >> verb >> key;
    std::getline(words >> std::ws, value);
    const std::string outcome = verb == "get"   ? client.get(key)
                                : verb == "put" ? client.put(key, value)
                                                : client.anything_else(line);
    std::cout << line << ": " << outcome << '\n' << std::flush;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 2 && std::string_view(argv[1]) == "before") {
    LoopClient client(argv[2]);
    talk(client);
    return 0;
  }
  const auto node = ninelives::Node::attach("shop");
  if (!node) {
    std::fprintf(stderr, "talk: %s\n", node.error().c_str());
    return 1;
  }
  ServerClient client;
  talk(client);
}
