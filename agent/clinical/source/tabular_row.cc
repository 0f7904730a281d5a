#include "agent/clinical/source/tabular_row.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "agent/clinical/source/amount.h"
#include "agent/clinical/source/clinical_day.h"
#include "agent/clinical/source/code_system.h"
#include "agent/clinical/source/value_words.h"

namespace blindlink::agent {
namespace {

using R = ClinicalRole;

class RowMaker {
 public:
  RowMaker(const Layout& layout, const RoleTexts& texts, DateOrder order,
           std::vector<CellProblem>* problems)
      : layout_(layout), texts_(texts), order_(order), problems_(problems) {}

  ClinicalRow Make() {
    row_.table = TableOf(layout_.part).value_or(ClinicalTable::kVisits);
    row_.person = Text(R::kPerson);
    row_.visit = Text(R::kVisit);
    switch (row_.table) {
      case ClinicalTable::kPersons:
        MakePerson();
        break;
      case ClinicalTable::kVisits:
        MakeVisit();
        break;
      case ClinicalTable::kEnrolment:
        MakePeriod();
        row_.payer = Text(R::kPayer);
        break;
      default:
        MakeEvent();
    }
    return std::move(row_);
  }

 private:
  std::string Text(R role) const { return std::string(texts_[role]); }

  // The day in `role`'s column; an event with a day that cannot be read is not used.
  std::optional<absl::CivilDay> Day(R role, bool whole_row = true) {
    const WrittenDay day = ReadDay(texts_[role], order_);
    if (day.why_not != nullptr) problems_->push_back({role, day.why_not, whole_row});
    return day.day;
  }

  void MakePerson() {
    row_.sex = SexOf(texts_[R::kSex]);
    if (row_.sex.empty()) row_.sex = SexOf(texts_[R::kOtherSex]);
    row_.zip = Text(R::kZip);
    row_.death = Day(R::kDeath, /*whole_row=*/false);
    MakeBirth();
  }

  void MakeBirth() {
    WrittenDay birth = ReadDay(texts_[R::kBirth], order_);
    R role = R::kBirth;
    if (texts_[R::kBirth].empty() && !texts_[R::kBirthYear].empty()) {
      role = R::kBirthYear;
      birth = ReadDay(texts_[R::kBirthMonth].empty() || texts_[R::kBirthDay].empty()
                          ? Text(R::kBirthYear)
                          : absl::StrCat(texts_[R::kBirthYear], "-", texts_[R::kBirthMonth], "-",
                                         texts_[R::kBirthDay]));
    }
    row_.birth = birth.day;
    row_.birth_year = birth.year;
    if (birth.why_not != nullptr && !birth.year.has_value()) {
      problems_->push_back({role, birth.why_not, /*whole_row=*/false});
    }
  }

  void MakePeriod() {
    row_.start = Day(R::kStart);
    row_.end = Day(R::kEnd);
  }

  void MakeVisit() {
    MakePeriod();
    row_.control_number = Text(R::kControlNumber);
    row_.setting = Setting(R::kSetting);
    if (row_.setting.empty()) row_.setting = Setting(R::kOtherSetting);
    row_.provider = Text(R::kProvider);
    row_.payer = Text(R::kPayer);
    MakeAmount();
    // PCORnet has no day of discharge where somebody comes and goes on one day.
    const bool one_day = row_.setting == "outpatient" || row_.setting == "emergency" ||
                         row_.setting == "telehealth" || row_.setting == "consult";
    if (layout_.shape == ClinicalShape::kPcornet && one_day && texts_[R::kEnd].empty()) {
      row_.end = row_.start;
    }
  }

  std::string Setting(R role) {
    const std::optional<std::string> setting = SettingOf(texts_[role]);
    if (!setting.has_value()) {
      problems_->push_back({role, "unknown-setting", /*whole_row=*/false});
    }
    return setting.value_or("");
  }

  void MakeAmount() {
    bool ok = true;
    row_.amount = AmountOf(texts_[R::kAmount], &ok);
    if (!ok) problems_->push_back({R::kAmount, "not-a-number", /*whole_row=*/false});
  }

  void MakeEvent() {
    row_.start = Day(R::kDate);
    row_.code = Text(R::kCode);
    row_.name = Text(R::kName);
    if (row_.code.empty() && row_.name.empty()) SplitCodeOrName(texts_[R::kCodeOrName]);
    row_.code_system = CodeSystemOf(texts_[R::kCodeSystem], row_.table);
    if (row_.code_system.empty())
      row_.code_system = CodeSystemOf(texts_[R::kOtherSystem], row_.table);
    MakeCertainty();
    MakeAmount();
    const absl::string_view seq = texts_[R::kSeq];
    if (!seq.empty() && !absl::SimpleAtoi(seq, &row_.seq)) {
      row_.seq = 0;
      problems_->push_back({R::kSeq, "not-a-number", /*whole_row=*/false});
    }
  }

  // A disease that the person does not have is no diagnosis.
  void MakeCertainty() {
    const std::optional<std::string> certainty = CertaintyOf(texts_[R::kCertainty]);
    row_.certainty = certainty.value_or("");
    if (!certainty.has_value()) {
      problems_->push_back({R::kCertainty, "unknown-certainty", /*whole_row=*/false});
    } else if (*certainty == kRefuted) {
      problems_->push_back({R::kCertainty, "refuted", /*whole_row=*/true});
    }
  }

  // "J32.9|chronic sinusitis", "J32.9", "chronic sinusitis".
  void SplitCodeOrName(absl::string_view text) {
    const size_t bar = text.find('|');
    const absl::string_view first = absl::StripTrailingAsciiWhitespace(text.substr(0, bar));
    if (bar != absl::string_view::npos && MayBeCode(first)) {
      row_.code = std::string(first);
      row_.name = std::string(absl::StripLeadingAsciiWhitespace(text.substr(bar + 1)));
      return;
    }
    // Diseases have short names with digits, such as T2DM; procedures and drugs do not.
    const bool code = row_.table == ClinicalTable::kDiagnoses
                          ? !CodeSystemByForm(text, row_.table, absl::CivilDay(2020, 1, 1)).empty()
                          : MayBeCode(text);
    (code ? row_.code : row_.name) = std::string(text);
  }

  static bool MayBeCode(absl::string_view text) {
    return !absl::StrContains(text, ' ') &&
           std::any_of(text.begin(), text.end(),
                       [](unsigned char c) { return absl::ascii_isdigit(c); });
  }

  const Layout& layout_;
  const RoleTexts& texts_;
  const DateOrder order_;
  std::vector<CellProblem>* const problems_;
  ClinicalRow row_;
};

}  // namespace

ClinicalRow MakeTabularRow(const Layout& layout, const RoleTexts& texts, DateOrder order,
                           std::vector<CellProblem>* problems) {
  return RowMaker(layout, texts, order, problems).Make();
}

}  // namespace blindlink::agent
