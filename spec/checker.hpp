// Looks at one place of a tree and, by further checkers, at all below it. check.cpp has what concerns
// supervisors and whole trees, check_child.cpp what concerns a child.
#pragma once
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <ninelives/spec/check.hpp>

namespace ninelives {

// Where in the tree somebody is.
struct Spot {
  std::string where = {};                // for people
  std::vector<std::size_t> child = {};   // for machines
  std::optional<std::string> name = "";  // in the node; none: somebody on the way down has no good one
  bool is_in_template = false;           // several such children can be there at the same time
  bool is_partition = false;             // it is called by a number
};

// What one look at a tree has found by now.
struct Findings {
  struct Holder {
    SpecField field;
    std::string child;  // for people
  };
  std::vector<SpecFault> faults = {};
  // Registered names; and of a whole tree the ids of the root's children, which are paths without a '/'.
  std::unordered_map<std::string, Holder> names = {};
};

class Checker {
 public:
  // `findings` must outlive the checker, and is added to.
  Checker(Spot spot, Findings& findings) : spot_(std::move(spot)), findings_(findings) {}

  void node(const std::string& name);
  // Of the root: they are names too.
  void reserve_ids(const SupervisorSpec& root);
  void supervisor(const SupervisorSpec& spec);
  void children(std::span<const ChildSpec> specs, AutoShutdown auto_shutdown);
  void child(const ChildSpec& spec, AutoShutdown auto_shutdown);

 private:
  using Kind = SpecFault::Kind;
  using Time = std::chrono::nanoseconds;

  void shape(const SupervisorSpec& spec);
  void dynamic(const SupervisorSpec& spec);
  void partitions(const SupervisorSpec& spec);
  void not_dynamic(const SupervisorSpec& spec);
  void partition(const SupervisorSpec& spec);
  void ids(std::span<const ChildSpec> specs);
  Spot spot_of(const std::string& id, std::size_t index) const;

  void id(const std::string& id);
  void length_of_path();
  void name(const std::string& name);
  void reserve(const std::string& name);
  void via(const ChildSpec& spec, const Via& via);
  void times(const ChildSpec& spec);
  void watchdog(const ChildSpec& spec, Time longest);
  void backoff(const Backoff& backoff);
  void significance(const ChildSpec& spec, AutoShutdown auto_shutdown);
  void start(const ChildSpec& spec);
  void variable(const std::string& name, const std::string& value);

  void text(const std::string& key, const std::string& subject, std::string_view text);
  void words(const std::string& key, const std::string& subject, const std::vector<std::string>& words);
  void time(Kind kind, const std::string& key, const std::string& subject, Time time);
  void positive_time(Kind kind, const std::string& key, const std::string& subject, Time time);

  SpecField field(std::string key) const { return {spot_.child, std::move(key)}; }
  SpecField id_of(std::size_t index) const;
  void add(Kind kind, std::vector<SpecField> about, std::string text) {
    findings_.faults.push_back({kind, spot_.where, std::move(text), std::move(about)});
  }
  void add(Kind kind, std::string key, std::string text) {
    add(kind, std::vector{field(std::move(key))}, std::move(text));
  }

  Spot spot_;
  Findings& findings_;
};

}  // namespace ninelives
