#include "common/pairs/record_table.h"

namespace blindlink {

uint32_t NameTable::Add(absl::string_view name) {
  const auto [entry, is_new] = numbers_.try_emplace(name, size());
  if (is_new) names_.emplace_back(name);
  return entry->second;
}

uint32_t RecordTable::Add(absl::string_view site, absl::string_view record) {
  const uint32_t site_number = sites_.Add(site);
  // A fixed-width prefix, so that no site and record run into one another.
  key_.assign(reinterpret_cast<const char*>(&site_number), sizeof(site_number));
  key_.append(record.data(), record.size());
  const auto [entry, is_new] = records_.try_emplace(key_, size());
  if (is_new) site_of_.push_back(site_number);
  return entry->second;
}

}  // namespace blindlink
