// A program outside the tree: attaches to the node, puts and gets.
#include <cstdio>

#include <ninelives/node.hpp>

#include "api.hpp"

int main() {
  auto node = ninelives::Node::attach("shop");
  if (!node) {
    std::fprintf(stderr, "client: %s\n", node.error().c_str());
    return 1;
  }
  const auto kv = ninelives::whereis<KvApi>("kv");
  if (auto sent = kv.cast(Put{"answer", "42"}); !sent) {
    std::fprintf(stderr, "client: %s\n", sent.error().text.c_str());
    return 1;
  }
  auto value = kv.call(Get{"answer"});
  if (!value) {
    std::fprintf(stderr, "client: %s\n", value.error().text.c_str());
    return 1;
  }
  std::printf("answer = %s\n", value->value_or("(nothing)").c_str());
}
