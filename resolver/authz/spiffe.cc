#include "resolver/authz/spiffe.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/names.h"

namespace blindlink::resolver {
namespace {

constexpr absl::string_view kTrustDomain = "spiffe://blindlink/";
constexpr Role kRoles[] = {Role::kSite, Role::kCoordinator, Role::kResearcher, Role::kResolver,
                           Role::kWorker};

}  // namespace

absl::string_view NameOf(Role role) {
  switch (role) {
    case Role::kSite:
      return "site";
    case Role::kCoordinator:
      return "coordinator";
    case Role::kResearcher:
      return "researcher";
    case Role::kResolver:
      return "resolver";
    case Role::kWorker:
      return "worker";
  }
  return "unknown";
}

absl::StatusOr<Party> ParseSpiffeUri(absl::string_view uri) {
  absl::string_view rest = uri;
  if (absl::ConsumePrefix(&rest, kTrustDomain)) {
    for (const Role role : kRoles) {
      absl::string_view name = rest;
      if (!absl::ConsumePrefix(&name, NameOf(role)) || !absl::ConsumePrefix(&name, "/")) continue;
      if (CheckName(NameOf(role), name).ok()) return Party{role, std::string(name)};
    }
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "not a party's URI; expected ", kTrustDomain,
      "<site|coordinator|researcher|resolver|worker>/<name>, name of a-z, 0-9 and '-'"));
}

std::string SpiffeUriOf(const Party& party) {
  return absl::StrCat(kTrustDomain, NameOf(party.role), "/", party.name);
}

}  // namespace blindlink::resolver
