#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/codes/code_lists.h"
#include "agent/clinical/codes/code_text.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

using Billable = CodeBookBuilder::Billable;
using Names = std::initializer_list<absl::string_view>;

// A table that is being read, with what its rows are added to.
struct Reading {
  CodeTable& table;
  const ListedFile& file;
  CodeBookBuilder& builder;
  uint64_t* rows;

  std::optional<size_t> Find(Names names) const { return table.Find(names); }
  bool Has(Names names) const { return table.Find(names).has_value(); }
};

// Calls `use` for every row.
template <typename Use>
absl::Status ForRows(const Reading& reading, Use use) {
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool any, reading.table.Next());
    if (!any) return absl::OkStatus();
    use();
    ++*reading.rows;
  }
}

// (A00-B99) -> chapter.
void AddChapterOfTitle(absl::string_view title, CodeBookBuilder* builder) {
  const size_t open = title.rfind('(');
  if (open == absl::string_view::npos || title.size() < open + 9) return;
  builder->AddChapter(title.substr(open + 1, 3), title.substr(open + 5, 3));
}

absl::StatusOr<std::string> AddChapters(const Reading& reading) {
  const auto first = reading.Find({"code_start"});
  const auto last = reading.Find({"code_end"});
  const auto title = reading.Find({"chaptername"});
  BL_RETURN_IF_ERROR(ForRows(reading, [&] {
    if (first) {
      reading.builder.AddChapter(reading.table.Field(first), reading.table.Field(last));
    } else {
      AddChapterOfTitle(reading.table.Field(title), &reading.builder);
    }
  }));
  return "chapters of ICD-10-CM";
}

// Lists with or without billable flag, block and HCPCS's groups.
absl::StatusOr<std::string> AddList(const Reading& reading, const std::string& system,
                                    std::optional<size_t> column) {
  const auto flag = reading.Find({"billable", "valid_billing_code", "valid", "billing"});
  const auto block = reading.Find({"sectionid"});
  BL_RETURN_IF_ERROR(ForRows(reading, [&] {
    const std::string code = NormalizeCode(system, reading.table.Field(column));
    const absl::string_view billable = reading.table.Field(flag);
    reading.builder.AddCode(
        system, code, reading.file.edition,
        !flag ? Billable::kUnknown
              : (billable == "1" || billable == "true" || billable == "Y" ? Billable::kYes
                                                                          : Billable::kNo));
    if (block) {
      reading.builder.SetGroup(system, code.substr(0, 3), "block", reading.table.Field(block));
    }
  }));
  return absl::StrCat("list of ", system);
}

absl::StatusOr<std::string> AddHcpcs(const Reading& reading) {
  const auto column = reading.Find({"hcpcs_cd", "hcpc", "hcpcs"});
  const auto betos = reading.Find({"hcpcs_betos_cd", "betos", "betos_cd"});
  BL_RETURN_IF_ERROR(ForRows(reading, [&] {
    const std::string code = NormalizeCode(kHcpcs, reading.table.Field(column));
    if (code.size() != 5) return;  // a modifier
    const absl::string_view group = reading.table.Field(betos);
    reading.builder.AddCode(kHcpcs, code, reading.file.edition, Billable::kYes);
    reading.builder.SetGroup(kHcpcs, code, "betos", group);
    reading.builder.SetGroup(kHcpcs, code, "betos_group", group.substr(0, 2));
    reading.builder.SetGroup(kHcpcs, code, "betos_class", group.substr(0, 1));
  }));
  return "list and groups of HCPCS";
}

absl::StatusOr<std::string> AddCcs(const Reading& reading, const std::string& system,
                                   std::optional<size_t> column) {
  const auto ccs = reading.Find({"ccs"});
  BL_RETURN_IF_ERROR(ForRows(reading, [&] {
    const std::string code = NormalizeCode(system, reading.table.Field(column));
    reading.builder.AddCode(system, code, reading.file.edition, Billable::kUnknown);
    reading.builder.SetGroup(system, code, "ccs", reading.table.Field(ccs));
    for (int level = 1; level <= 4; ++level) {
      const auto at = reading.Find({absl::StrCat("level", level)});
      reading.builder.SetGroup(system, code, absl::StrCat("ccs_", level), reading.table.Field(at));
    }
  }));
  return absl::StrCat("list and CCS of ", system);
}

// CCSR of diagnoses or procedures. A code may have several categories of diagnoses: the default
// counts, for inpatients or else for outpatients.
absl::StatusOr<std::string> AddCcsr(const Reading& reading, const std::string& system,
                                    std::optional<size_t> column) {
  const bool diagnoses = system == kIcd10Cm;
  const std::string level = diagnoses ? "dxccsr" : "prccsr";
  const std::string wide = diagnoses ? "dxccsr_body" : "prccsr_domain";
  const auto category =
      reading.Find({"default ccsr category ip", "ccsr category", "prccsr", "ccsr"});
  const auto inpatient = reading.Find({"inpatient default ccsr (y/n/x)"});
  const auto outpatient = reading.Find({"outpatient default ccsr (y/n/x)"});
  BL_RETURN_IF_ERROR(ForRows(reading, [&] {
    const absl::string_view ip = reading.table.Field(inpatient);
    if (inpatient && ip != "Y" && (ip != "X" || reading.table.Field(outpatient) != "Y")) return;
    const std::string code = NormalizeCode(system, reading.table.Field(column));
    const absl::string_view group = reading.table.Field(category);
    if (group.size() < 6) return;  // "XXX": no default
    reading.builder.SetGroup(system, code, level, group);
    reading.builder.SetGroup(system, code, wide, group.substr(0, 3));
  }));
  return absl::StrCat("CCSR of ", system);
}

