// error: call(const M&
#include "kv.hpp"
void client() { (void)ninelives::whereis<KvApi>("kv").call(Tick{}); }
