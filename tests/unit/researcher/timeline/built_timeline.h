#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "common/csv/csv_reader.h"
#include "researcher/timeline/timeline.h"
#include "tests/unit/researcher/timeline/test_extracts.h"

namespace blindlink::researcher {

using Row = std::map<std::string, std::string>;

// The rows of a CSV file, by column.
inline std::vector<Row> RowsOf(const std::string& path) {
  std::vector<Row> rows;
  const auto reader = CsvReader::Open(path);
  EXPECT_TRUE(reader.ok()) << reader.status();
  while (reader.ok() && *(*reader)->Next()) {
    Row& row = rows.emplace_back();
    for (size_t i = 0; i < (*reader)->header().size(); ++i) {
      row[(*reader)->header()[i]] = (*reader)->fields()[i];
    }
  }
  return rows;
}

// A request whose files are in the folder of `files`.
inline TimelineRequest RequestOf(const TestExtracts& files, const std::string& entities,
                                 const std::vector<std::string>& folders) {
  TimelineRequest request;
  request.entities_file = entities;
  request.extract_folders = folders;
  request.out_file = files.Path("timeline.csv.zst");
  request.persons_file = files.Path("timeline.persons.csv.zst");
  return request;
}

}  // namespace blindlink::researcher
