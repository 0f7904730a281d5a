#include "agent/clinical/source/column_plan.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agent/input/column_roles.h"
#include "agent/input/shown_columns.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

using R = ClinicalRole;

constexpr absl::string_view kForm =
    "--columns is TABLE.ROLE=HEADER,…, such as diagnoses.name=DX_TEXT,visits.start=FROM_DATE";

std::optional<ClinicalTable> FindTable(absl::string_view name) {
  for (size_t i = 0; i < kClinicalTableNames.size(); ++i) {
    if (kClinicalTableNames[i] == name) return static_cast<ClinicalTable>(i);
  }
  return std::nullopt;
}

// The role of a person's column of this name or header whose values are never passed as they are:
// the release makes an age, an area or a shifted day of them.
std::optional<R> MaskedRole(absl::string_view name) {
  const std::string normalized = NormalizeHeader(name);
  if (normalized == "sex") return R::kSex;
  if (normalized == "death") return R::kDeath;
  for (const RoleHeaders& each :
       CsvLayouts()[static_cast<size_t>(ClinicalTable::kPersons)].columns) {
    const bool masked = each.role == R::kZip || each.role == R::kDeath ||
                        (each.role >= R::kBirth && each.role <= R::kBirthDay);
    if (!masked) continue;
    for (const absl::string_view header : each.headers) {
      if (header == normalized) return each.role;
    }
  }
  return std::nullopt;
}

absl::StatusOr<StatedColumns::Stated> ParseOne(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> sides =
      absl::StrSplit(text, absl::MaxSplits('=', 1));
  const std::pair<absl::string_view, absl::string_view> names =
      absl::StrSplit(absl::StripAsciiWhitespace(sides.first), absl::MaxSplits('.', 1));
  if (names.second.empty() || !absl::StrContains(text, '=')) {
    return absl::InvalidArgumentError(kForm);
  }
  const std::optional<ClinicalTable> table = FindTable(names.first);
  if (!table.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat("no table \"", names.first, "\"; there are ",
                                                   absl::StrJoin(kClinicalTableNames, ", ")));
  }
  std::optional<R> role = FindClinicalRole(names.second);
  if (!role.has_value() && *table == ClinicalTable::kPersons) role = MaskedRole(names.second);
  if (!role.has_value() && *table != ClinicalTable::kPersons) {
    return absl::InvalidArgumentError(absl::StrCat("no role \"", names.second, "\"; there are ",
                                                   absl::StrJoin(kClinicalRoleNames, ", ")));
  }
  return StatedColumns::Stated{*table, role,
                               std::string(role.has_value() ? NameOf(*role) : names.second),
                               std::string(absl::StripAsciiWhitespace(sides.second))};
}

int Find(absl::Span<const std::string> headers, absl::string_view header) {
  const auto found = std::find(headers.begin(), headers.end(), header);
  return found == headers.end() ? ColumnPlan::kNoColumn : static_cast<int>(found - headers.begin());
}

int FindFirst(absl::Span<const std::string> headers, const std::vector<absl::string_view>& wanted) {
  for (const absl::string_view header : wanted) {
    if (const int column = Find(headers, header); column != ColumnPlan::kNoColumn) return column;
  }
  return ColumnPlan::kNoColumn;
}

