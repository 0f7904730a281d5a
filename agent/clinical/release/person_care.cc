#include "agent/clinical/release/person_care.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/time/civil_time.h"
#include "agent/clinical/codes/code_text.h"
#include "common/base/compact_encoding.h"

namespace blindlink::agent {
namespace {

using C = ReleaseColumn;

constexpr int64_t kReadmissionDays = 30;
constexpr int64_t kComplicationDays = 90;

// The days and amounts by which care is measured.
class CareEvents {
 public:
  void AddVisit(absl::string_view setting, absl::CivilDay start, absl::CivilDay end) {
    if (setting == "inpatient") stays_.emplace_back(start, end);
  }
  void AddAmount(absl::string_view text) {
    double amount = 0;
    if (absl::SimpleAtod(text, &amount)) care_.amounts.push_back(std::llround(100 * amount));
  }
  void AddComplication(absl::CivilDay day) { complications_.push_back(day); }

  PersonCare Measure() {
    std::sort(stays_.begin(), stays_.end());
    std::sort(care_.amounts.begin(), care_.amounts.end());
    care_.stays = stays_.size();
    for (size_t i = 0; i < stays_.size(); ++i) {
      const absl::CivilDay end = stays_[i].second;
      if (i + 1 < stays_.size() && IsAfter(end, stays_[i + 1].first, kReadmissionDays)) {
        ++care_.readmitted;
      }
      care_.complicated +=
          std::any_of(complications_.begin(), complications_.end(),
                      [&](absl::CivilDay day) { return IsAfter(end, day, kComplicationDays); });
    }
    return std::move(care_);
  }

 private:
  static bool IsAfter(absl::CivilDay end, absl::CivilDay day, int64_t most) {
    return day > end && day - end <= most;
  }

  std::vector<std::pair<absl::CivilDay, absl::CivilDay>> stays_;
  std::vector<absl::CivilDay> complications_;
  PersonCare care_;
};

// "T80-T88", "99200-99299"; modifiers, as in "99213-25", are shorter.
bool IsGroup(absl::string_view code) {
  const size_t dash = code.find('-');
  return dash != absl::string_view::npos && code.size() - dash > 3;
}

// A code in the form in which it is looked up; a group by its name.
std::string PlainName(absl::string_view system, absl::string_view code) {
  return IsGroup(code) ? absl::AsciiStrToUpper(absl::StripAsciiWhitespace(code))
                       : NormalizeCode(system, code);
}

bool IsTheirsNow(absl::string_view certainty) {
  return certainty != "history" && certainty != "family";
}

}  // namespace

void AppendCare(const PersonCare& care, std::string* out) {
  for (const uint64_t count : {care.stays, care.readmitted, care.complicated}) {
    AppendCompact(count, out);
  }
  AppendCompact(uint64_t{care.amounts.size()}, out);
  for (const int64_t amount : care.amounts) AppendCompact(static_cast<uint64_t>(amount), out);
}

PersonCare TakeCare(absl::string_view* bytes) {
  PersonCare care;
  for (uint64_t* const count : {&care.stays, &care.readmitted, &care.complicated}) {
    *count = TakeCompactNumber(bytes);
  }
  care.amounts.resize(TakeCompactNumber(bytes));
  for (int64_t& amount : care.amounts) amount = static_cast<int64_t>(TakeCompactNumber(bytes));
  return care;
}

Complications::Complications(const v1::ReleasePlan& plan, const CodeBook* book) : book_(book) {
  for (const v1::CodeList& list : plan.complications()) {
    const std::string system = CanonicalSystem(list.code_system());
    for (const std::string& code : list.codes()) {
      listed_[system].push_back(PlainName(system, code));
    }
  }
  if (!listed_.empty()) return;
  for (const v1::CodeRule& rule : plan.codes()) {
    const std::string system = CanonicalSystem(rule.code_system());
    for (const std::string& code : rule.keep()) {
      listed_[system].push_back(PlainName(system, code));
    }
  }
}

bool Complications::Has(absl::string_view system, absl::string_view code) {
  if (listed_.empty() || code.empty()) return false;
  std::pair<std::string, std::string> key(system, code);
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  const std::string name = CanonicalSystem(system);
  const bool has = Find(name, PlainName(name, code));
  return known_.emplace(std::move(key), has).first->second;
}

bool Complications::Find(const std::string& system, const std::string& code) const {
  const auto listed = listed_.find(system);
  if (listed == listed_.end()) return false;
  std::vector<CodeRung> ladder;
  if (book_ != nullptr) ladder = book_->Ladder(system, code, book_->Levels(system));
  // A group's name begins as the codes of its first subgroup do, which is finer than the group.
  const bool is_group = IsGroup(code);
  if (is_group) {
    const auto own = std::find_if(ladder.begin(), ladder.end(),
                                  [&](const CodeRung& rung) { return rung.code == code; });
    ladder.erase(ladder.begin(), own);
  }
  return std::any_of(listed->second.begin(), listed->second.end(), [&](const std::string& one) {
    return code == one || (!is_group && IsByPrefix(system) && absl::StartsWith(code, one)) ||
           std::any_of(ladder.begin(), ladder.end(),
                       [&](const CodeRung& rung) { return rung.code == one; });
  });
}

PersonCare CareOf(absl::Span<const ClinicalRow> rows, Complications* complications) {
  CareEvents events;
  for (const ClinicalRow& row : rows) {
    if (row.table == ClinicalTable::kVisits) {
      events.AddVisit(row.setting, *row.start, row.end.value_or(*row.start));
      events.AddAmount(row.amount);
    } else if (HasCode(row.table) && IsTheirsNow(row.certainty) &&
               complications->Has(row.code_system, row.code)) {
      events.AddComplication(*row.start);
    }
  }
  return events.Measure();
}

PersonCare CareOf(absl::Span<const ReleaseRow> rows, Complications* complications) {
  CareEvents events;
  for (const ReleaseRow& row : rows) {
    absl::CivilDay start;
    const bool is_day = absl::ParseCivilTime(row[C::kStart], &start);
    if (row.table == ClinicalTable::kVisits) {
      absl::CivilDay end = start;
      const bool has_end = absl::ParseCivilTime(row[C::kEnd], &end);
      if (is_day) events.AddVisit(row[C::kSetting], start, has_end ? end : start);
      events.AddAmount(row[C::kAmount]);
    } else if (is_day && HasCode(row.table) && IsTheirsNow(row[C::kCertainty]) &&
               complications->Has(row[C::kCodeSystem], row[C::kCode])) {
      events.AddComplication(start);
    }
  }
  return events.Measure();
}

}  // namespace blindlink::agent
