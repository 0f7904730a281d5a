#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "resolver/console/exchange.h"

namespace blindlink::resolver {

using Handler = absl::StatusOr<Page> (*)(Exchange& exchange);

// A page's address, in which ":project" stands for any name (common/base/names.h), and what shows
// it (GET) or carries out what its form says (POST).
struct Route {
  const char* pattern;
  Handler show;
  Handler change = nullptr;
};

// Every page of the console.
absl::Span<const Route> Routes();

// The answer to a request: of its route's handler, or NOT_FOUND; the names in the address are then
// in exchange.names.
absl::StatusOr<Page> Answer(Exchange& exchange);

// The handlers, by file.
absl::StatusOr<Page> ShowProjects(Exchange& exchange);  // project_pages.cc
absl::StatusOr<Page> ShowProject(Exchange& exchange);
absl::StatusOr<Page> ShowUpload(Exchange& exchange);  // upload_pages.cc
absl::StatusOr<Page> ShowDiscard(Exchange& exchange);
absl::StatusOr<Page> Discard(Exchange& exchange);
absl::StatusOr<Page> ShowQuality(Exchange& exchange);  // quality_page.cc
absl::StatusOr<Page> ShowRun(Exchange& exchange);      // run_pages.cc
absl::StatusOr<Page> ShowStart(Exchange& exchange);    // run_changes.cc
absl::StatusOr<Page> Start(Exchange& exchange);
absl::StatusOr<Page> ShowCancel(Exchange& exchange);
absl::StatusOr<Page> Cancel(Exchange& exchange);
absl::StatusOr<Page> ShowExplanation(Exchange& exchange);  // explanation_page.cc
absl::StatusOr<Page> ShowEntity(Exchange& exchange);       // entity_page.cc
absl::StatusOr<Page> ShowGrants(Exchange& exchange);       // access_pages.cc
absl::StatusOr<Page> ShowGrant(Exchange& exchange);
absl::StatusOr<Page> ShowDecision(Exchange& exchange);  // access_changes.cc
absl::StatusOr<Page> Decide(Exchange& exchange);
absl::StatusOr<Page> ShowRevocation(Exchange& exchange);
absl::StatusOr<Page> Revoke(Exchange& exchange);
absl::StatusOr<Page> ShowReview(Exchange& exchange);  // review_pages.cc
absl::StatusOr<Page> ShowReviewItem(Exchange& exchange);
absl::StatusOr<Page> ShowVerdict(Exchange& exchange);  // review_changes.cc
absl::StatusOr<Page> DecideReviewItem(Exchange& exchange);
absl::StatusOr<Page> ShowAskSites(Exchange& exchange);
absl::StatusOr<Page> AskSites(Exchange& exchange);
absl::StatusOr<Page> ShowAudit(Exchange& exchange);  // audit_page.cc
absl::StatusOr<Page> ShowContinues(Exchange& exchange);
absl::StatusOr<Page> ShowHealth(Exchange& exchange);  // health_page.cc

}  // namespace blindlink::resolver
