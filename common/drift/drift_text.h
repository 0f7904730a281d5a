#pragma once

#include <string>
#include <vector>

#include "blindlink/v1/dataset_drift.pb.h"
#include "blindlink/v1/upload_service.pb.h"

namespace blindlink {

// Drift in words, for people. They name match keys and fields of the plan, shares and means, never
// a value of a person. Pure.

// A sentence for each finding, the largest first: UploadInfo.notes.
std::vector<std::string> DriftNotes(const v1::DatasetDrift& drift);

// The notes of an upload, a line each, indented; empty without notes. Its words may be foreign
// text, so control characters are escaped and long texts cut.
std::string NotesText(const v1::UploadInfo& info);

// When the site committed it: "2026-11-29T22:10:00Z", "-" if it has not yet, "unknown" if it did
// under an earlier release.
std::string CommitTimeText(const v1::UploadInfo& info);

}  // namespace blindlink
