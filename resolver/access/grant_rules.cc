#include "resolver/access/grant_rules.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"
#include "common/csv/text_check.h"

namespace blindlink::resolver {
namespace {

constexpr int64_t kDay = 86400;
constexpr int64_t kLongestGrant = 731 * kDay;
constexpr size_t kShortestReason = 10;  // bytes
constexpr size_t kApprovalsNeeded = 2;

// C1 controls (U+0080 to U+009F) and the marks that turn the direction of writing.
bool HasHiddenCharacters(absl::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\n') || c == 0x7f) return true;
    if (c == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
    if (c != 0xe2) continue;
    const auto second = static_cast<unsigned char>(text[i + 1]);
    const auto third = static_cast<unsigned char>(text[i + 2]);
    if (second == 0x80 && third >= 0xaa && third <= 0xae) return true;
    if (second == 0x81 && third >= 0xa6 && third <= 0xa9) return true;
  }
  return false;
}

absl::Status CheckReason(absl::string_view what, absl::string_view text) {
  BL_RETURN_IF_ERROR(CheckPlainText(what, text));
  if (absl::StripAsciiWhitespace(text).size() >= kShortestReason) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(what, ": say it in words, in a sentence or more"));
}

absl::Status CheckWords(const v1::AccessRequest& request) {
  BL_RETURN_IF_ERROR(CheckReason("purpose", request.purpose()));
  BL_RETURN_IF_ERROR(CheckReason("legal basis", request.legal_basis()));
  BL_RETURN_IF_ERROR(CheckReason("necessity", request.rubric().necessity()));
  BL_RETURN_IF_ERROR(CheckReason("proportionality", request.rubric().proportionality()));
  return CheckReason("harm", request.rubric().harm());
}

absl::Status CheckSite(const std::string& site, const std::vector<std::string>& sites) {
  BL_RETURN_IF_ERROR(CheckName("site", site));
  if (std::find(sites.begin(), sites.end(), site) != sites.end()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("the project has no site ", site));
}

absl::Status CheckSitePairs(const v1::AccessRequest& request,
                            const std::vector<std::string>& sites) {
  if (static_cast<size_t>(request.site_pairs_size()) > sites.size() * sites.size()) {
    return absl::InvalidArgumentError("there are more pairs of sites than the project has");
  }
  std::set<std::string> named;
  for (const v1::SitePair& pair : request.site_pairs()) {
    BL_RETURN_IF_ERROR(CheckSite(pair.left(), sites));
    BL_RETURN_IF_ERROR(CheckSite(pair.right(), sites));
    named.insert({pair.left(), pair.right()});
  }
  if (request.level() != v1::ACCESS_ENTITY_MAP) return absl::OkStatus();
  for (const std::string& left : named) {
    for (const std::string& right : named) {
      if (left == right || CoversPair(request, left, right)) continue;
      return absl::FailedPreconditionError(absl::StrCat(
          "an entity map tells who is at both of any two of its sites: ask for the pair ", left,
          ":", right, " too, or for the level pairs"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckLevel(const v1::AccessRequest& request) {
  if (request.level() < v1::ACCESS_COUNTS || request.level() > v1::ACCESS_ENTITY_MAP) {
    return absl::InvalidArgumentError("level: expected counts, pairs or entity-map");
  }
  if (request.relink() && request.level() == v1::ACCESS_COUNTS) {
    return absl::InvalidArgumentError(
        "relink: counts have no pseudonyms that could be turned back");
  }
  if (request.site_pseudonyms() && request.level() != v1::ACCESS_ENTITY_MAP) {
    return absl::InvalidArgumentError(
        "site pseudonyms: only for an entity map, to join extracts by it");
  }
  if (request.site_pseudonyms() && !request.relink()) {
    return absl::InvalidArgumentError(
        "site pseudonyms: each site can turn these back to its record ids with its own map, so the "
        "request must say relink too");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckPlainText(absl::string_view what, absl::string_view text) {
  if (text.size() > kLongestText) {
    return absl::InvalidArgumentError(absl::StrCat(what, ": at most ", kLongestText, " bytes"));
  }
  if (WhyNotUsable(text) == nullptr && !HasHiddenCharacters(text)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(what, ": must be UTF-8 text without control characters"));
}

absl::Status CheckAccessRequest(const v1::AccessRequest& request,
                                const std::vector<std::string>& sites, int64_t now) {
  BL_RETURN_IF_ERROR(CheckName("run", request.run()));
  BL_RETURN_IF_ERROR(CheckLevel(request));
  BL_RETURN_IF_ERROR(CheckWords(request));
  BL_RETURN_IF_ERROR(CheckSitePairs(request, sites));
  const int64_t lasts = request.expires_unix_seconds() - now;
  if (request.expires_unix_seconds() > 0 && lasts > 0 && lasts <= kLongestGrant) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("expiry: must lie ahead, by two years at most");
}

v1::GrantState StateAt(const v1::Grant& grant, int64_t now) {
  const bool may_expire =
      grant.state() == v1::GRANT_REQUESTED || grant.state() == v1::GRANT_APPROVED;
  return may_expire && now >= grant.request().expires_unix_seconds() ? v1::GRANT_EXPIRED
                                                                     : grant.state();
}

absl::Status AddDecision(const Person& coordinator, bool approve, absl::string_view reason,
                         int64_t now, v1::Grant* grant) {
  BL_RETURN_IF_ERROR(CheckReason("reason", reason));
  if (const v1::GrantState state = StateAt(*grant, now); state != v1::GRANT_REQUESTED) {
    return absl::FailedPreconditionError(
        absl::StrCat(grant->grant(), " is ", NameOf(state), ": nothing is left to decide",
                     state == v1::GRANT_APPROVED ? "; it can be revoked" : ""));
  }
  if (coordinator.name == grant->researcher() ||
      AsView(coordinator.fingerprint) == grant->researcher_fingerprint()) {
    return absl::PermissionDeniedError("nobody decides about a request of their own");
  }
  size_t approvals = approve ? 1 : 0;
  for (const v1::AccessDecision& decision : grant->decisions()) {
    ++approvals;  // a denial would have ended the request
    const bool same = decision.coordinator() == coordinator.name ||
                      decision.fingerprint() == AsView(coordinator.fingerprint);
    if (approve && same) {
      return absl::AlreadyExistsError(absl::StrCat(
          "coordinator ", coordinator.name, " has approved ", grant->grant(),
          " already: a second approval must come from another coordinator, with a certificate of "
          "their own"));
    }
  }
  v1::AccessDecision& added = *grant->add_decisions();
  added.set_coordinator(coordinator.name);
  added.set_fingerprint(std::string(AsView(coordinator.fingerprint)));
  added.set_approve(approve);
  added.set_reason(std::string(reason));
  added.set_unix_seconds(now);
  if (!approve) grant->set_state(v1::GRANT_DENIED);
  if (approve && approvals >= kApprovalsNeeded) grant->set_state(v1::GRANT_APPROVED);
  return absl::OkStatus();
}

absl::Status Revoke(const Person& coordinator, absl::string_view reason, int64_t now,
                    v1::Grant* grant) {
  BL_RETURN_IF_ERROR(CheckReason("reason", reason));
  const v1::GrantState state = StateAt(*grant, now);
  if (state != v1::GRANT_REQUESTED && state != v1::GRANT_APPROVED) {
    return absl::FailedPreconditionError(absl::StrCat(grant->grant(), " is ", NameOf(state)));
  }
  v1::AccessDecision& revocation = *grant->mutable_revocation();
  revocation.set_coordinator(coordinator.name);
  revocation.set_fingerprint(std::string(AsView(coordinator.fingerprint)));
  revocation.set_reason(std::string(reason));
  revocation.set_unix_seconds(now);
  grant->set_state(v1::GRANT_REVOKED);
  return absl::OkStatus();
}

std::string NameOf(v1::GrantState state) {
  const std::string name = absl::AsciiStrToLower(v1::GrantState_Name(state));
  return std::string(absl::StripPrefix(name, "grant_"));
}

bool CoversPair(const v1::AccessRequest& request, absl::string_view left, absl::string_view right) {
  if (request.site_pairs().empty()) return true;
  // An entity map tells which records of one site are one person, too.
  if (left == right && request.level() == v1::ACCESS_ENTITY_MAP) return CoversSite(request, left);
  return std::any_of(request.site_pairs().begin(), request.site_pairs().end(),
                     [&](const v1::SitePair& pair) {
                       return (pair.left() == left && pair.right() == right) ||
                              (pair.left() == right && pair.right() == left);
                     });
}

bool CoversSite(const v1::AccessRequest& request, absl::string_view site) {
  return request.site_pairs().empty() ||
         std::any_of(
             request.site_pairs().begin(), request.site_pairs().end(),
             [&](const v1::SitePair& pair) { return pair.left() == site || pair.right() == site; });
}

}  // namespace blindlink::resolver
