#include "common/drift/drift_text.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "common/access/grant_text.h"

namespace blindlink {
namespace {

constexpr size_t kLongest = 500;
constexpr int kMostNotes = 64;

std::string WhatOf(const v1::DriftFinding& finding) {
  const std::string& subject = finding.subject();
  switch (finding.measure()) {
    case v1::REJECTED_ROWS:
      return "rows that were rejected";
    case v1::MATCH_KEY_FILL:
      return absl::StrCat("records with all that match key ", subject, " needs");
    case v1::TOKENS_PER_RECORD:
      return absl::StrCat("tokens of match key ", subject, " for each record that has one");
    case v1::FIELD_FILL:
      return absl::StrCat("records with a usable ", subject);
    case v1::EQUAL_VALUES:
      return absl::StrCat("random pairs of the site's records with the same ", subject);
    default:
      return subject;
  }
}

std::string ValueText(const v1::DriftFinding& finding, double value) {
  return finding.measure() == v1::TOKENS_PER_RECORD ? absl::StrFormat("%.2f", value)
                                                    : absl::StrFormat("%.1f %%", 100 * value);
}

}  // namespace

std::vector<std::string> DriftNotes(const v1::DatasetDrift& drift) {
  std::vector<std::string> notes;
  for (const v1::DriftFinding& finding : drift.findings()) {
    notes.push_back(absl::StrCat(WhatOf(finding), ": ", ValueText(finding, finding.now()),
                                 ", before ", ValueText(finding, finding.before())));
  }
  return notes;
}

std::string NotesText(const v1::UploadInfo& info) {
  std::string text;
  for (int i = 0; i < std::min(info.notes_size(), kMostNotes); ++i) {
    const absl::string_view note = absl::string_view(info.notes(i)).substr(0, kLongest);
    absl::StrAppend(&text, "  changed: ", absl::CHexEscape(note), "\n");
  }
  return text;
}

std::string CommitTimeText(const v1::UploadInfo& info) {
  if (info.commit_unix_seconds() > 0) return TimeText(info.commit_unix_seconds());
  return info.state() == v1::COMMITTED || info.state() == v1::WITHDRAWN ? "unknown" : "-";
}

}  // namespace blindlink
