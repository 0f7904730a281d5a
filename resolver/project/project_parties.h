#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "blindlink/v1/project_service.pb.h"

namespace blindlink::resolver {

// The sites of a project as they are now, in the order in which they joined. Whoever needs them
// asks each time and keeps no copy, since a later site may join at any moment.
using SiteList = std::function<std::vector<std::string>()>;

// INVALID_ARGUMENT unless the names of a new project's parties, and the census of its sites, are as
// they must be.
absl::Status CheckParties(const v1::CreateProjectRequest& request);

// Who takes part in a project: project.pb, which has it, as it is now. Parties only join, and none
// ever leaves. Thread-safe.
class ProjectParties {
 public:
  // `stored` is what the file has.
  ProjectParties(std::filesystem::path file, storage::v1::StoredProject stored)
      : file_(std::move(file)), stored_(std::move(stored)) {}

  bool HasSite(absl::string_view site) const;
  bool HasResearcher(absl::string_view researcher) const;
  std::vector<std::string> sites() const;
  // As SiteList. The object must outlive it.
  SiteList site_list() const;
  // The records, without fakes, that the site may have in the index; nothing: no limit.
  std::optional<uint64_t> CensusOf(absl::string_view site) const;
  storage::v1::StoredProject stored() const;

  // Adds the site or the researcher that the request names, at `now` in Unix seconds. It is durable
  // when the function returns; after an error, or a kill, the file has the old parties or the new
  // ones. INVALID_ARGUMENT, ALREADY_EXISTS, FAILED_PRECONDITION as AddParty of
  // project_service.proto; the errors of WriteStored.
  absl::Status Add(const v1::AddPartyRequest& request, int64_t now);

 private:
  const std::filesystem::path file_;
  std::mutex adding_;  // held while the file is written, for which no call is to wait
  mutable std::mutex mutex_;
  storage::v1::StoredProject stored_;
};

}  // namespace blindlink::resolver
