// error: this message is not in the server's Calls
#include "kv.hpp"
void client() { (void)ninelives::whereis<KvApi>("kv").call(Tick{}); }
