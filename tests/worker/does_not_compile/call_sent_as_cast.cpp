// error: cast(const M&
#include "kv.hpp"
void client() { (void)ninelives::whereis<KvApi>("kv").cast(Get{}); }
