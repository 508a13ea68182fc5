// error: every message is a default-constructible struct, described with BOOST_DESCRIBE_STRUCT
#include "kv.hpp"
struct Secret {
  int value;
};
struct SecretApi {
  using Casts = ninelives::Casts<Secret>;
};
void client() { (void)ninelives::whereis<SecretApi>("kv").cast(Secret{}); }
