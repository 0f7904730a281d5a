#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "blindlink/v1/project_service.pb.h"
#include "blindlink/v1/upload_service.pb.h"

namespace blindlink::agent {

// What a site's state says of its uploads: counts, words and times, never a value of a person.
struct SiteStatus {
  // How often each reason occurs, by column ("" if the whole row was rejected).
  using Rejects = std::map<std::pair<std::string, std::string>, uint64_t>;
  struct Dataset {
    v1::UploadInfo info;
    bool has_rejects_file = false;  // in the state folder
    Rejects rejects;
  };
  std::vector<Dataset> datasets;
  v1::ProjectInfo project;
  int64_t newest_commit = 0;  // of all of the site's datasets, in Unix seconds; 0: none
  // Of this party's own calls in the resolver's audit log; the newest head that it has seen.
  uint64_t receipts = 0;
  uint64_t audit_entries_seen = 0;
  int64_t certificate_not_after = 0;  // Unix seconds
};

// Counts the reasons in a rejects file (docs/formats/site_files.md). Errors as CsvReader.
absl::StatusOr<SiteStatus::Rejects> CountRejects(const std::string& file);

// A table for people, and one JSON object. `now` in Unix seconds.
std::string SiteStatusToText(const SiteStatus& status, int64_t now);
std::string SiteStatusToJson(const SiteStatus& status, int64_t now);

}  // namespace blindlink::agent
