#include "tests/supervisor/core/otp.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ninelives::supervisor::test {

namespace {

bool is_clean_exit(Ending reason) {
  return reason == Ending::normal || reason == Ending::shutdown || reason == Ending::shutdown_with_text;
}

ChildSpec renamed(ChildSpec child, const std::string& id) {
  child.id = id;
  return child;
}

}  // namespace

// init: the children are started from left to right. If one fails, the started ones are stopped again.
void Otp::boot() {
  if (is_dynamic()) return;
  for (ChildSpec& spec : flags_.children) children_.push_back({.spec = std::move(spec)});
  const std::string failed = start_children(children_.begin());
  if (!failed.empty()) end("failed_to_start " + failed);
}

void Otp::dies(const std::string& id, Ending reason) {
  const auto child = find(id);
  child->is_dead = true;
  child->reason = reason;
  story.push_back("*" + id + "(" + std::string(to_string(reason)) + ")");
  mailbox_.push_back(Exit{id});
}

void Otp::reads_mail() {
  while (!is_over_ && !mailbox_.empty()) {
    const auto message = std::move(mailbox_.front());
    mailbox_.pop_front();
    std::visit([this](const auto& what) { handle(what); }, message);
  }
}

void Otp::reads_mail_but_retries() {
  const auto is_exit = [](const auto& message) { return std::holds_alternative<Exit>(message); };
  for (;;) {
    const auto exit = std::ranges::find_if(mailbox_, is_exit);
    if (is_over_ || exit == mailbox_.end()) return;
    const Exit message = std::get<Exit>(*exit);
    mailbox_.erase(exit);
    handle(message);
  }
}

void Otp::stop() { end("stopped"); }

// {'EXIT', Pid, Reason}, unless a stop has read it meanwhile.
void Otp::handle(const Exit& message) {
  const auto child = find(message.id);
  if (child == children_.end() || !child->is_dead) return;
  child->is_dead = false;
  do_restart(child, child->reason);
}

void Otp::handle(const TryAgain& message) {
  const auto child = find(message.id);
  if (child != children_.end() && child->pid == Pid::restarting) restart(child);
}

void Otp::do_restart(List::iterator child, Ending reason) {
  const Restart type = child->spec.restart;
  if (type == Restart::permanent) {
    reports.push_back("child_terminated:" + child->spec.id);
    return restart(child);
  }
  if (!is_clean_exit(reason)) {
    reports.push_back("child_terminated:" + child->spec.id);
    if (type == Restart::transient) return restart(child);
  }
  const ChildSpec spec = child->spec;
  del_child(child);
  auto_shutdown(spec);
}

void Otp::restart(List::iterator child) {
  if (!add_restart()) {
    const std::string id = child->spec.id;
    reports.push_back("shutdown:" + id);
    del_child(child);
    return end("gave_up " + id);
  }
  switch (flags_.strategy) {
    case Strategy::one_for_one:
    case Strategy::simple_one_for_one:
      return restart_one(child);
    case Strategy::rest_for_one:
      child->pid = Pid::undefined;
      return restart_from(child);
    case Strategy::one_for_all:
      child->pid = Pid::undefined;
      return restart_from(children_.begin());
  }
}

void Otp::restart_one(List::iterator child) {
  switch (start(*child)) {
    case Start::succeeds:
      return;
    case Start::ignores:
      child->pid = Pid::undefined;
      if (is_dynamic()) children_.erase(child);
      return;
    case Start::fails:
      reports.push_back("start_error:" + child->spec.id);
      child->pid = Pid::restarting;
      return try_again(child->spec.id);
  }
}

// The children from this one on: all are stopped, the last one first, and those that are left are started.
void Otp::restart_from(List::iterator first) {
  const std::string before = first == children_.begin() ? "" : std::prev(first)->spec.id;
  terminate_children(first);
  const auto next = before.empty() ? children_.begin() : std::next(find(before));
  const std::string failed = start_children(next);
  if (failed.empty()) return;
  find(failed)->pid = Pid::restarting;
  try_again(failed);
}

// A restart counts with those of the last period; one that is exactly as old still does.
bool Otp::add_restart() {
  std::erase_if(restarts_, [this](auto when) { return when < now - flags_.period; });
  restarts_.push_back(now);
  return restarts_.size() <= flags_.intensity;
}

void Otp::auto_shutdown(const ChildSpec& spec) {
  if (flags_.auto_shutdown == AutoShutdown::never || !spec.significant) return;
  const bool another_is_active = std::ranges::any_of(
      children_, [](const Child& child) { return child.spec.significant && child.pid != Pid::undefined; });
  if (flags_.auto_shutdown == AutoShutdown::all_significant && another_is_active) return;
  end("auto_shutdown " + spec.id);
}

Otp::Start Otp::start(Child& child) {
  before_operation();
  auto& next = starts[child.spec.id];
  const Start how = next.empty() ? Start::succeeds : next.front();
  if (!next.empty()) next.pop_front();
  switch (how) {
    case Start::succeeds:
      child.pid = Pid::running;
      story.push_back("+" + child.spec.id);
      break;
    case Start::ignores:
      story.push_back("~" + child.spec.id);
      break;
    case Start::fails:
      story.push_back("!" + child.spec.id);
      break;
  }
  return how;
}

// Returns who has failed; those behind it are not started.
std::string Otp::start_children(List::iterator first) {
  for (auto child = first; child != children_.end();) {
    switch (start(*child)) {
      case Start::succeeds:
        ++child;
        break;
      case Start::ignores:
        child = child->spec.restart == Restart::temporary ? children_.erase(child) : std::next(child);
        break;
      case Start::fails:
        reports.push_back("start_error:" + child->spec.id);
        return child->spec.id;
    }
  }
  return "";
}

