#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "blindlink/v1/access_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "resolver/console/grant_words.h"
#include "resolver/console/router.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

// Characters: a form of so many has less than the 8 KiB that cpp-httplib takes, in any writing.
constexpr size_t kLongestReason = 800;

std::string AddressOf(const Exchange& exchange) {
  return Path({"projects", exchange.Name("project"), "access", exchange.Name("grant")});
}

absl::StatusOr<v1::Grant> GrantOf(Exchange& exchange) {
  v1::GetGrantRequest request;
  request.set_project(exchange.Name("project"));
  request.set_grant(exchange.Name("grant"));
  return exchange.calls.Make(&v1::Access::Stub::GetGrant, request);
}

std::vector<Crumb> CrumbsOf(const Exchange& exchange, const std::string& here) {
  const std::string& project = exchange.Name("project");
  return {{project, Path({"projects", project})},
          {"Access", Path({"projects", project, "access"})},
          {exchange.Name("grant"), AddressOf(exchange)},
          {here, ""}};
}

Html ReasonField() {
  return TextArea("reason", "Reason",
                  "Why, for whoever reads the decision later. Without any value of a person.",
                  kLongestReason);
}

}  // namespace

absl::StatusOr<Page> ShowDecision(Exchange& exchange) {
  BL_RETURN_IF_ERROR(exchange.Require("/blindlink.v1.Access/DecideAccess"));
  BL_ASSIGN_OR_RETURN(const v1::Grant grant, GrantOf(exchange));
  const bool approve = exchange.request.Value("as") == "approve";
  Page page{.title = absl::StrCat(approve ? "Approve " : "Deny ", grant.grant(), "?"),
            .crumbs = {},
            .body = {}};
  page.crumbs = CrumbsOf(exchange, page.title);
  page.body.Element("p",
                    approve ? "The second approval, of another coordinator with another "
                              "certificate, puts the grant in force."
                            : "One denial ends the request.",
                    {{"class", "lead"}});
  page.body.Add(RequestOf(grant));
  Html fields;
  fields.Void("input",
              {{"type", "hidden"}, {"name", "as"}, {"value", approve ? "approve" : "deny"}});
  fields.Add(ReasonField());
  page.body.Add(ChangeForm(exchange, AddressOf(exchange) + "/decide", fields,
                           approve ? "Approve the request" : "Deny the request", !approve));
  return page;
}

absl::StatusOr<Page> Decide(Exchange& exchange) {
  const std::string& as = exchange.request.Value("as");
  if (as != "approve" && as != "deny") {
    return absl::InvalidArgumentError("the form says neither approve nor deny");
  }
  v1::DecideAccessRequest request;
  request.set_project(exchange.Name("project"));
  request.set_grant(exchange.Name("grant"));
  request.set_approve(as == "approve");
  request.set_reason(exchange.request.Text("reason"));
  BL_RETURN_IF_ERROR(exchange.calls.Make(&v1::Access::Stub::DecideAccess, request).status());
  return Done(exchange, AddressOf(exchange));
}

absl::StatusOr<Page> ShowRevocation(Exchange& exchange) {
  BL_RETURN_IF_ERROR(exchange.Require("/blindlink.v1.Access/RevokeAccess"));
  BL_ASSIGN_OR_RETURN(const v1::Grant grant, GrantOf(exchange));
  Page page{.title = absl::StrCat("Revoke ", grant.grant(), "?"), .crumbs = {}, .body = {}};
  page.crumbs = CrumbsOf(exchange, page.title);
  page.body.Add(RequestOf(grant));
  Html fields;
  fields.Element("p", "Fetches under it end within seconds and its key is destroyed, for good.");
  fields.Add(ReasonField());
  page.body.Add(
      ChangeForm(exchange, AddressOf(exchange) + "/revoke", fields, "Revoke the grant", true));
  return page;
}

absl::StatusOr<Page> Revoke(Exchange& exchange) {
  v1::RevokeAccessRequest request;
  request.set_project(exchange.Name("project"));
  request.set_grant(exchange.Name("grant"));
  request.set_reason(exchange.request.Text("reason"));
  BL_RETURN_IF_ERROR(exchange.calls.Make(&v1::Access::Stub::RevokeAccess, request).status());
  return Done(exchange, AddressOf(exchange));
}

}  // namespace blindlink::resolver
