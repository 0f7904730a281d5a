#include "resolver/linkage/shared_tokens.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "resolver/index/overused_token.h"

namespace blindlink::resolver {
namespace {

using Datasets = std::vector<storage::v1::CommittedDataset>;
using Address = std::pair<uint32_t, uint32_t>;  // dataset, ordinal
using Cancelled = absl::FunctionRef<bool()>;

absl::Status WasCancelled() { return absl::CancelledError("nobody waits for the answer any more"); }

// The datasets of one site, and where one record is in them: the same record may be in several.
struct Side {
  std::vector<uint32_t> datasets;
  uint64_t postings = 0;
  std::set<Address> addresses;
};

absl::Status AddAddresses(const TokenIndex& index, uint32_t dataset, const RecordPseudonym& record,
                          Cancelled cancelled, Side* side) {
  BL_ASSIGN_OR_RETURN(const auto cursor, index.Records(dataset));
  uint32_t ordinal = 0;
  while (true) {
    if (cancelled()) return WasCancelled();
    BL_ASSIGN_OR_RETURN(const absl::Span<const RecordPseudonym> batch, cursor->Next());
    if (batch.empty()) return absl::OkStatus();
    for (const RecordPseudonym& one : batch) {
      if (one == record) side->addresses.emplace(dataset, ordinal);
      ++ordinal;
    }
  }
}

absl::StatusOr<Side> SideOf(const TokenIndex& index, const Datasets& datasets,
                            const SiteRecord& record, Cancelled cancelled) {
  Side side;
  for (const auto& dataset : datasets) {
    if (dataset.manifest().site() != record.site) continue;
    side.datasets.push_back(dataset.dataset_number());
    side.postings += dataset.postings();
    BL_RETURN_IF_ERROR(
        AddAddresses(index, dataset.dataset_number(), record.record, cancelled, &side));
  }
  if (!side.addresses.empty()) return side;
  return absl::NotFoundError(
      absl::StrCat("the index has no record of site \"", record.site,
                   "\" by this pseudonym any more: its dataset has been replaced, or it was "
                   "withdrawn"));
}

// What made a token: one of several forms of a match key, each of which may give the same token.
using Makings = std::set<std::pair<uint8_t, uint8_t>>;  // match key, form

bool IsOf(const Posting& posting, const Side& side) {
  return !IsOverused(posting) && !IsMark(posting) &&
         side.addresses.contains({posting.dataset, posting.record});
}

// All tokens of the side's record.
absl::StatusOr<std::map<StoredToken, Makings>> TokensOf(const TokenIndex& index, const Side& side,
                                                        Cancelled cancelled) {
  std::map<StoredToken, Makings> tokens;
  PostingQuery query;
  query.datasets = side.datasets;
  BL_ASSIGN_OR_RETURN(const auto cursor, index.Postings(query));
  while (true) {
    if (cancelled()) return WasCancelled();
    BL_ASSIGN_OR_RETURN(const absl::Span<const Posting> batch, cursor->Next());
    if (batch.empty()) return tokens;
    for (const Posting& posting : batch) {
      if (IsOf(posting, side)) tokens[posting.token].emplace(posting.match_key, posting.form);
    }
  }
}

// In which ways the side's record has made this token, if at all.
absl::StatusOr<Makings> MakingsOf(const TokenIndex& index, const StoredToken& token,
                                  const Side& side) {
  Makings found;
  PostingQuery query;
  query.datasets = side.datasets;
  query.first = token;
  BL_ASSIGN_OR_RETURN(const auto cursor, index.Postings(query));
  while (true) {
    BL_ASSIGN_OR_RETURN(const absl::Span<const Posting> batch, cursor->Next());
    if (batch.empty()) return found;
    for (const Posting& posting : batch) {
      if (posting.token != token) return found;
      if (IsOf(posting, side)) found.emplace(posting.match_key, posting.form);
    }
  }
}

// The forms other than the base forms, as "first_name NICKNAME_ROOT".
void AddForms(const Plan& plan, const MatchKeyLayout& key, const DecodedFormCode& code,
              google::protobuf::RepeatedPtrField<std::string>* words) {
  for (size_t i = 0; i < key.components.size(); ++i) {
    const ComponentLayout& component = key.components[i];
    if (code.form_indices[i] == 0) continue;
    *words->Add() = absl::StrCat(plan.proto().fields(static_cast<int>(component.field)).name(), " ",
                                 v1::Form_Name(component.forms[code.form_indices[i]]));
  }
  if (!code.exchanged || !key.exchange) return;
  const auto name_of = [&](size_t component) {
    return plan.proto().fields(static_cast<int>(key.components[component].field)).name();
  };
  *words->Add() = absl::StrCat(name_of(key.exchange->first), " and ", name_of(key.exchange->second),
                               " exchanged");
}

// One way to share a token: a match key and the two forms.
using Meeting = std::tuple<uint8_t, uint8_t, uint8_t>;

absl::StatusOr<v1::SharedToken> Describe(const Plan& plan, const MatchKeyLayout& key,
                                         const Meeting& meeting) {
  const auto [ignored, left_form, right_form] = meeting;
  if (std::max(left_form, right_form) >= key.FormCodeCount()) {
    return absl::DataLossError("the token index has a form that its match key does not have");
  }
  const DecodedFormCode left = key.DecodeForms(left_form);
  const DecodedFormCode right = key.DecodeForms(right_form);
  v1::SharedToken out;
  out.set_match_key(key.name);
  AddForms(plan, key, left, out.mutable_left_forms());
  AddForms(plan, key, right, out.mutable_right_forms());
  out.set_may_meet(key.MayMeet(left, right));
  return out;
}

}  // namespace

absl::StatusOr<std::vector<v1::SharedToken>> FindSharedTokens(
    const TokenIndex& index, const std::vector<storage::v1::CommittedDataset>& datasets,
    const Plan& plan, const SiteRecord& left, const SiteRecord& right,
    absl::FunctionRef<bool()> cancelled) {
  BL_ASSIGN_OR_RETURN(const Side left_side, SideOf(index, datasets, left, cancelled));
  BL_ASSIGN_OR_RETURN(const Side right_side, SideOf(index, datasets, right, cancelled));
  const bool read_left = left_side.postings <= right_side.postings;
  const Side& read = read_left ? left_side : right_side;
  const Side& looked_up = read_left ? right_side : left_side;
  BL_ASSIGN_OR_RETURN(const auto tokens, TokensOf(index, read, cancelled));
  std::set<Meeting> meetings;
  for (const auto& [token, ours] : tokens) {
    if (cancelled()) return WasCancelled();
    BL_ASSIGN_OR_RETURN(const Makings theirs, MakingsOf(index, token, looked_up));
    for (const auto& [key, form] : ours) {
      for (const auto& [other_key, other_form] : theirs) {
        if (key != other_key) continue;
        meetings.emplace(key, read_left ? form : other_form, read_left ? other_form : form);
      }
    }
  }
  std::vector<v1::SharedToken> out;
  for (const Meeting& meeting : meetings) {
    const MatchKeyLayout* const key = plan.FindMatchKey(std::get<0>(meeting));
    if (key == nullptr) continue;
    BL_ASSIGN_OR_RETURN(out.emplace_back(), Describe(plan, *key, meeting));
  }
  return out;
}

}  // namespace blindlink::resolver
