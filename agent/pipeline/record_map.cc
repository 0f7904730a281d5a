#include "agent/pipeline/record_map.h"

#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_writer.h"

namespace blindlink::agent {

absl::StatusOr<RecordMap> RecordMap::Create(const std::string& path) {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<PartialFile> file, PartialFile::Create(path));
  BL_RETURN_IF_ERROR(file->Append("record_id,pseudonym\n"));
  return RecordMap(std::move(file));
}

void RecordMap::AppendRow(absl::string_view record_id, const RecordPseudonym& pseudonym,
                          std::string* out) {
  AppendCsvRow({record_id, HexEncode(pseudonym.AsView())}, out);
}

}  // namespace blindlink::agent