// The last one first. Temporary ones are removed, whether they run or not.
void Otp::terminate_children(List::iterator first) {
  for (auto child = children_.end(); child != first;) {
    --child;
    terminate(*child);
    if (child->spec.restart != Restart::temporary) continue;
    const bool was_first = child == first;
    child = children_.erase(child);
    if (was_first) return;
  }
}

// One that is dead already is found to be so, and its EXIT is read here.
void Otp::terminate(Child& child) {
  if (child.pid == Pid::restarting) forget_mail_of(child.spec.id);
  if (child.pid == Pid::running) {
    if (!child.is_dead) before_operation();
    Ending reason = child.reason;
    if (!child.is_dead) {
      reason = Ending::shutdown;
      story.push_back("-" + child.spec.id + "(shutdown)");
    }
    const bool may_end_so = is_clean_exit(reason) && child.spec.restart != Restart::permanent;
    if (reason != Ending::shutdown && !may_end_so) reports.push_back("shutdown_error:" + child.spec.id);
  }
  child.pid = Pid::undefined;
  child.is_dead = false;
}

void Otp::del_child(List::iterator child) {
  child->pid = Pid::undefined;
  if (child->spec.restart == Restart::temporary || is_dynamic()) children_.erase(child);
}

void Otp::end(const std::string& why) {
  for (auto child = children_.rbegin(); child != children_.rend(); ++child) terminate(*child);
  std::erase_if(children_, [this](const Child& child) {
    return child.spec.restart == Restart::temporary || is_dynamic();
  });
  story.push_back("SUP(" + why + ")");
  is_over_ = true;
}

// ---- requests

std::string Otp::start_child(const ChildSpec& spec) {
  const auto present = find(spec.id);
  if (present != children_.end() && !is_dynamic()) {
    return present->pid == Pid::running ? "already_started" : "already_present";
  }
  if (flags_.max_children && children_.size() >= *flags_.max_children) return "max_children";
  Child child{.spec = spec};
  switch (start(child)) {
    case Start::succeeds:
      children_.push_back(child);
      return "started";
    case Start::ignores:
      if (spec.restart != Restart::temporary && !is_dynamic()) children_.push_back(child);
      return "ignored";
    case Start::fails:
      return "start_failed";
  }
  std::unreachable();
}

std::string Otp::terminate_child(const std::string& id) {
  const auto child = find(id);
  if (child == children_.end()) return flags_.strategy == Strategy::simple_one_for_one ? "ok" : "not_found";
  terminate(*child);
  del_child(child);
  return "ok";
}

std::string Otp::restart_child(const std::string& id) {
  if (flags_.strategy == Strategy::simple_one_for_one) return "simple_one_for_one";
  const auto child = find(id);
  if (child == children_.end() || is_dynamic()) return "not_found";
  if (child->pid == Pid::restarting) return "restarting";
  if (child->pid == Pid::running) return "running";
  switch (start(*child)) {
    case Start::succeeds:
      return "started";
    case Start::ignores:
      return "ignored";
    case Start::fails:
      return "start_failed";
  }
  std::unreachable();
}

std::string Otp::delete_child(const std::string& id) {
  if (flags_.strategy == Strategy::simple_one_for_one) return "simple_one_for_one";
  const auto child = find(id);
  if (child == children_.end() || is_dynamic()) return "not_found";
  if (child->pid == Pid::restarting) return "restarting";
  if (child->pid == Pid::running) return "running";
  children_.erase(child);
  return "ok";
}

// The flags are replaced. Children that the new spec has too keep their processes, in the new order; new ones
// are not started; the others stay, and come last. Those of a simple supervisor are what the template is.
void Otp::code_change(SupervisorSpec spec) {
  if (is_dynamic()) {
    for (Child& child : children_) {
      if (!spec.dynamic) child.spec = renamed(spec.children.front(), child.spec.id);
    }
    flags_ = std::move(spec);
    return;
  }
  List children;
  for (ChildSpec& next : spec.children) {
    const auto known = find(next.id);
    if (known == children_.end()) {
      children.push_back({.spec = std::move(next)});
    } else {
      known->spec = std::move(next);
      children.splice(children.end(), children_, known);
    }
  }
  children.splice(children.end(), children_);
  children_ = std::move(children);
  spec.children.clear();
  flags_ = std::move(spec);
}

// ---- what can be seen

bool Otp::has(const std::string& id) const {
  return std::ranges::any_of(children_, [&](const Child& child) { return child.spec.id == id; });
}

bool Otp::runs(const std::string& id) const {
  return std::ranges::any_of(children_, [&](const Child& child) {
    return child.spec.id == id && child.pid == Pid::running && !child.is_dead;
  });
}

std::string Otp::children() const {
  std::string text;
  for (auto child = children_.rbegin(); child != children_.rend(); ++child) {
    const char* pid = child->pid == Pid::running      ? ":present"
                      : child->pid == Pid::restarting ? ":restarting"
                                                      : ":undefined";
    text += (text.empty() ? "" : " ") + child->spec.id + pid;
  }
  return text;
}

// OTP's newest versions tag their try_again_restart, so that one of a restart that was cancelled does not
// hasten the next one.
void Otp::forget_mail_of(const std::string& id) {
  std::erase_if(mailbox_, [&](const auto& message) {
    const auto* again = std::get_if<TryAgain>(&message);
    return again != nullptr && again->id == id;
  });
}

Otp::List::iterator Otp::find(const std::string& id) {
  return std::ranges::find(children_, id, [](const Child& child) { return child.spec.id; });
}

}  // namespace ninelives::supervisor::test
