#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "blindlink/v1/access_service.pb.h"
#include "common/crypto/sha256.h"

namespace blindlink::resolver {

// Who asks for access or decides about it: a name, and the certificate that was shown.
struct Person {
  std::string name;
  Sha256Digest fingerprint{};
};

// The rules of grants, without storage. Thread-safe.

// INVALID_ARGUMENT if a part of the request is missing, too long, not plain text, or no site's of
// the project; FAILED_PRECONDITION if it asks for an entity map of sites without all their pairs.
// `now` in Unix seconds.
absl::Status CheckAccessRequest(const v1::AccessRequest& request,
                                const std::vector<std::string>& sites, int64_t now);

// Plain text that may be printed to a terminal: UTF-8 without control characters but line feeds,
// and at most kLongestText bytes. INVALID_ARGUMENT names `what`.
absl::Status CheckPlainText(absl::string_view what, absl::string_view text);
inline constexpr size_t kLongestText = 4000;

// The grant's state at `now`: an open request and a grant end at their expiry.
v1::GrantState StateAt(const v1::Grant& grant, int64_t now);

// Adds the decision of a coordinator to an open request and sets the state. A grant needs two
// approvals, of two names and two certificates; a denial ends the request, also by a coordinator
// who approved it. Errors are those of DecideAccess.
absl::Status AddDecision(const Person& coordinator, bool approve, absl::string_view reason,
                         int64_t now, v1::Grant* grant);

// Ends a grant or an open request. FAILED_PRECONDITION if it has ended.
absl::Status Revoke(const Person& coordinator, absl::string_view reason, int64_t now,
                    v1::Grant* grant);

// "requested", "approved", ...
std::string NameOf(v1::GrantState state);

// Whether the request covers the pairs of these two sites, in either order.
bool CoversPair(const v1::AccessRequest& request, absl::string_view left, absl::string_view right);
// Whether it covers any pair with this site.
bool CoversSite(const v1::AccessRequest& request, absl::string_view site);

}  // namespace blindlink::resolver
