#include "researcher/evaluate/entity_map.h"

#include "common/base/status_macros.h"
#include "common/csv/csv_reader.h"
#include "common/pairs/required_fields.h"

namespace blindlink::researcher {
namespace {

constexpr uint32_t kNone = UINT32_MAX;

}  // namespace

absl::StatusOr<EntityMapFile> EntityMapFile::Read(const std::string& path, RecordTable* records) {
  BL_ASSIGN_OR_RETURN(auto reader, CsvReader::Open(path));
  BL_ASSIGN_OR_RETURN(RequiredFields fields,
                      RequiredFields::Of(*reader, {"entity", "site", "record"}));
  EntityMapFile file;
  NameTable entities;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, fields.Next());
    if (!more) break;
    const uint32_t entity = entities.Add(fields[0]);
    const uint32_t record = records->Add(fields[1], fields[2]);
    if (record >= file.entity_of.size()) file.entity_of.resize(record + 1, kNone);
    uint32_t& known = file.entity_of[record];
    if (known != kNone && known != entity) {
      return fields.Error("puts a record of an earlier row into another entity");
    }
    if (known == entity) {
      ++file.duplicates;
    } else {
      known = entity;
      file.members.push_back({entity, record});
    }
  }
  file.entities = entities.size();
  file.rows = fields.row();
  return file;
}

std::optional<uint32_t> EntityMapFile::EntityOf(uint32_t record) const {
  if (record >= entity_of.size() || entity_of[record] == kNone) return std::nullopt;
  return entity_of[record];
}

}  // namespace blindlink::researcher
