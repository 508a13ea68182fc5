// Answers.
#include <ninelives/serve.hpp>

#include "api.hpp"

class Neighbour : public ninelives::GenServer<NeighbourApi> {
 public:
  int handle_call(const Ask&) { return ++asked_; }

 private:
  int asked_ = 0;
};

int main(int argc, char** argv) { return ninelives::serve<Neighbour>(argc, argv); }
