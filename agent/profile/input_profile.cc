#include "agent/profile/input_profile.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "agent/profile/distinct_counter.h"
#include "agent/standardize/standardize.h"
#include "agent/standardize/text/distinct_values.h"
#include "agent/variants/variants.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

constexpr uint64_t kRecordsBetweenProgress = 1024;

// The standardized values of one record, by plan field.
using StandardRecord = std::vector<std::vector<StandardValue>>;

class Profiler {
 public:
  Profiler(const Plan& plan, const StandardizeOptions& options, const AddressValidator* addresses)
      : plan_(plan),
        options_(options),
        addresses_(addresses),
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
    StandardRecord values(record.values.size());
    for (size_t field = 0; field < values.size(); ++field) {
      values[field] = AddField(field, record.values[field]);
    }
    if (addresses_ != nullptr) addresses_->Apply(record.row, &values, &findings_);
    findings_.changes.clear();
    for (size_t i = 0; i < plan_.match_keys().size(); ++i) {
      if (GivesTokens(plan_.match_keys()[i], values)) ++profile_.match_keys[i].records_with_tokens;
    }
  }

  InputProfile Finish(const RejectLog& rejects) {
    for (size_t field = 0; field < distinct_.size(); ++field) {
      profile_.fields[field].distinct = distinct_[field].Count();
      profile_.fields[field].distinct_is_exact = distinct_[field].IsExact();
    }
    profile_.rejected_rows = rejects.rejected_rows();
    profile_.rows += profile_.rejected_rows;
    profile_.rejects = rejects.counts();
    if (addresses_ != nullptr) profile_.addresses = findings_.counts;
    return std::move(profile_);
  }

 private:
  v1::Standardizer StandardizerOf(size_t field) const {
    return plan_.proto().fields(static_cast<int>(field)).standardizer();
  }

  // Counts one field of a record; its different usable values.
  std::vector<StandardValue> AddField(size_t field, const RawTexts& texts) {
    FieldProfile& profile = profile_.fields[field];
    std::vector<StandardValue> usable;
    bool filled = false;
    for (const std::string& text : texts) {
      StandardizeResult result = Standardize(StandardizerOf(field), text, options_);
      filled |= result.state != ValueState::kMissing;
      if (result.state == ValueState::kInvalid) ++profile.invalid[result.reason];
      if (result.state == ValueState::kPlaceholder) ++profile.placeholder[result.reason];
      if (result.state != ValueState::kUsable) continue;
      if (result.values[0].text != text) ++profile.changed;
      for (StandardValue& value : result.values) AddDistinct(std::move(value), &usable);
    }
    ++(filled ? profile.filled : profile.missing);
    if (!usable.empty()) ++profile.usable;
    if (usable.size() > 1) ++profile.several;
    for (const StandardValue& value : usable) distinct_[field].Add(value.text);
    return usable;
  }

  // A record has tokens of a match key if every component has a text in some form.
  bool GivesTokens(const MatchKeyLayout& match_key, const StandardRecord& values) {
    return std::all_of(match_key.components.begin(), match_key.components.end(),
                       [&](const ComponentLayout& component) {
                         return HasText(component, values[component.field]);
                       });
  }

  bool HasText(const ComponentLayout& component, const std::vector<StandardValue>& values) {
    const v1::Standardizer standardizer = StandardizerOf(component.field);
    for (const StandardValue& value : values) {
      for (const v1::Form form : component.forms) {
        if (form == v1::EXACT) return true;
        forms_.clear();
        AppendForm(form, standardizer, value, &forms_);
        if (!forms_.empty()) return true;
      }
    }
    return false;
  }

  const Plan& plan_;
  const StandardizeOptions options_;
  const AddressValidator* const addresses_;
  AddressFindings findings_;
  InputProfile profile_;
  std::vector<DistinctCounter> distinct_;
  std::vector<std::string> forms_;
};

}  // namespace

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
