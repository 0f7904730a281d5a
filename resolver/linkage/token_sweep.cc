#include "resolver/linkage/token_sweep.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace blindlink {

TokenSweep::TokenSweep(const Plan& plan, const MeetingTable& table, const RecordOrder& order)
    : plan_(plan),
      table_(table),
      order_(order),
      within_site_(plan.proto().entity_rules().within_site_duplicates()),
      max_records_per_token_(plan.proto().limits().max_records_per_token()),
      key_of_id_(256, -1) {
  for (size_t i = 0; i < plan.match_keys().size(); ++i) {
    key_of_id_[plan.match_keys()[i].id] = static_cast<int>(i);
    uses_.emplace_back().set_match_key(plan.match_keys()[i].name);
  }
}

absl::Status TokenSweep::Run(const TokenIndex& index, uint64_t total_postings,
                             const RunControl& control, ExternalSorter<Candidate>* candidates) {
  BL_ASSIGN_OR_RETURN(const auto cursor, index.Postings(Token{}, std::nullopt));
  while (true) {
    BL_RETURN_IF_ERROR(control.Check());
    BL_ASSIGN_OR_RETURN(const absl::Span<const Posting> batch, cursor->Next());
    if (batch.empty()) break;
    for (const Posting& posting : batch) BL_RETURN_IF_ERROR(Add(posting, candidates));
    control.progress("sweep", total_postings == 0 ? 1
                                                  : static_cast<double>(postings_) /
                                                        static_cast<double>(total_postings));
  }
  return EndBlock(candidates);
}

absl::Status TokenSweep::Add(const Posting& posting, ExternalSorter<Candidate>* candidates) {
  if (!order_.Has(posting.dataset)) return absl::OkStatus();  // committed after the run began
  if (!order_.HasRecord(posting.dataset, posting.record)) {
    return absl::DataLossError(absl::StrCat("the token index names a record that dataset ",
                                            posting.dataset, " does not have"));
  }
  ++postings_;
  if (posting.token != token_ || posting.match_key != key_id_ || block_size_ == 0) {
    BL_RETURN_IF_ERROR(EndBlock(candidates));
    token_ = posting.token;
    key_id_ = posting.match_key;
    key_ = key_of_id_[posting.match_key];
  }
  ++block_size_;
  if (block_.size() < max_records_per_token_) {
    block_.push_back({order_.RankOf(posting.dataset, posting.record),
                      order_.SiteOf(posting.dataset), posting.form, posting.evidence});
  }
  return absl::OkStatus();
}

absl::Status TokenSweep::EndBlock(ExternalSorter<Candidate>* candidates) {
  const uint64_t size = std::exchange(block_size_, 0);
  const std::vector<Member>& block = block_;
  const auto clear = [this](absl::Status status) {
    block_.clear();
    return status;
  };
  if (size < 2 || key_ < 0) return clear(absl::OkStatus());
  v1::MatchKeyUse& use = uses_[static_cast<size_t>(key_)];
  if (size > max_records_per_token_) {
    use.set_overused_tokens(use.overused_tokens() + 1);
    use.set_overused_postings(use.overused_postings() + size);
    return clear(absl::OkStatus());
  }
  use.set_shared_tokens(use.shared_tokens() + 1);
  std::stable_sort(block_.begin(), block_.end(),
                   [](const Member& a, const Member& b) { return a.site < b.site; });
  size_t site_end = 0;  // behind the last member of block[i]'s site
  for (size_t i = 0; i < block.size(); ++i) {
    while (site_end < block.size() && block[site_end].site <= block[i].site) ++site_end;
    for (size_t j = within_site_ ? i + 1 : site_end; j < block.size(); ++j) {
      if (absl::Status met = Meet(block[i], block[j], candidates); !met.ok()) return clear(met);
    }
  }
  return clear(absl::OkStatus());
}

absl::Status TokenSweep::Meet(const Member& left, const Member& right,
                              ExternalSorter<Candidate>* candidates) {
  if (left.rank == right.rank) return absl::OkStatus();
  const auto key = static_cast<size_t>(key_);
  const size_t form_codes = plan_.match_keys()[key].FormCodeCount();
  if (left.form >= form_codes || right.form >= form_codes) {
    return absl::DataLossError("the token index holds a form code the plan does not know");
  }
  const int32_t conditions = table_.FindIndex(key, left.form, right.form);
  if (conditions < 0) return absl::OkStatus();
  EvidenceBits evidence;
  if (const size_t width = plan_.evidence().WidthOf(key); width > 0) {
    if (left.evidence.size != width || right.evidence.size != width) {
      return absl::DataLossError("the token index holds evidence of another width than the plan's");
    }
    // The lower rank is left, so that crosswise comparisons are always the same way round.
    const bool turned = right.rank < left.rank;
    evidence = plan_.evidence().Compare(
        key, (turned ? right : left).evidence.bytes.data(),
        (turned ? left : right).evidence.bytes.data(), left.form == 0 && right.form == 0);
  }
  return candidates->Add({std::min(left.rank, right.rank), std::max(left.rank, right.rank),
                          conditions, static_cast<uint16_t>(key), evidence});
}

void TokenSweep::Fill(v1::RunSummary* summary) const {
  summary->set_postings(postings_);
  for (const v1::MatchKeyUse& use : uses_) {
    summary->set_tokens_shared(summary->tokens_shared() + use.shared_tokens());
    summary->set_tokens_overused(summary->tokens_overused() + use.overused_tokens());
    *summary->add_match_keys() = use;
  }
}

}  // namespace blindlink
