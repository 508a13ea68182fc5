// error: a message in its Calls is sent with call()
#include "kv.hpp"
void client() { (void)ninelives::whereis<KvApi>("kv").cast(Get{}); }
