#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace blindlink::resolver {

// The durable postings of a dataset that is not committed yet: files in its scratch folder, called
// parts. docs/formats/resolver_storage.md.
struct DatasetParts {
  std::vector<std::filesystem::path> files;  // in the order of their postings
  size_t ranges = 0;                         // how many ranges they hold, from range 0 on
};

// The file for the postings of the ranges before `end` that no earlier part holds.
std::filesystem::path PartFile(const std::filesystem::path& scratch, size_t end);

// The parts that earlier writers left in `scratch`. None if there is no such folder.
DatasetParts FindParts(const std::filesystem::path& scratch);

}  // namespace blindlink::resolver
