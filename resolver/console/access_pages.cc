#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "blindlink/v1/access_service.grpc.pb.h"
#include "common/access/all_grants.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "resolver/console/grant_words.h"
#include "resolver/console/router.h"
#include "resolver/console/states.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

Html Decisions(const v1::Grant& grant) {
  Table table("Decisions", {"Coordinator", "Decision", "Reason", "When", "Certificate"});
  for (const v1::AccessDecision& decision : grant.decisions()) {
    table.Row({Cell(decision.coordinator()),
               decision.approve() ? State("approved", Mood::kGood) : State("denied", Mood::kBad),
               Cell(decision.reason()), Cell(TimeText(decision.unix_seconds())),
               Html().Element("code", HexEncode(decision.fingerprint()).substr(0, 16))});
  }
  if (grant.has_revocation()) {
    const v1::AccessDecision& end = grant.revocation();
    table.Row({Cell(end.coordinator()), State("revoked", Mood::kBad), Cell(end.reason()),
               Cell(TimeText(end.unix_seconds())),
               Html().Element("code", HexEncode(end.fingerprint()).substr(0, 16))});
  }
  return table.empty() ? Empty("Nobody has decided yet. Two coordinators must approve.")
                       : table.Finish();
}

void AddActions(const Exchange& exchange, const v1::Grant& grant, Html* html) {
  const std::string address = Path({"projects", grant.project(), "access", grant.grant()});
  html->Open("div", {{"class", "actions"}});
  if (grant.state() == v1::GRANT_REQUESTED && exchange.May("/blindlink.v1.Access/DecideAccess")) {
    html->Add(LinkButton(address + "/decide?as=approve", "Approve"));
    html->Add(LinkButton(address + "/decide?as=deny", "Deny", true));
  }
  if (grant.state() == v1::GRANT_APPROVED && exchange.May("/blindlink.v1.Access/RevokeAccess")) {
    html->Add(LinkButton(address + "/revoke", "Revoke", true));
  }
  html->Close();
}

}  // namespace

absl::StatusOr<Page> ShowGrants(Exchange& exchange) {
  BL_ASSIGN_OR_RETURN(
      const v1::ListGrantsResponse list,
      ListAllGrants(exchange.Name("project"), [&](const v1::ListGrantsRequest& request) {
        return exchange.calls.Make(&v1::Access::Stub::ListGrants, request);
      }));
  Page page{.title = "Access requests and grants",
            .crumbs = {{exchange.Name("project"), Path({"projects", exchange.Name("project")})},
                       {"Access", ""}},
            .body = {}};
  Table table("The newest first",
              {"Grant", "State", "Researcher", "Gives", "Run", "Requested", "Ends"});
  for (int i = list.grants_size() - 1; i >= 0; --i) {
    const v1::Grant& grant = list.grants(i);
    table.Row({Link(Path({"projects", grant.project(), "access", grant.grant()}), grant.grant()),
               GrantStateOf(grant.state()), Cell(grant.researcher()),
               Cell(WordsFor(grant.request().level())), Cell(grant.request().run()),
               Cell(TimeText(grant.requested_unix_seconds())),
               Cell(TimeText(grant.request().expires_unix_seconds()))});
  }
  page.body.Add(table.empty() ? Empty("Nobody has asked for access yet.") : table.Finish());
  return page;
}

absl::StatusOr<Page> ShowGrant(Exchange& exchange) {
  v1::GetGrantRequest request;
  request.set_project(exchange.Name("project"));
  request.set_grant(exchange.Name("grant"));
  BL_ASSIGN_OR_RETURN(const v1::Grant grant,
                      exchange.calls.Make(&v1::Access::Stub::GetGrant, request));
  Page page{.title = grant.grant(),
            .crumbs = {{grant.project(), Path({"projects", grant.project()})},
                       {"Access", Path({"projects", grant.project(), "access"})},
                       {grant.grant(), ""}},
            .body = {}};
  page.body.Add(DoneNote(exchange));
  page.body.Open("p", {{"class", "lead"}}).Add(GrantStateOf(grant.state())).Close();
  AddActions(exchange, grant, &page.body);
  page.body.Element("h2", "The request").Add(RequestOf(grant));
  page.body.Element("h2", "Decisions").Add(Decisions(grant));
  return page;
}

}  // namespace blindlink::resolver
