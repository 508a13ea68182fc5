// The task: computes one summary, and is done.
#include <ninelives/task.hpp>

#include "api.hpp"

int main(int argc, char** argv) {
  return ninelives::serve_task<periodic::SummaryApi>(argc, argv, [](const periodic::Summarise& work) {
    return periodic::summarise(work.samples, work.rounds);
  });
}
