#include "common/access/grant_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "common/base/hex.h"

namespace blindlink {
namespace {

std::string StateText(v1::GrantState state) {
  const std::string name = absl::AsciiStrToLower(v1::GrantState_Name(state));
  return std::string(absl::StripPrefix(name, "grant_"));
}

std::string DecisionText(absl::string_view what, const v1::AccessDecision& decision) {
  return absl::StrFormat("%-16s %s, %s, certificate %s\n                 %s\n", what,
                         decision.coordinator(), TimeText(decision.unix_seconds()),
                         HexEncode(decision.fingerprint()).substr(0, 16), decision.reason());
}

std::string WhatElse(const v1::AccessRequest& request) {
  std::string text;
  if (request.relink()) {
    text += "relink           yes: sites may turn its pseudonyms back with its approval token\n";
  }
  if (request.site_pseudonyms()) {
    text += "pseudonyms       the sites' own: files of such grants and extracts can be joined\n";
  }
  return text;
}

}  // namespace

std::string LevelText(v1::AccessLevel level) {
  switch (level) {
    case v1::ACCESS_COUNTS:
      return "counts";
    case v1::ACCESS_PAIRS:
      return "pairs";
    case v1::ACCESS_ENTITY_MAP:
      return "entity-map";
    default:
      return "unknown";
  }
}

absl::StatusOr<v1::AccessLevel> ParseLevel(absl::string_view text) {
  for (const v1::AccessLevel level : {v1::ACCESS_COUNTS, v1::ACCESS_PAIRS, v1::ACCESS_ENTITY_MAP}) {
    if (LevelText(level) == text) return level;
  }
  return absl::InvalidArgumentError("--level: expected counts, pairs or entity-map");
}

std::string SitePairsText(const v1::AccessRequest& request) {
  if (request.site_pairs().empty()) return "all";
  return absl::StrJoin(request.site_pairs(), " ", [](std::string* out, const v1::SitePair& pair) {
    absl::StrAppend(out, pair.left(), ":", pair.right());
  });
}

absl::StatusOr<int64_t> ParseTime(absl::string_view flag, absl::string_view text) {
  absl::Time time;
  std::string error;
  if (absl::ParseTime("%Y-%m-%d", text, absl::UTCTimeZone(), &time, &error) ||
      absl::ParseTime(absl::RFC3339_full, text, &time, &error)) {
    return absl::ToUnixSeconds(time);
  }
  return absl::InvalidArgumentError(
      absl::StrCat(flag, ": expected a day, as 2027-06-30, or a time, as 2027-06-30T12:00:00Z"));
}

std::string TimeText(int64_t unix_seconds) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(unix_seconds),
                          absl::UTCTimeZone());
}

std::string GrantTable(const v1::ListGrantsResponse& list) {
  constexpr char kRow[] = "%-13s %-10s %-16s %-11s %-10s %-20s  %s\n";
  std::string text =
      absl::StrFormat(kRow, "grant", "state", "researcher", "run", "level", "until", "sites");
  for (const v1::Grant& grant : list.grants()) {
    const v1::AccessRequest& request = grant.request();
    absl::StrAppendFormat(&text, kRow, grant.grant(), StateText(grant.state()), grant.researcher(),
                          request.run(), LevelText(request.level()),
                          TimeText(request.expires_unix_seconds()), SitePairsText(request));
  }
  return text;
}

std::string GrantText(const v1::Grant& grant) {
  const v1::AccessRequest& request = grant.request();
  std::string text = absl::StrCat(
      "grant            ", grant.grant(), " of project ", grant.project(), "\nstate            ",
      StateText(grant.state()), "\nresearcher       ", grant.researcher(), ", certificate ",
      HexEncode(grant.researcher_fingerprint()).substr(0, 16), "\nrequested        ",
      TimeText(grant.requested_unix_seconds()), "\nuntil            ",
      TimeText(request.expires_unix_seconds()), "\nrun              ", request.run(),
      "\nsites            ", SitePairsText(request), "\nlevel            ",
      LevelText(request.level()), "\n", WhatElse(request), "purpose          ", request.purpose(),
      "\nlegal basis      ", request.legal_basis(), "\nnecessity        ",
      request.rubric().necessity(), "\nproportionality  ", request.rubric().proportionality(),
      "\nharm             ", request.rubric().harm(), "\n");
  for (const v1::AccessDecision& decision : grant.decisions()) {
    text += DecisionText(decision.approve() ? "approved by" : "denied by", decision);
  }
  if (grant.has_revocation()) text += DecisionText("revoked by", grant.revocation());
  return text;
}

}  // namespace blindlink
