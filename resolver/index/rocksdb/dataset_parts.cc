#include "resolver/index/rocksdb/dataset_parts.h"

#include <algorithm>
#include <string>
#include <system_error>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace blindlink::resolver {
namespace {

constexpr absl::string_view kPartName = "postings-";
constexpr absl::string_view kPartEnding = ".sst";

}  // namespace

std::filesystem::path PartFile(const std::filesystem::path& scratch, size_t end) {
  return scratch / absl::StrFormat("%s%04d%s", kPartName, end, kPartEnding);
}

DatasetParts FindParts(const std::filesystem::path& scratch) {
  std::vector<size_t> ends;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(scratch, ignored)) {
    const std::string name = entry.path().filename();
    absl::string_view end = name;
    size_t number = 0;
    if (absl::ConsumePrefix(&end, kPartName) && absl::ConsumeSuffix(&end, kPartEnding) &&
        absl::SimpleAtoi(end, &number)) {
      ends.push_back(number);
    }
  }
  std::sort(ends.begin(), ends.end());
  DatasetParts parts;
  for (const size_t end : ends) parts.files.push_back(PartFile(scratch, end));
  if (!ends.empty()) parts.ranges = ends.back();
  return parts;
}

}  // namespace blindlink::resolver
