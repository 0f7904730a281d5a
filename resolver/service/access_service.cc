#include "resolver/service/access_service.h"

#include <ctime>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "resolver/access/granted_rows.h"

namespace blindlink::resolver {
namespace {

constexpr int kMaxPseudonyms = 1000;

Person PersonOf(const Identity& identity) { return {identity.party.name, identity.fingerprint}; }

// Whose grants the caller may see: all, or its own.
std::string ResearcherOf(const Identity& identity) {
  return identity.party.role == Role::kResearcher ? identity.party.name : "";
}

absl::Status CheckReleasesByGrant(const Project& project) {
  if (project.release() == v1::RELEASE_BY_GRANT) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "this project releases its results to the researchers whom it names: no grant is needed");
}

}  // namespace

template <typename Handle>
grpc::Status AccessService::Pass(grpc::ServerContext* context, const char* method,
                                 const CallSubject& subject, const Handle& handle) {
  return gate_.PassStream(*context, method, subject, [&](Call& call) -> absl::Status {
    BL_RETURN_IF_ERROR(call.Begin());
    BL_ASSIGN_OR_RETURN(Project * project,
                        FindForCaller(store_, std::string(subject.project), call.caller()));
    BL_RETURN_IF_ERROR(CheckReleasesByGrant(*project));
    return handle(*project, call.identity());
  });
}

grpc::Status AccessService::RequestAccess(grpc::ServerContext* context,
                                          const v1::AccessRequest* request, v1::Grant* response) {
  return Pass(
      context, "/blindlink.v1.Access/RequestAccess", {request->project(), request->run()},
      [&](Project& project, const Identity& identity) -> absl::Status {
        BL_RETURN_IF_ERROR(project.runs().Result(request->run(), RunResult::Rows::kNone).status());
        BL_ASSIGN_OR_RETURN(*response,
                            project.grants().Request(*request, PersonOf(identity), time(nullptr)));
        return absl::OkStatus();
      });
}

grpc::Status AccessService::ListGrants(grpc::ServerContext* context,
                                       const v1::ListGrantsRequest* request,
                                       v1::ListGrantsResponse* response) {
  return Pass(context, "/blindlink.v1.Access/ListGrants", {request->project()},
              [&](Project& project, const Identity& identity) {
                *response =
                    project.grants().Page(ResearcherOf(identity), request->after(), time(nullptr));
                return absl::OkStatus();
              });
}

grpc::Status AccessService::GetGrant(grpc::ServerContext* context,
                                     const v1::GetGrantRequest* request, v1::Grant* response) {
  return Pass(context, "/blindlink.v1.Access/GetGrant",
              {.project = request->project(), .grant = request->grant()},
              [&](Project& project, const Identity& identity) -> absl::Status {
                BL_ASSIGN_OR_RETURN(
                    *response,
                    project.grants().Get(request->grant(), ResearcherOf(identity), time(nullptr)));
                return absl::OkStatus();
              });
}

grpc::Status AccessService::DecideAccess(grpc::ServerContext* context,
                                         const v1::DecideAccessRequest* request,
                                         v1::Grant* response) {
  return Pass(
      context, "/blindlink.v1.Access/DecideAccess",
      {.project = request->project(), .grant = request->grant()},
      [&](Project& project, const Identity& identity) -> absl::Status {
        const int64_t now = time(nullptr);
        BL_ASSIGN_OR_RETURN(const v1::Grant asked, project.grants().Get(request->grant(), "", now));
        GrantRegister::Totals totals;
        if (request->approve()) {
          BL_ASSIGN_OR_RETURN(const auto result, project.runs().Result(asked.request().run()));
          BL_ASSIGN_OR_RETURN(totals, CountGranted(*result, asked.request()));
        }
        BL_ASSIGN_OR_RETURN(
            *response, project.grants().Decide(request->grant(), PersonOf(identity),
                                               request->approve(), request->reason(), totals, now));
        return absl::OkStatus();
      });
}

grpc::Status AccessService::RevokeAccess(grpc::ServerContext* context,
                                         const v1::RevokeAccessRequest* request,
                                         v1::Grant* response) {
  return Pass(context, "/blindlink.v1.Access/RevokeAccess",
              {.project = request->project(), .grant = request->grant()},
              [&](Project& project, const Identity& identity) -> absl::Status {
                BL_ASSIGN_OR_RETURN(*response,
                                    project.grants().Revoke(request->grant(), PersonOf(identity),
                                                            request->reason(), time(nullptr)));
                return absl::OkStatus();
              });
}

grpc::Status AccessService::IssueRelinkToken(grpc::ServerContext* context,
                                             const v1::GetGrantRequest* request,
                                             v1::RelinkToken* response) {
  return Pass(context, "/blindlink.v1.Access/IssueRelinkToken",
              {.project = request->project(), .grant = request->grant()},
              [&](Project& project, const Identity&) -> absl::Status {
                BL_ASSIGN_OR_RETURN(const SecretBytes token, project.grants().IssueRelinkToken(
                                                                 request->grant(), time(nullptr)));
                response->set_project(request->project());
                response->set_grant(request->grant());
                response->set_token(token.Reveal().data(), token.size());
                return absl::OkStatus();
              });
}

absl::Status AccessService::TurnBack(Project& project, const std::string& site,
                                     const v1::RelinkRequest& request,
                                     v1::RelinkResponse* response) {
  if (request.pseudonyms_size() > kMaxPseudonyms) {
    return absl::InvalidArgumentError(
        absl::StrCat("at most ", kMaxPseudonyms, " pseudonyms in one call"));
  }
  BL_ASSIGN_OR_RETURN(
      const GrantRegister::Relinking relinking,
      project.grants().CheckRelink(request.grant(), request.token(), time(nullptr)));
  BL_ASSIGN_OR_RETURN(const auto result, project.runs().Result(relinking.grant.request().run(),
                                                               RunResult::Rows::kNone));
  const bool covered = CoversSite(relinking.grant.request(), site);
  for (const std::string& pseudonym : request.pseudonyms()) {
    if (pseudonym.size() != RecordPseudonym::kSize) {
      return absl::InvalidArgumentError("a pseudonym must have 16 bytes");
    }
    const auto given = RecordPseudonym::FromBytes(pseudonym.data());
    const RecordPseudonym record =
        relinking.grant.request().site_pseudonyms() ? given : relinking.key->RecordOf(site, given);
    BL_ASSIGN_OR_RETURN(const bool has, result->Has(site, record));
    response->add_pseudonyms(covered && has ? std::string(record.AsView()) : "");
  }
  return absl::OkStatus();
}

grpc::Status AccessService::Relink(grpc::ServerContext* context, const v1::RelinkRequest* request,
                                   v1::RelinkResponse* response) {
  return Pass(context, "/blindlink.v1.Access/Relink",
              {.project = request->project(), .grant = request->grant()},
              [&](Project& project, const Identity& identity) {
                return TurnBack(project, identity.party.name, *request, response);
              });
}

}  // namespace blindlink::resolver
