// error: behind its protocol, a server has Timers<...> and Continues<...> and nothing else
#include "kv.hpp"
struct Kv : ninelives::GenServer<KvApi, int> {};
