#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/clinical/source/clinical_source.h"
#include "common/base/files.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {

// A folder of invented clinical files, and what is read from it.
class SourceFolder {
 public:
  void Write(const std::string& name, absl::string_view content) {
    ASSERT_TRUE(WriteFileAtomically(folder_ / name, content).ok());
  }
  std::string path() const { return folder_.path().string(); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

 private:
  TemporaryFolder folder_;
};

struct SourceRead {
  std::vector<ClinicalRow> rows;
  ClinicalRejects rejects;
  absl::Status status;
  std::string understood;

  std::vector<ClinicalRow> Table(ClinicalTable table) const {
    std::vector<ClinicalRow> found;
    for (const ClinicalRow& row : rows) {
      if (row.table == table) found.push_back(row);
    }
    return found;
  }
  // "file:column:reason" -> how often.
  std::map<std::string, uint64_t> Reasons() const {
    std::map<std::string, uint64_t> reasons;
    for (const auto& [what, count] : rejects.counts()) {
      const auto& [file, column, reason] = what;
      reasons[absl::StrCat(file, ":", column, ":", reason)] = count.rows;
    }
    return reasons;
  }
};

inline std::unique_ptr<SourceRead> ReadSource(const ClinicalOptions& options) {
  auto read = std::make_unique<SourceRead>();
  auto source = ClinicalSource::Open(options);
  if (!source.ok()) {
    read->status = source.status();
    return read;
  }
  read->understood = (*source)->DescribeFiles();
  read->status = (*source)->ReadAll(read->rejects, [&read](const ClinicalRow& row) {
    read->rows.push_back(row);
    return absl::OkStatus();
  });
  return read;
}

inline std::unique_ptr<SourceRead> ReadFolder(const SourceFolder& folder) {
  return ReadSource({.inputs = {folder.path()}});
}

}  // namespace blindlink::agent
