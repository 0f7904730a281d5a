#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "blindlink/v1/access_service.pb.h"
#include "common/base/bytes16.h"

namespace blindlink::resolver {

// A grant and the ids that its files have of some records of one site.
struct TracedGrant {
  v1::Grant grant;
  std::vector<RecordPseudonym> pseudonyms;  // in the order of the records
};

// For all grants of a project that have their key still: how their files call these records, so
// that a file can be traced to its grant. Reads only, also while the resolver runs. `keys_folder`
// as in grant_key_files.h. NOT_FOUND if there is no such project; otherwise errors as ReadStored
// and ReadKeyFile.
absl::StatusOr<std::vector<TracedGrant>> TraceGrants(const std::filesystem::path& project_folder,
                                                     const std::filesystem::path& keys_folder,
                                                     absl::string_view site,
                                                     absl::Span<const RecordPseudonym> records);

}  // namespace blindlink::resolver
