#include "resolver/service/refusal_tally.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kLongestReason = 200;

// Some reasons repeat words of a certificate.
std::string Printable(std::string text) {
  text.resize(std::min(text.size(), kLongestReason));
  for (char& c : text) {
    if (!absl::ascii_isprint(static_cast<unsigned char>(c))) c = '?';
  }
  return text;
}

v1::AuditEntry EntryOf(const RefusalTally::Kind& kind, uint64_t count) {
  v1::AuditEntry entry;
  entry.set_kind(kind.what);
  entry.set_party(kind.party);
  entry.set_fingerprint(kind.fingerprint);
  entry.set_reason(kind.reason);
  entry.set_count(count);
  return entry;
}

}  // namespace

void RefusalTally::Count(Kind kind) {
  kind.reason = Printable(std::move(kind.reason));
  if (kinds_.size() >= kMaxKinds && !kinds_.contains(kind)) {
    kind = {kind.what, std::string(kOtherReasons), "", ""};
  }
  ++kinds_[std::move(kind)].count;
}

std::vector<v1::AuditEntry> RefusalTally::TakeDue(Time now) {
  std::vector<v1::AuditEntry> due;
  for (auto& [kind, counted] : kinds_) {
    if (counted.count == 0 || now < counted.next_entry) continue;
    due.push_back(EntryOf(kind, std::exchange(counted.count, 0)));
    counted.next_entry = now + kBetweenEntries;
  }
  std::erase_if(kinds_, [now](const auto& kind) {
    return kind.second.count == 0 && now >= kind.second.next_entry;
  });
  return due;
}

std::vector<v1::AuditEntry> RefusalTally::TakeAll() {
  std::vector<v1::AuditEntry> all;
  for (auto& [kind, counted] : kinds_) {
    if (counted.count > 0) all.push_back(EntryOf(kind, std::exchange(counted.count, 0)));
  }
  return all;
}

bool RefusalTally::HasCounted() const {
  return std::any_of(kinds_.begin(), kinds_.end(),
                     [](const auto& kind) { return kind.second.count > 0; });
}

}  // namespace blindlink::resolver