absl::StatusOr<std::string> AddDrg(const Reading& reading) {
  const auto drg = reading.Find({"drg", "ms-drg"});
  const auto mdc = reading.Find({"mdc"});
  BL_RETURN_IF_ERROR(ForRows(reading, [&] {
    const std::string code = NormalizeCode(kMsDrg, reading.table.Field(drg));
    const absl::string_view group = reading.table.Field(mdc);
    reading.builder.AddCode(kMsDrg, code, reading.file.edition, Billable::kYes);
    if (group.empty() || group == "-1" || group == "PRE") return;
    reading.builder.SetGroup(kMsDrg, code, "mdc",
                             absl::StrCat("MDC", group.size() < 2 ? "0" : "", group));
  }));
  return "list and MDC of MS-DRG";
}

std::string SystemOfName(const std::string& name) {
  const std::string lower = absl::AsciiStrToLower(name.substr(name.rfind('/') + 1));
  if (absl::StrContains(lower, "pcs")) return kIcd10Pcs;
  return absl::StrContains(lower, "icd10") || absl::StrContains(lower, "icd-10") ? kIcd10Cm : "";
}

}  // namespace

absl::StatusOr<std::string> AddTable(CodeTable* table, const ListedFile& file,
                                     CodeBookBuilder* builder, uint64_t* rows) {
  const Reading reading{*table, file, *builder, rows};
  if (reading.Has({"code_start"}) || reading.Has({"chaptername"})) return AddChapters(reading);
  if (reading.Has({"hcpcs_betos_cd", "betos"}) && reading.Has({"hcpcs_cd", "hcpc", "hcpcs"})) {
    return AddHcpcs(reading);
  }
  if (reading.Has({"drg", "ms-drg"}) && reading.Has({"mdc"})) return AddDrg(reading);
  const auto icd9 = reading.Find({"icd9cm"});
  const auto icd9_procedure = reading.Find({"icd9pcs"});
  if (icd9 && reading.Has({"ccs"})) return AddCcs(reading, kIcd9Cm, icd9);
  if (icd9_procedure && reading.Has({"ccs"})) return AddCcs(reading, kIcd9Pcs, icd9_procedure);
  if (icd9_procedure) return AddList(reading, kIcd9Pcs, icd9_procedure);
  const auto diagnosis = reading.Find({"icd-10-cm code", "icd10cm"});
  const auto procedure = reading.Find({"icd-10-pcs", "icd-10-pcs code", "icd10pcs"});
  const bool ccsr = reading.Has({"default ccsr category ip", "ccsr category", "prccsr", "ccsr"});
  if (diagnosis && ccsr) return AddCcsr(reading, kIcd10Cm, diagnosis);
  if (procedure && ccsr) return AddCcsr(reading, kIcd10Pcs, procedure);
  const auto listed = reading.Find({"icd10pcs_code"});
  if (listed) return AddList(reading, kIcd10Pcs, listed);
  const std::string system = SystemOfName(file.name);
  const bool is_list = reading.Has({"billable", "sectionid", "valid_billing_code"});
  const auto code = reading.Find({"code", "icd10cm_code"});
  if (code && is_list && !system.empty()) return AddList(reading, system, code);
  return std::string();
}

absl::Status AddHierarchy(CodeTable* table, const std::string& system, CodeBookBuilder* builder,
                          uint64_t* rows) {
  const auto child = table->Find({"child"});
  const auto parent = table->Find({"parent"});
  const auto level = table->Find({"level"});
  const auto parent_level = table->Find({"parent_level"});
  const auto where = [&](absl::string_view column) {
    return absl::StrCat(table->name(), ", row ", table->row(), ", column '", column, "'");
  };
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool any, table->Next());
    if (!any) return absl::OkStatus();
    ++*rows;
    if (child && parent) {
      const std::string code = NormalizeCode(system, table->Field(child));
      if (code.empty()) return table->Error("child", "is empty");
      BL_RETURN_IF_ERROR(builder->AddEdge(system, code, level ? table->Field(level) : "code",
                                          NormalizeCode(system, table->Field(parent)),
                                          parent_level ? table->Field(parent_level) : "group",
                                          where("parent")));
      continue;
    }
    std::string below = NormalizeCode(system, table->fields()[0]);
    std::string below_level = "code";
    if (below.empty()) return table->Error(table->header()[0], "is empty");
    for (size_t i = 1; i < table->fields().size(); ++i) {
      if (table->fields()[i].empty()) continue;
      BL_RETURN_IF_ERROR(builder->AddEdge(system, below, below_level, table->fields()[i],
                                          table->header()[i], where(table->header()[i])));
      below = table->fields()[i];
      below_level = table->header()[i];
    }
    BL_RETURN_IF_ERROR(builder->AddEdge(system, below, below_level, "", "", where("")));
  }
}

}  // namespace blindlink::agent