// The table that a numbered column of a visit has codes for: dx1, ICD9_DGNS_CD_12,
// procedure_code_3.
std::optional<ClinicalTable> TableAcross(absl::string_view normalized) {
  static constexpr std::pair<absl::string_view, ClinicalTable> kNames[] = {
      {"dx", ClinicalTable::kDiagnoses},           {"dxcode", ClinicalTable::kDiagnoses},
      {"diag", ClinicalTable::kDiagnoses},         {"diagcode", ClinicalTable::kDiagnoses},
      {"diagnosis", ClinicalTable::kDiagnoses},    {"diagnosiscode", ClinicalTable::kDiagnoses},
      {"icd9dgnscd", ClinicalTable::kDiagnoses},   {"icddgnscd", ClinicalTable::kDiagnoses},
      {"icd10dx", ClinicalTable::kDiagnoses},      {"i10dx", ClinicalTable::kDiagnoses},
      {"px", ClinicalTable::kProcedures},          {"pxcode", ClinicalTable::kProcedures},
      {"proc", ClinicalTable::kProcedures},        {"proccode", ClinicalTable::kProcedures},
      {"procedure", ClinicalTable::kProcedures},   {"procedurecode", ClinicalTable::kProcedures},
      {"icd9prcdrcd", ClinicalTable::kProcedures}, {"icdprcdrcd", ClinicalTable::kProcedures},
      {"i10pr", ClinicalTable::kProcedures},       {"pr", ClinicalTable::kProcedures},
      {"hcpcscd", ClinicalTable::kProcedures},     {"cpt", ClinicalTable::kProcedures}};
  const size_t last = normalized.find_last_not_of("0123456789");
  if (last == absl::string_view::npos || last + 1 == normalized.size()) return std::nullopt;
  for (const auto& [name, table] : kNames) {
    if (normalized.substr(0, last + 1) == name) return table;
  }
  return std::nullopt;
}

class Planner {
 public:
  Planner(const Layout& layout, absl::Span<const std::string> headers)
      : layout_(layout), headers_(headers), used_(headers.size()) {
    plan_.column_of.fill(ColumnPlan::kNoColumn);
    for (const std::string& header : headers) normalized_.push_back(NormalizeHeader(header));
  }

  absl::Status TakeStated(const StatedColumns& stated) {
    const std::optional<ClinicalTable> table = TableOf(layout_.part);
    for (const StatedColumns::Stated& each : stated.all()) {
      if (table != each.table) continue;
      if (each.header.empty()) {
        left_out_.push_back(each.name);
        continue;
      }
      const int column = Find(normalized_, NormalizeHeader(each.header));
      if (column == ColumnPlan::kNoColumn) return NoColumn(each.header);
      if (!each.role.has_value() && MaskedRole(each.header).has_value()) return Masked(each);
      Take(each.role, each.name, column);
    }
    return absl::OkStatus();
  }

  void TakeRecognized(absl::Span<const std::string> wanted) {
    for (const RoleHeaders& each : layout_.columns) {
      if (plan_.Has(each.role) || IsLeftOut(NameOf(each.role))) continue;
      TakeFirst(each.role, "", each.headers);
    }
    for (const FurtherHeaders& each : layout_.further) {
      if (!HasFurther(each.name)) TakeFirst(std::nullopt, each.name, each.headers);
    }
    if (layout_.part != ClinicalPart::kPersons) return;
    for (const std::string& name : wanted) {
      if (MaskedRole(name).has_value()) continue;
      if (!HasFurther(name)) TakeFirst(std::nullopt, name, {NormalizeHeader(name)});
    }
  }

  void TakeAcross() {
    if (layout_.shape != ClinicalShape::kCsv || layout_.part != ClinicalPart::kVisits) return;
    for (size_t i = 0; i < normalized_.size(); ++i) {
      const std::optional<ClinicalTable> table = TableAcross(normalized_[i]);
      if (!table.has_value() || used_[i]) continue;
      used_[i] = true;
      plan_.across.push_back({*table, i});
    }
  }

  ColumnPlan Finish() {
    for (size_t i = 0; i < used_.size(); ++i) {
      if (!used_[i]) plan_.unused.push_back(i);
    }
    return std::move(plan_);
  }

