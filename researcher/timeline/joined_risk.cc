#include "researcher/timeline/joined_risk.h"

#include <algorithm>

#include "common/base/byte_order.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"

namespace blindlink::researcher {

QuasiIdentifiers::QuasiIdentifiers(const std::vector<SiteTables>& sites) : columns_(sites.size()) {
  for (size_t site = 0; site < sites.size(); ++site) {
    const auto& table = sites[site][static_cast<size_t>(Table::kPersons)];
    if (table == nullptr) continue;
    for (const auto& [column, name] : table->layout().quasi_identifiers()) {
      const auto known = std::find(names_.begin(), names_.end(), name);
      columns_[site].push_back({static_cast<size_t>(known - names_.begin()), column});
      if (known == names_.end()) names_.push_back(name);
    }
  }
}

std::vector<std::vector<absl::string_view>> QuasiIdentifiers::ValuesOf(
    const PersonEvents& person) const {
  std::vector<std::vector<absl::string_view>> values(names_.size());
  RawRow row;
  for (const auto& [site, text] : person.person_rows()) {
    row.Split(text);
    for (const Column& column : columns_[site]) {
      const absl::string_view value = row[column.column];
      if (!value.empty()) values[column.name].push_back(value);
    }
  }
  for (auto& of_name : values) {
    std::sort(of_name.begin(), of_name.end());
    of_name.erase(std::unique(of_name.begin(), of_name.end()), of_name.end());
  }
  return values;
}

ProfileDigest DigestOf(const std::vector<std::vector<absl::string_view>>& values) {
  std::string text;
  const auto append_number = [&text](size_t number) {
    uint8_t bytes[4];
    StoreBigEndian32(static_cast<uint32_t>(number), bytes);
    text.append(reinterpret_cast<const char*>(bytes), sizeof(bytes));
  };
  for (const auto& of_name : values) {
    append_number(of_name.size());
    for (const absl::string_view value : of_name) {
      append_number(value.size());
      text.append(value.data(), value.size());
    }
  }
  return ProfileDigest::FromBytes(Sha256Of(text).data());
}

absl::StatusOr<JoinedRisk> MeasureRisk(ExternalSorter<ProfileDigest>* digests, uint64_t k) {
  JoinedRisk risk;
  risk.k = k;
  ProfileDigest group{};
  uint64_t size = 0;
  const auto end_group = [&] {
    if (size == 0) return;
    ++risk.groups;
    risk.persons += size;
    risk.smallest = risk.groups == 1 ? size : std::min(risk.smallest, size);
    risk.groups_below += size < k ? 1 : 0;
    risk.persons_below += size < k ? size : 0;
  };
  BL_RETURN_IF_ERROR(digests->Sort());
  while (true) {
    BL_ASSIGN_OR_RETURN(const ProfileDigest* next, digests->Next());
    if (next == nullptr || *next != group) {
      end_group();
      size = 0;
    }
    if (next == nullptr) return risk;
    group = *next;
    ++size;
  }
}

}  // namespace blindlink::researcher
