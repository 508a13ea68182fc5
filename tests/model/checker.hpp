// An explicit-state model checker: every interleaving of a model's steps, breadth first, so that a
// counterexample is a shortest one.
//
// A model is a value with
//   State                      all that is shared and private, no padding, compared and hashed byte by byte
//   State initial() const
//   void steps(const State& now, Next next) const      calls next(Step, State then) for each step that can
//   come next const char* wrong(const State&) const              safety, asked in every state: what is wrong,
//   or null const char* unfinished(const State&) const         liveness, asked where nothing but a fault can
//   still happen
//
// A fault is a step that need not happen: a kill, a stop, a bit that is wiped out. Nothing may depend on it,
// so the checker also demands that such a quiet state can be reached from everywhere without any fault.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace ninelives::model {

struct Step {
  const char* who;
  int number;  // which of them, or which life of it; 0: there is but one
  const char* does;
  bool is_fault = false;
};

inline Step fault(const char* who, int number, const char* suffers) { return {who, number, suffers, true}; }

inline std::string to_string(const Step& step) {
  const std::string number = step.number == 0 ? "" : " " + std::to_string(step.number);
  return std::string(step.who) + number + ": " + step.does;
}

struct Findings {
  std::size_t states = 0;
  std::size_t ends = 0;   // states where nothing but a fault can still happen
  std::string violation;  // empty: the model holds
  std::vector<std::string> trace;
};

template <class State>
concept ModelState = std::is_trivially_copyable_v<State> && std::has_unique_object_representations_v<State>;

// The states that were met, each with a number; the number of the state from which it was met first.
template <ModelState State>
class StateStore {
 public:
  using Number = std::uint32_t;

  StateStore() : places_(1024, none) {}

  std::size_t size() const { return states_.size(); }
  const State& operator[](Number number) const { return states_[number]; }
  Number parent(Number number) const { return parents_[number]; }

  Number insert(const State& state, Number parent) {
    if (states_.size() * 2 >= places_.size()) grow();
    Number& place = place_of(state);
    if (place == none) {
      place = static_cast<Number>(states_.size());
      states_.push_back(state);
      parents_.push_back(parent);
    }
    return place;
  }

  static bool equal(const State& left, const State& right) {
    return std::memcmp(&left, &right, sizeof(State)) == 0;
  }

 private:
  static constexpr Number none = ~Number{0};

  static std::size_t hash(const State& state) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(&state);
    std::uint64_t mixed = 0x9e37'79b9'7f4a'7c15U;
    for (std::size_t at = 0; at < sizeof(State); at += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes + at, std::min<std::size_t>(8, sizeof(State) - at));
      mixed = (mixed ^ word) * 0xff51'afd7'ed55'8ccdU;
      mixed ^= mixed >> 32;
    }
    return mixed;
  }

  Number& place_of(const State& state) {
    const std::size_t mask = places_.size() - 1;
    for (std::size_t at = hash(state) & mask;; at = (at + 1) & mask) {
      if (places_[at] == none || equal(states_[places_[at]], state)) return places_[at];
    }
  }

  void grow() {
    places_.assign(places_.size() * 2, none);
    for (Number number = 0; number < states_.size(); ++number) place_of(states_[number]) = number;
  }

  std::vector<State> states_;
  std::vector<Number> parents_;
  std::vector<Number> places_;  // open addressing
};

template <class Model>
class Explorer {
 public:
  using State = typename Model::State;

  Explorer(const Model& model, std::size_t most_states) : model_(model), most_states_(most_states) {}

  Findings run() {
    store_.insert(model_.initial(), 0);
    for (Number number = 0; number < store_.size(); ++number) {
      if (!visit(number)) return std::move(findings_);
    }
    findings_.states = store_.size();
    findings_.ends = ends_.size();
    demand_that_quiet_is_always_near();
    return std::move(findings_);
  }

 private:
  using Number = typename StateStore<State>::Number;

  bool visit(Number number) {
    const State now = store_[number];  // a copy: the store grows
    if (const char* wrong = model_.wrong(now)) return report(wrong, number);
    bool is_end = true;
    model_.steps(now, [&](const Step& step, const State& then) {
      const Number next = store_.insert(then, number);
      if (step.is_fault) return;
      is_end = false;
      edges_.emplace_back(next, number);
    });
    if (store_.size() > most_states_) return report("too many states: the limit was reached", number);
    if (!is_end) return true;
    ends_.push_back(number);
    const char* unfinished = model_.unfinished(now);
    return unfinished == nullptr || report(unfinished, number);
  }

  bool report(const std::string& violation, Number number) {
    findings_.states = store_.size();
    findings_.ends = ends_.size();
    findings_.violation = violation;
    for (Number at = number; at != 0; at = store_.parent(at)) {
      findings_.trace.insert(findings_.trace.begin(), step_between(store_.parent(at), at));
    }
    return false;
  }

  std::string step_between(Number from, Number to) const {
    std::string found;
    model_.steps(store_[from], [&](const Step& step, const State& then) {
      if (found.empty() && StateStore<State>::equal(then, store_[to])) found = to_string(step);
    });
    return found;
  }

  void demand_that_quiet_is_always_near() {
    // The edges, sorted by where they lead to: counted first, then filled in.
    std::vector<std::size_t> first(store_.size() + 1, 0);
    for (const auto& [to, from] : edges_) ++first[to + 1];
    for (std::size_t at = 1; at < first.size(); ++at) first[at] += first[at - 1];
    std::vector<Number> sources(edges_.size());
    std::vector<std::size_t> filled(first.begin(), first.end() - 1);
    for (const auto& [to, from] : edges_) sources[filled[to]++] = from;

    std::vector<bool> reaches_end(store_.size(), false);
    std::vector<Number> waiting = ends_;
    for (Number end : ends_) reaches_end[end] = true;
    while (!waiting.empty()) {
      const Number to = waiting.back();
      waiting.pop_back();
      for (std::size_t at = first[to]; at < first[to + 1]; ++at) {
        if (reaches_end[sources[at]]) continue;
        reaches_end[sources[at]] = true;
        waiting.push_back(sources[at]);
      }
    }
    for (Number number = 0; number < store_.size(); ++number) {
      if (reaches_end[number]) continue;
      report("goes on for ever: without a fault no end can be reached", number);
      return;
    }
  }

  const Model& model_;
  std::size_t most_states_;
  StateStore<State> store_;
  std::vector<std::pair<Number, Number>> edges_;  // to, from; no faults
  std::vector<Number> ends_;
  Findings findings_;
};

template <class Model>
Findings explore(const Model& model, std::size_t most_states) {
  return Explorer<Model>(model, most_states).run();
}

}  // namespace ninelives::model