 private:
  absl::Status NoColumn(absl::string_view header) const {
    return absl::InvalidArgumentError(absl::StrCat(
        "there is no column \"", header, "\" that --columns names. ", DescribeColumns(headers_)));
  }
  static absl::Status Masked(const StatedColumns::Stated& stated) {
    return absl::InvalidArgumentError(
        absl::StrCat("--columns persons.", stated.name, ": the column \"", stated.header,
                     "\" is not passed as it is. State it as persons.",
                     NameOf(*MaskedRole(stated.header)), " instead"));
  }
  bool IsLeftOut(absl::string_view name) const {
    return std::find(left_out_.begin(), left_out_.end(), name) != left_out_.end();
  }
  bool HasFurther(absl::string_view name) const {
    return IsLeftOut(name) ||
           std::any_of(plan_.further.begin(), plan_.further.end(),
                       [name](const ColumnPlan::Further& each) { return each.name == name; });
  }
  void TakeFirst(std::optional<R> role, absl::string_view name,
                 const std::vector<absl::string_view>& headers) {
    const int column = FindFirst(normalized_, headers);
    if (column != ColumnPlan::kNoColumn) Take(role, name, column);
  }
  void Take(std::optional<R> role, absl::string_view name, int column) {
    const auto index = static_cast<size_t>(column);
    used_[index] = true;
    if (role.has_value()) {
      plan_.column_of[static_cast<size_t>(*role)] = column;
    } else {
      plan_.further.push_back({std::string(name), index});
    }
  }

  const Layout& layout_;
  const absl::Span<const std::string> headers_;
  std::vector<std::string> normalized_;
  std::vector<bool> used_;
  std::vector<std::string> left_out_;
  ColumnPlan plan_;
};

}  // namespace

absl::StatusOr<StatedColumns> StatedColumns::Parse(absl::string_view text) {
  StatedColumns columns;
  for (const absl::string_view each : absl::StrSplit(text, ',', absl::SkipWhitespace())) {
    BL_ASSIGN_OR_RETURN(Stated stated, ParseOne(each));
    columns.stated_.push_back(std::move(stated));
  }
  return columns;
}

bool StatedColumns::AllIn(ClinicalTable table, absl::Span<const std::string> headers) const {
  bool any = false;
  for (const Stated& each : stated_) {
    if (each.table != table || each.header.empty()) continue;
    if (Find(headers, NormalizeHeader(each.header)) == ColumnPlan::kNoColumn) return false;
    any = true;
  }
  return any;
}

absl::StatusOr<ColumnPlan> PlanColumns(const Layout& layout, absl::Span<const std::string> headers,
                                       const StatedColumns& stated,
                                       absl::Span<const std::string> wanted) {
  Planner planner(layout, headers);
  BL_RETURN_IF_ERROR(planner.TakeStated(stated));
  planner.TakeRecognized(wanted);
  planner.TakeAcross();
  return planner.Finish();
}

std::string WhatIsMissing(ClinicalTable table, const ColumnPlan& plan) {
  const bool person = plan.Has(R::kPerson) || plan.Has(R::kPersonKey);
  const bool visit = plan.Has(R::kVisit) || plan.Has(R::kVisitKey);
  const bool said = plan.Has(R::kCode) || plan.Has(R::kName) || plan.Has(R::kCodeOrName);
  std::vector<absl::string_view> missing;
  switch (table) {
    case ClinicalTable::kPersons:
      if (!person) missing.push_back("person");
      break;
    case ClinicalTable::kVisits:
      if (!visit) missing.push_back("visit");
      [[fallthrough]];
    case ClinicalTable::kEnrolment:
      if (!person) missing.push_back("person");
      if (!plan.Has(R::kStart)) missing.push_back("start");
      break;
    case ClinicalTable::kDrugs:
      if (!visit && !(person && plan.Has(R::kDate))) missing.push_back("visit, or person and date");
      if (!said) missing.push_back("code or name");
      break;
    default:
      if (!visit) missing.push_back("visit");
      if (!said) missing.push_back("code or name");
  }
  return absl::StrJoin(missing, ", ");
}

}  // namespace blindlink::agent
