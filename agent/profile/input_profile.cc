#include "agent/profile/input_profile.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "agent/profile/distinct_counter.h"
#include "agent/standardize/standardize_values.h"
#include "agent/tokenize/record_values.h"
#include "agent/tokenize/token_recipe.h"
#include "common/base/status_macros.h"
#include "common/plan/standardizer_catalog.h"

namespace blindlink::agent {
namespace {

constexpr uint64_t kRecordsBetweenProgress = 1024;

class Profiler {
 public:
  Profiler(const Plan& plan, const StandardizeOptions& options, const AddressValidator* addresses)
      : plan_(plan),
        recipe_(MakeTokenRecipe(plan)),
        validates_(addresses != nullptr),
        values_(plan, recipe_, options, addresses, FieldsRead::kAll),
        distinct_(plan.proto().fields_size()) {
    for (const v1::Field& field : plan.proto().fields()) {
      profile_.fields.emplace_back().field = field.name();
    }
    for (const MatchKeyLayout& match_key : plan.match_keys()) {
      profile_.match_keys.push_back({match_key.name, 0});
    }
  }

  void Add(const RawRecord& record) {
    ++profile_.records;
    profile_.rows += record.row_count;
    unused_.clear();
    values_.Read(record, &unused_);
    for (size_t field = 0; field < distinct_.size(); ++field) {
      AddField(field, record.values[field].size());
    }
    for (const RawRecord::Change& change : record.changes) {
      ++profile_.fields[change.field].changes[std::string(NameOf(change.change))];
    }
    findings_.Count(values_.address_findings());
    for (size_t i = 0; i < recipe_.match_keys.size(); ++i) {
      if (GivesTokens(recipe_.match_keys[i])) ++profile_.match_keys[i].records_with_tokens;
    }
  }

  InputProfile Finish(const RejectLog& rejects) {
    for (size_t field = 0; field < distinct_.size(); ++field) {
      profile_.fields[field].distinct = distinct_[field].Count();
      profile_.fields[field].distinct_is_exact = distinct_[field].IsExact();
      if (IsOnePersons(field)) AddFrequent(distinct_[field], &profile_.fields[field]);
    }
    profile_.rejected_rows = rejects.rejected_rows();
    profile_.rows += profile_.rejected_rows;
    profile_.rejects = rejects.counts();
    if (validates_) profile_.addresses = findings_.counts;
    return std::move(profile_);
  }

 private:
  // Counts one field of the record just read, which has `texts` raw texts.
  void AddField(size_t field, size_t texts) {
    FieldProfile& profile = profile_.fields[field];
    const TextOutcomes& outcomes = values_.OutcomesOf(field);
    const absl::Span<const StandardValue> stated = values_.StatedOf(field);
    ++(texts > outcomes.missing ? profile.filled : profile.missing);
    const bool usable = !stated.empty() && !stated[0].damaged;
    if (usable) ++profile.usable;
    if (usable && stated.size() > 1) ++profile.several;
    profile.changed += outcomes.changed;
    AddChanges(outcomes, &profile);
    for (const TextOutcomes::Unused& text : outcomes.unused) {
      ++(text.state == ValueState::kInvalid ? profile.invalid : profile.placeholder)[text.reason];
    }
    if (!usable) return;
    for (const StandardValue& value : stated) distinct_[field].Add(value.text);
  }

  static void AddChanges(const TextOutcomes& outcomes, FieldProfile* profile) {
    for (const ValueChanges& changes : outcomes.changes) {
      for (size_t i = 0; i < kValueChanges; ++i) {
        const auto change = static_cast<ValueChange>(i);
        if (changes.Has(change)) ++profile->changes[std::string(NameOf(change))];
      }
    }
    if (outcomes.other_writing > 0) profile->changes["other-writing"] += outcomes.other_writing;
  }

  // Whether the field is a number that no two people should share.
  bool IsOnePersons(size_t field) const {
    const StandardizerTraits& traits =
        TraitsOf(plan_.proto().fields(static_cast<int>(field)).standardizer());
    return traits.subject == Subject::kNumber || traits.subject == Subject::kContact;
  }

  static void AddFrequent(const DistinctCounter& counter, FieldProfile* profile) {
    const DistinctCounter::Frequent frequent = counter.CountFrequent(FieldProfile::kOftenShared);
    profile->most_frequent = frequent.most;
    profile->often_shared = frequent.texts;
    profile->records_often_shared = frequent.times;
  }

  // Whether every component of the match key has a text in some form.
  bool GivesTokens(const MatchKeyRecipe& match_key) const {
    const auto has_text = [this](const ChoiceOfField& choice) {
      return !values_.TextsOf(choice.field).PiecesOf(choice.choice).empty();
    };
    return std::any_of(match_key.combinations.begin(), match_key.combinations.end(),
                       [&](const FormCombination& combination) {
                         return std::all_of(combination.choices.begin(), combination.choices.end(),
                                            has_text);
                       });
  }

  const Plan& plan_;
  const TokenRecipe recipe_;
  const bool validates_;
  RecordValues values_;
  std::vector<UnusedValue> unused_;
  AddressFindings findings_;
  InputProfile profile_;
  std::vector<DistinctCounter> distinct_;
};

}  // namespace

SiteColumns ColumnsOf(const InputProfile& profile) {
  SiteColumns columns;
  for (const FieldProfile& field : profile.fields) {
    if (field.usable == 0) continue;
    columns.emplace_back().set_field(field.field);
    columns.back().set_filled(static_cast<double>(field.usable) /
                              static_cast<double>(profile.records));
  }
  return columns;
}

absl::StatusOr<InputProfile> ProfileInput(
    RecordSource& source, const Plan& plan, const StandardizeOptions& options,
    const RejectLog& rejects, const std::function<void(uint64_t records, double share)>& progress,
    const AddressValidator* addresses) {
  Profiler profiler(plan, options, addresses);
  for (uint64_t records = 0;; ++records) {
    if (progress != nullptr && records % kRecordsBetweenProgress == 0) {
      progress(records, source.ShareRead());
    }
    BL_ASSIGN_OR_RETURN(const std::optional<RawRecord> record, source.Next());
    if (!record.has_value()) break;
    profiler.Add(*record);
  }
  return profiler.Finish(rejects);
}

}  // namespace blindlink::agent
