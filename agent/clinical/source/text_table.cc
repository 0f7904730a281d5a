#include "agent/clinical/source/text_table.h"

namespace blindlink::agent {

std::pair<uint32_t, bool> TextTable::Add(absl::string_view text) {
  if (const uint32_t found = Find(text); found != kNone) return {found, false};
  bytes_.append(text.data(), text.size());
  ends_.push_back(bytes_.size());
  numbers_.insert(size() - 1);
  return {size() - 1, true};
}

uint32_t TextTable::Find(absl::string_view text) const {
  const auto found = numbers_.find(text);
  return found == numbers_.end() ? kNone : *found;
}

absl::string_view TextTable::Text(uint32_t number) const {
  const uint64_t begin = number == 0 ? 0 : ends_[number - 1];
  return absl::string_view(bytes_).substr(begin, ends_[number] - begin);
}

void IdMap::Add(absl::string_view key, absl::string_view id) {
  if (keys_.Add(key).second) id_of_.push_back(ids_.Add(id).first);
}

absl::string_view IdMap::IdOf(absl::string_view key) const {
  const uint32_t number = keys_.Find(key);
  return number == TextTable::kNone ? absl::string_view() : ids_.Text(id_of_[number]);
}

}  // namespace blindlink::agent
