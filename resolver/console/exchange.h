#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "resolver/authz/identity.h"
#include "resolver/authz/method_table.h"
#include "resolver/console/html.h"
#include "resolver/console/request_guard.h"
#include "resolver/console/visitor_calls.h"

namespace blindlink::resolver {

// A request that has been admitted, as the pages see it.
struct ConsoleRequest {
  bool is_change = false;                     // POST
  std::vector<std::string> path;              // "/projects/flu" -> {"projects", "flu"}
  std::map<std::string, std::string> values;  // of the query, or of the form
  std::string target;                         // as sent, without the query

  // Empty if it is missing.
  const std::string& Value(const std::string& name) const {
    static const std::string kNone;
    const auto found = values.find(name);
    return found == values.end() ? kNone : found->second;
  }
  // The same of a text that people write; browsers end its lines with CR LF.
  std::string Text(const std::string& name) const {
    return absl::StrReplaceAll(Value(name), {{"\r\n", "\n"}});
  }
};

struct Crumb {
  std::string title;
  std::string address;  // empty: this page
};

// What a handler gives: a page, or where the browser goes next.
struct Page {
  int status = 200;
  std::string title;
  std::vector<Crumb> crumbs;  // after "Projects"
  Html body;
  std::string go_to = {};       // not empty: another page is shown instead
  std::string plain_text = {};  // not empty: for the script, no page
};

// Everything that a handler works with. Names from the request's path stand in `names`: of
// /projects/:project/runs/:run, "project" and "run", each checked.
struct Exchange {
  const ConsoleRequest& request;
  const Identity& visitor;
  VisitorCalls& calls;
  const std::string& form_token;
  const RequestGuard& guard;
  std::map<std::string, std::string> names = {};

  const std::string& Name(const std::string& name) const { return names.at(name); }
  // Whether the table of methods lets the visitor's role call it.
  bool May(absl::string_view method) const { return MayCall(visitor.party.role, method); }
  // The refusal that the gate would give: for the form of a change, before it is filled in.
  absl::Status Require(absl::string_view method) const {
    if (May(method)) return absl::OkStatus();
    return absl::PermissionDeniedError(
        absl::StrCat("a ", NameOf(visitor.party.role), " may not call ", method));
  }
};

}  // namespace blindlink::resolver
