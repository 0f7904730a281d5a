#include "resolver/linkage/token_sweep.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/score/field_levels.h"
#include "resolver/index/overused_token.h"

namespace blindlink::resolver {

namespace {

// A first name and a last name, both whole, and nothing else.
bool IsWholeName(const v1::LinkagePlan& plan, const MatchKeyLayout& key) {
  bool first = false;
  bool last = false;
  for (const ComponentLayout& component : key.components) {
    const v1::Standardizer kind = plan.fields(static_cast<int>(component.field)).standardizer();
    const v1::Form form = component.forms[0];
    first |= kind == v1::GIVEN_NAME && (form == v1::EXACT || form == v1::NICKNAME_ROOT);
    last |= kind == v1::SURNAME && form == v1::EXACT;
  }
  return key.components.size() == 2 && first && last;
}

}  // namespace

TokenSweep::TokenSweep(const Plan& plan, const MeetingTable& table, const RecordOrder& order,
                       const std::vector<uint32_t>& only_with, const Decoys& decoys,
                       const SweepWatches& watches)
    : plan_(plan),
      table_(table),
      order_(order),
      decoys_(decoys),
      reach_(watches.reach),
      compare_(watches.compare),
      within_site_(plan.proto().entity_rules().within_site_duplicates()),
      max_records_per_token_(plan.proto().limits().max_records_per_token()),
      key_of_id_(256, -1),
      count_records_at_(2 * size_t{max_records_per_token_}),
      limit_(watches.limit),
      counts_(order.sites().size(), plan.match_keys().size()) {
  for (size_t i = 0; i < plan.match_keys().size(); ++i) {
    key_of_id_[plan.match_keys()[i].id] = static_cast<int>(i);
    uses_.emplace_back().set_match_key(plan.match_keys()[i].name);
    is_whole_name_.push_back(IsWholeName(plan.proto(), plan.match_keys()[i]));
  }
  for (const uint32_t dataset : only_with) {
    if (only_with_.size() <= dataset) only_with_.resize(dataset + 1);
    only_with_[dataset] = true;
  }
}

absl::Status TokenSweep::Run(Cursor<Posting>* postings, const RunControl& control,
                             CandidateSink* candidates, TokenUseLog* uses) {
  uses_log_ = uses;
  while (true) {
    BL_RETURN_IF_ERROR(control.Check());
    BL_ASSIGN_OR_RETURN(const absl::Span<const Posting> batch, postings->Next());
    if (batch.empty()) break;
    constexpr size_t kAhead = 32;
    size_t expected = 0;
    for (size_t begin = 0, end = 0; begin < batch.size(); begin = end) {
      const Posting& first = batch[begin];
      for (end = begin + 1; end < batch.size() && SameBlock(first, batch[end]);) ++end;
      // Most tokens belong to one record or one site. If all postings of such a token are in this
      // batch, they need not be gathered.
      for (; expected < std::min(batch.size(), end + kAhead); ++expected) {
        order_.ExpectRankOf(batch[expected].dataset, batch[expected].record);
      }
      const bool whole = end < batch.size() && !GoesOn(first);
      BL_ASSIGN_OR_RETURN(const bool may_meet, MayMeet(batch.subspan(begin, end - begin)));
      if (whole && !may_meet) {
        BL_RETURN_IF_ERROR(EndBlock(candidates));
        continue;
      }
      for (size_t i = begin; i < end; ++i) BL_RETURN_IF_ERROR(Add(batch[i], candidates));
    }
  }
  BL_RETURN_IF_ERROR(EndBlock(candidates));
  return uses == nullptr ? absl::OkStatus() : uses->Finish();
}

bool TokenSweep::GoesOn(const Posting& posting) const {
  return block_size_ > 0 && posting.token == token_ && posting.match_key == key_id_;
}

absl::StatusOr<bool> TokenSweep::MayMeet(absl::Span<const Posting> block) {
  size_t members = 0;
  size_t decoys = 0;
  uint16_t site = 0;
  bool several_sites = false;
  for (const Posting& posting : block) {
    if (!order_.Has(posting.dataset)) continue;  // committed after the run began
    if (IsMark(posting)) continue;
    if (IsOverused(posting)) {
      const uint16_t site_here = order_.SiteOf(posting.dataset);
      if (members == 0) site = site_here;
      members += PostingsOfOverused(posting);
      several_sites |= site_here != site;
      continue;
    }
    if (!order_.HasRecord(posting.dataset, posting.record)) {
      return absl::DataLossError(absl::StrCat("the token index names a record that dataset ",
                                              posting.dataset, " does not have"));
    }
    const uint16_t site_here = order_.SiteOf(posting.dataset);
    if (members++ == 0) site = site_here;
    several_sites |= site_here != site;
    if (!decoys_.empty() && !several_sites) {
      decoys += decoys_.Has(site_here, order_.RankOf(posting.dataset, posting.record)) ? 1 : 0;
    }
  }
  postings_ += members;
  return members > 1 && (several_sites || within_site_ || decoys > 1);
}

absl::Status TokenSweep::Add(const Posting& posting, CandidateSink* candidates) {
  if (!order_.Has(posting.dataset) || IsMark(posting)) return absl::OkStatus();
  if (!GoesOn(posting)) {
    BL_RETURN_IF_ERROR(EndBlock(candidates));
    token_ = posting.token;
    key_id_ = posting.match_key;
    key_ = key_of_id_[posting.match_key];
    site_ = order_.SiteOf(posting.dataset);
    several_sites_ = false;
  }
  several_sites_ |= order_.SiteOf(posting.dataset) != site_;
  if (IsOverused(posting)) {
    block_size_ += PostingsOfOverused(posting);
    overused_datasets_.push_back(posting.dataset);
    BecomeOverused();
    return absl::OkStatus();
  }
  ++block_size_;
  const uint32_t rank = order_.RankOf(posting.dataset, posting.record);
  if (overused_) {
    overused_ranks_.push_back(rank);
    return absl::OkStatus();
  }
  const uint16_t site = order_.SiteOf(posting.dataset);
  const bool in_only_with =
      only_with_.empty() || (posting.dataset < only_with_.size() && only_with_[posting.dataset]);
  const bool changed = compare_.changed == nullptr || (*compare_.changed)[rank];
  const bool done = compare_.done != nullptr && (*compare_.done)[rank];
  block_.push_back({rank, site, posting.form, in_only_with && changed, done,
                    decoys_.Has(site, rank), posting.evidence});
  if (block_.size() > count_records_at_) CountRecords();
  return absl::OkStatus();
}

size_t TokenSweep::CountRecords() {
  std::sort(block_.begin(), block_.end(),
            [](const Member& a, const Member& b) { return a.rank < b.rank; });
  size_t records = 0;
  for (size_t i = 0; i < block_.size(); ++i) {
    if (i == 0 || block_[i].rank != block_[i - 1].rank) ++records;
  }
  if (records > max_records_per_token_) BecomeOverused();
  count_records_at_ = std::max(count_records_at_, 2 * block_.size());
  return records;
}

void TokenSweep::BecomeOverused() {
  overused_ = true;
  for (const Member& member : block_) overused_ranks_.push_back(member.rank);
  block_.clear();
}

absl::Status TokenSweep::EndBlock(CandidateSink* candidates) {
  const bool may_meet =
      block_size_ > 1 && key_ >= 0 && (several_sites_ || within_site_ || !decoys_.empty());
  absl::Status met = may_meet ? MeetAll(candidates) : absl::OkStatus();
  block_.clear();
  block_size_ = 0;
  overused_ = false;
  overused_ranks_.clear();
  overused_datasets_.clear();
  count_records_at_ = 2 * size_t{max_records_per_token_};
  return met;
}

void TokenSweep::CountOveruse(v1::MatchKeyUse* use) {
  use->set_overused_tokens(use->overused_tokens() + 1);
  use->set_overused_postings(use->overused_postings() + block_size_);
  if (reach_ == nullptr) return;
  for (const uint32_t rank : overused_ranks_) reach_->ShareOverused(rank);
  for (const uint32_t dataset : overused_datasets_) reach_->ShareOverusedOf(dataset);
}

uint8_t TokenSweep::RarityOfBlock() const {
  const bool is_name = is_whole_name_[static_cast<size_t>(key_)];
  return static_cast<uint8_t>(is_name ? NameRarity(block_records_) : 0);
}

absl::Status TokenSweep::NoteUse() {
  const uint8_t use = overused_ ? TokenUseRow::kOverused : RarityOfBlock();
  BL_ASSIGN_OR_RETURN(const uint8_t before, uses_log_->Note({token_, key_id_, use}));
  if (before != use && compare_.crossed != nullptr) MarkCrossed();
  return absl::OkStatus();
}

void TokenSweep::MarkCrossed() {
  std::vector<uint32_t> ranks = overused_ranks_;
  for (const Member& member : block_) ranks.push_back(member.rank);
  std::erase_if(ranks, [this](uint32_t rank) { return (*compare_.changed)[rank]; });
  std::sort(ranks.begin(), ranks.end());
  ranks.erase(std::unique(ranks.begin(), ranks.end()), ranks.end());
  // The earlier run had all of these, and did not use the token either if they are too many.
  if (ranks.size() < 2 || (overused_ && ranks.size() > max_records_per_token_)) return;
  // Ranks are in the order of sites.
  if (!within_site_ && order_.SiteOfRank(ranks.front()) == order_.SiteOfRank(ranks.back())) return;
  for (const uint32_t rank : ranks) compare_.crossed->Set(rank);
}

absl::Status TokenSweep::MeetAll(CandidateSink* candidates) {
  v1::MatchKeyUse& use = uses_[static_cast<size_t>(key_)];
  block_records_ = overused_ ? 0 : CountRecords();
  const bool counts = several_sites_ || within_site_;  // not of decoys alone
  if (overused_) {
    if (counts) CountOveruse(&use);
    return counts && uses_log_ != nullptr ? NoteUse() : absl::OkStatus();
  }
  if (block_records_ < 2) return absl::OkStatus();
  if (counts && uses_log_ != nullptr) BL_RETURN_IF_ERROR(NoteUse());
  if (counts) use.set_shared_tokens(use.shared_tokens() + 1);
  BL_RETURN_IF_ERROR(CheckLimit());
  const bool none_wanted = std::none_of(block_.begin(), block_.end(),
                                        [](const Member& m) { return m.wanted || m.decoy; });
  for (size_t i = 0; i < block_.size(); ++i) {
    if (counts && reach_ != nullptr) reach_->ShareUsed(block_[i].rank);
    if (none_wanted) continue;
    for (size_t j = i + 1; j < block_.size(); ++j) {
      if (MayPair(block_[i], block_[j])) BL_RETURN_IF_ERROR(Meet(block_[i], block_[j], candidates));
    }
  }
  return absl::OkStatus();
}

absl::Status TokenSweep::CheckLimit() {
  constexpr uint64_t kBetweenChecks = 1 << 12;
  const uint64_t uncounted = counts_.all() - counted_;
  if (limit_ == nullptr || uncounted < kBetweenChecks) return absl::OkStatus();
  counted_ = counts_.all();
  return limit_->Add(uncounted);
}

absl::Status TokenSweep::Meet(const Member& left, const Member& right, CandidateSink* candidates) {
  if (left.rank == right.rank) return absl::OkStatus();
  const auto key = static_cast<size_t>(key_);
  const size_t form_codes = plan_.match_keys()[key].FormCodeCount();
  if (left.form >= form_codes || right.form >= form_codes) {
    return absl::DataLossError("the token index has a form code that the plan does not define");
  }
  const int32_t conditions = table_.FindIndex(key, left.form, right.form);
  if (conditions < 0) return absl::OkStatus();
  EvidenceBits evidence;
  if (const size_t width = plan_.evidence().WidthOf(key); width > 0) {
    if (left.evidence.size != width || right.evidence.size != width) {
      return absl::DataLossError(
          "the token index has evidence whose width differs from the plan's");
    }
    // The lower rank is left, so that crosswise comparisons always have the same direction.
    const bool turned = right.rank < left.rank;
    evidence = plan_.evidence().Compare(key, (turned ? right : left).evidence.bytes.data(),
                                        (turned ? left : right).evidence.bytes.data(),
                                        left.form == 0 && right.form == 0);
  }
  counts_.Add(left.site, right.site, key);
  return candidates->Add({std::min(left.rank, right.rank), std::max(left.rank, right.rank),
                          conditions, static_cast<uint16_t>(key), RarityOfBlock(), evidence});
}

void TokenSweep::Fill(v1::RunSummary* summary) const {
  summary->set_postings(summary->postings() + postings_);
  for (size_t i = 0; i < uses_.size(); ++i) AddUse(static_cast<int>(i), uses_[i], summary);
}

void TokenSweep::AddUse(int match_key, const v1::MatchKeyUse& use, v1::RunSummary* summary) {
  summary->set_tokens_shared(summary->tokens_shared() + use.shared_tokens());
  summary->set_tokens_overused(summary->tokens_overused() + use.overused_tokens());
  v1::MatchKeyUse& sum = summary->match_keys_size() > match_key
                             ? *summary->mutable_match_keys(match_key)
                             : *summary->add_match_keys();
  sum.set_match_key(use.match_key());
  sum.set_shared_tokens(sum.shared_tokens() + use.shared_tokens());
  sum.set_overused_tokens(sum.overused_tokens() + use.overused_tokens());
  sum.set_overused_postings(sum.overused_postings() + use.overused_postings());
}

}  // namespace blindlink::resolver
