#include "agent/commands/site_maps.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_reader.h"

namespace blindlink::agent {

absl::StatusOr<std::vector<std::string>> SiteMaps(const std::string& project,
                                                  const std::string& state_folder,
                                                  const std::vector<std::string>& named) {
  if (!named.empty()) return named;
  std::vector<std::string> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(state_folder, ignored)) {
    const std::string name = entry.path().filename();
    if (absl::StartsWith(name, project + ".") && absl::EndsWith(name, ".map.csv")) {
      files.push_back(entry.path());
    }
  }
  if (!files.empty()) return files;
  return absl::NotFoundError(
      absl::StrCat("no map of project ", project,
                   " found: name this site's folder with --state, or the files, which run and "
                   "tokenize write as PROJECT.SITE.DATASET.map.csv, with --map"));
}

absl::StatusOr<std::map<std::string, std::string>> FindRecordIds(
    const std::vector<std::string>& maps, const std::vector<std::string>& wanted) {
  std::map<std::string, std::string> records;
  for (const std::string& pseudonym : wanted) {
    if (!pseudonym.empty()) records[HexEncode(pseudonym)] = "";
  }
  for (const std::string& file : maps) {
    BL_ASSIGN_OR_RETURN(const auto reader, CsvReader::Open(file));
    while (true) {
      BL_ASSIGN_OR_RETURN(const bool more, reader->Next());
      if (!more) break;
      if (reader->fields().size() != 2) {
        return absl::InvalidArgumentError(
            absl::StrCat(file, " is no map: expected the columns record_id,pseudonym"));
      }
      const auto found = records.find(std::string(reader->fields()[1]));
      if (found != records.end()) found->second = std::string(reader->fields()[0]);
    }
  }
  return records;
}

}  // namespace blindlink::agent
