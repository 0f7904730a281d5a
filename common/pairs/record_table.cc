#include "common/pairs/record_table.h"

namespace blindlink {
namespace {

// A prefix of fixed width, so that the site and the record id cannot run into each other.
std::string KeyOf(uint32_t site_number, absl::string_view record) {
  std::string key(reinterpret_cast<const char*>(&site_number), sizeof(site_number));
  key.append(record.data(), record.size());
  return key;
}

}  // namespace

uint32_t NameTable::Add(absl::string_view name) {
  const auto [entry, is_new] = numbers_.try_emplace(name, size());
  if (is_new) names_.emplace_back(name);
  return entry->second;
}

std::optional<uint32_t> NameTable::Find(absl::string_view name) const {
  const auto found = numbers_.find(name);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

uint32_t RecordTable::Add(absl::string_view site, absl::string_view record) {
  const uint32_t site_number = sites_.Add(site);
  const auto [entry, is_new] = records_.try_emplace(KeyOf(site_number, record), size());
  if (is_new) site_of_.push_back(site_number);
  return entry->second;
}

std::optional<uint32_t> RecordTable::Find(absl::string_view site, absl::string_view record) const {
  const std::optional<uint32_t> site_number = sites_.Find(site);
  if (!site_number.has_value()) return std::nullopt;
  const auto found = records_.find(KeyOf(*site_number, record));
  if (found == records_.end()) return std::nullopt;
  return found->second;
}

}  // namespace blindlink
