#include "researcher/timeline/entity_records.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_reader.h"
#include "common/pairs/required_fields.h"

namespace blindlink::researcher {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

size_t PositionOf(const std::string& site, std::vector<std::string>* sites) {
  const auto found = std::find(sites->begin(), sites->end(), site);
  if (found != sites->end()) return static_cast<size_t>(found - sites->begin());
  sites->push_back(site);
  return sites->size() - 1;
}

}  // namespace

bool ParseHex16(absl::string_view hex, uint8_t* out) {
  if (hex.size() != 32) return false;
  for (size_t i = 0; i < 16; ++i) {
    const int high = HexValue(hex[2 * i]);
    const int low = HexValue(hex[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<uint8_t>(high * 16 + low);
  }
  return true;
}

absl::Status SiteRecords::Advance() {
  while (true) {
    BL_ASSIGN_OR_RETURN(const EntityRecord* next, sorter_->Next());
    if (next == nullptr) {
      at_end_ = true;
      return absl::OkStatus();
    }
    const bool same = begun_ && next->site == current_.site && next->record == current_.record;
    if (same && next->entity != current_.entity) {
      return absl::InvalidArgumentError(
          "the entity map has a record in two entities: fetch it again");
    }
    current_ = *next;
    begun_ = true;
    if (!same) return absl::OkStatus();
  }
}

absl::StatusOr<EntityRecords> EntityRecords::Read(const std::string& path,
                                                  std::vector<std::string> sites,
                                                  const std::filesystem::path& folder,
                                                  uint64_t memory) {
  EntityRecords map;
  map.sites_ = std::move(sites);
  const uint64_t share = memory / (map.sites_.size() + 2);
  for (size_t i = 0; i <= map.sites_.size(); ++i) {
    map.sorters_.push_back(std::make_unique<Sorter>(folder, share));
  }
  ExternalSorter<EntityId> entities(folder, share);
  BL_RETURN_IF_ERROR(map.ReadRows(path, &entities));
  for (const auto& sorter : map.sorters_) BL_RETURN_IF_ERROR(sorter->Sort());
  BL_RETURN_IF_ERROR(map.CountEntities(&entities));
  return map;
}

absl::Status EntityRecords::ReadRows(const std::string& path, ExternalSorter<EntityId>* entities) {
  const size_t extracts = sorters_.size() - 1;
  BL_ASSIGN_OR_RETURN(auto reader, CsvReader::Open(path));
  BL_ASSIGN_OR_RETURN(RequiredFields fields,
                      RequiredFields::Of(*reader, {"entity", "site", "record"}));
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, fields.Next());
    if (!more) return absl::OkStatus();
    EntityRecord row{};
    if (!ParseHex16(fields[0], row.entity.bytes.data())) {
      return fields.Error("has an entity that is not 32 hexadecimal digits");
    }
    if (!ParseHex16(fields[2], row.record.bytes.data())) {
      return fields.Error("has a record that is not 32 hexadecimal digits");
    }
    row.site = static_cast<uint32_t>(PositionOf(fields[1], &sites_));
    if (sites_.size() > 1000) return fields.Error("has the 1001st site: is it an entity map?");
    BL_RETURN_IF_ERROR(sorters_[std::min<size_t>(row.site, extracts)]->Add(row));
    BL_RETURN_IF_ERROR(entities->Add(row.entity));
    ++records_;
  }
}

absl::Status EntityRecords::CountEntities(ExternalSorter<EntityId>* entities) {
  BL_RETURN_IF_ERROR(entities->Sort());
  EntityId last{};
  while (true) {
    BL_ASSIGN_OR_RETURN(const EntityId* next, entities->Next());
    if (next == nullptr) return absl::OkStatus();
    if (entities_ > 0 && *next == last) continue;
    if (entities_ % kBlock == 0) blocks_.push_back(*next);
    ++entities_;
    last = *next;
  }
}

}  // namespace blindlink::researcher
