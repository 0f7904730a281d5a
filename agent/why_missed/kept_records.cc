#include "agent/why_missed/kept_records.h"

#include <utility>

#include "common/base/status_macros.h"

namespace blindlink::agent {

KeptRecords::KeptRecords(const Plan& plan, const PairsInQuestion& pairs)
    : plan_(plan), pairs_(pairs) {
  for (const auto* list : {&pairs.missed, &pairs.wrong}) {
    for (const PairInQuestion& pair : *list) {
      records_.try_emplace(pair.left);
      records_.try_emplace(pair.right);
    }
  }
}

absl::Status KeptRecords::Read(const std::string& site, RecordSource& source,
                               const StandardizeOptions& options, const AddressValidator* addresses,
                               const std::function<void()>& read) {
  const TokenizerSetup setup(plan_, key_, "why-missed", options, addresses);
  RecordTokenizer tokenizer(setup);
  std::vector<UnusedValue> unused;
  std::vector<bool>& site_has = site_has_[site];
  site_has.resize(static_cast<size_t>(plan_.proto().fields_size()));
  while (true) {
    BL_ASSIGN_OR_RETURN(std::optional<RawRecord> raw, source.Next());
    if (!raw.has_value()) return absl::OkStatus();
    read();
    for (size_t i = 0; i < site_has.size(); ++i) {
      if (!raw->values[i].empty()) site_has[i] = true;
    }
    const std::optional<uint32_t> number = pairs_.records.Find(site, raw->record_id);
    const auto wanted = number.has_value() ? records_.find(*number) : records_.end();
    if (wanted == records_.end() || wanted->second.has_value()) continue;
    KeptRecord kept{site, std::move(raw->record_id), {}, {}, &site_has};
    unused.clear();
    tokenizer.Tokenize(*raw, &kept.tokens, &unused);
    for (size_t i = 0; i < site_has.size(); ++i) kept.values.push_back(tokenizer.ValuesOf(i));
    wanted->second = std::move(kept);
  }
}

const KeptRecord* KeptRecords::Find(uint32_t record) const {
  const auto found = records_.find(record);
  return found == records_.end() || !found->second.has_value() ? nullptr : &*found->second;
}

}  // namespace blindlink::agent
