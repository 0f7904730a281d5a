#pragma once

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "blindlink/v1/access_service.pb.h"
#include "common/base/status_macros.h"

namespace blindlink {

// All grants of a project that the caller sees, page by page. `list_page(request)` makes one call
// of Access.ListGrants and returns StatusOr<ListGrantsResponse>.
template <typename ListPage>
absl::StatusOr<v1::ListGrantsResponse> ListAllGrants(const std::string& project,
                                                     const ListPage& list_page) {
  v1::ListGrantsRequest request;
  request.set_project(project);
  v1::ListGrantsResponse all;
  while (true) {
    BL_ASSIGN_OR_RETURN(v1::ListGrantsResponse page, list_page(request));
    const bool more = page.more() && !page.grants().empty();
    if (more) request.set_after(page.grants().rbegin()->grant());
    for (v1::Grant& grant : *page.mutable_grants()) *all.add_grants() = std::move(grant);
    if (!more) return all;
  }
}

}  // namespace blindlink
