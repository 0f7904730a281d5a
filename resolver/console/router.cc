#include "resolver/console/router.h"

#include <map>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_split.h"
#include "common/base/names.h"

namespace blindlink::resolver {
namespace {

constexpr Route kRoutes[] = {
    {"/", ShowProjects},
    {"/projects", ShowProjects},
    {"/projects/:project", ShowProject},
    {"/projects/:project/quality", ShowQuality},
    {"/projects/:project/uploads/:site/:dataset", ShowUpload},
    {"/projects/:project/uploads/:site/:dataset/discard", ShowDiscard, Discard},
    {"/projects/:project/start", ShowStart, Start},
    {"/projects/:project/runs/:run", ShowRun},
    {"/projects/:project/runs/:run/cancel", ShowCancel, Cancel},
    {"/projects/:project/runs/:run/explain", ShowExplanation},
    {"/projects/:project/runs/:run/entity", ShowEntity},
    {"/projects/:project/access", ShowGrants},
    {"/projects/:project/access/:grant", ShowGrant},
    {"/projects/:project/access/:grant/decide", ShowDecision, Decide},
    {"/projects/:project/access/:grant/revoke", ShowRevocation, Revoke},
    {"/projects/:project/review", ShowReview},
    {"/projects/:project/review/:run/:left_site/:left/:right_site/:right", ShowReviewItem},
    {"/projects/:project/review/:run/:left_site/:left/:right_site/:right/decide", ShowVerdict,
     DecideReviewItem},
    {"/projects/:project/review/:run/:left_site/:left/:right_site/:right/ask", ShowAskSites,
     AskSites},
    {"/audit", ShowAudit},
    {"/audit/continues", ShowContinues},
    {"/health", ShowHealth},
};

using Names = std::map<std::string, std::string>;

std::optional<Names> Match(absl::string_view pattern, const std::vector<std::string>& path) {
  const std::vector<absl::string_view> parts = absl::StrSplit(pattern, '/', absl::SkipEmpty());
  if (parts.size() != path.size()) return std::nullopt;
  Names names;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i][0] != ':') {
      if (parts[i] != path[i]) return std::nullopt;
      continue;
    }
    const std::string kind(parts[i].substr(1));
    if (!CheckName(kind, path[i]).ok()) return std::nullopt;
    names[kind] = path[i];
  }
  return names;
}

}  // namespace

absl::Span<const Route> Routes() { return kRoutes; }

absl::StatusOr<Page> Answer(Exchange& exchange) {
  for (const Route& route : kRoutes) {
    std::optional<Names> names = Match(route.pattern, exchange.request.path);
    if (!names) continue;
    const Handler handler = exchange.request.is_change ? route.change : route.show;
    if (handler == nullptr) break;
    exchange.names = *std::move(names);
    return handler(exchange);
  }
  return absl::NotFoundError("there is no such page in the console");
}

}  // namespace blindlink::resolver
