#include "agent/clinical/codes/person_codes.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "common/base/mix.h"

namespace blindlink::agent {
namespace {

bool IsBefore(const PersonCodes::Entry& a, const PersonCodes::Entry& b) {
  return std::tie(a.person, a.code) < std::tie(b.person, b.code);
}

}  // namespace

uint64_t PersonNumber(absl::string_view id) {
  // FNV-1a (Fowler, Noll and Vo), with its bits spread.
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : id) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return Mix64(hash);
}

void PersonCodes::Add(uint64_t person, uint32_t code) {
  if (entries_.size() >= merge_at_) {
    Merge();
    merge_at_ = std::max(merge_at_, 2 * entries_.size());
  }
  entries_.push_back({person, code, 1});
}

void PersonCodes::Merge() {
  std::sort(entries_.begin(), entries_.end(), IsBefore);
  size_t kept = 0;
  for (size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (kept > 0 && !IsBefore(entries_[kept - 1], entry)) {
      uint32_t& rows = entries_[kept - 1].rows;
      rows = entry.rows > std::numeric_limits<uint32_t>::max() - rows
                 ? std::numeric_limits<uint32_t>::max()
                 : rows + entry.rows;
    } else {
      entries_[kept++] = entry;
    }
  }
  entries_.resize(kept);
}

size_t PersonCodes::EndOfPerson(size_t begin) const {
  size_t end = begin;
  while (end < entries_.size() && entries_[end].person == entries_[begin].person) ++end;
  return end;
}

size_t PersonCodes::Find(uint64_t person, uint32_t code) const {
  const Entry wanted{person, code, 0};
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), wanted, IsBefore);
  if (at == entries_.end() || IsBefore(wanted, *at)) return entries_.size();
  return static_cast<size_t>(at - entries_.begin());
}

uint64_t PersonCodes::persons() const {
  uint64_t count = 0;
  for (size_t begin = 0; begin < entries_.size(); begin = EndOfPerson(begin)) ++count;
  return count;
}

}  // namespace blindlink::agent
