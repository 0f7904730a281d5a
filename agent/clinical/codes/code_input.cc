#include "agent/clinical/codes/code_input.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/clinical/codes/code_table.h"
#include "agent/clinical/codes/code_text.h"
#include "agent/clinical/codes/person_codes.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

constexpr uint64_t kProgressRows = 1 << 14;

// By which names a column is found if none is given.
const std::vector<absl::string_view>& NamesOf(absl::string_view role) {
  static const auto* const kNames = new std::map<absl::string_view, std::vector<absl::string_view>>{
      {"person", {"person", "record", "local_id", "person_id", "patient_id", "patid", "bene_id"}},
      {"claim", {"claim_id", "claim", "visit", "encounterid", "visit_occurrence_id", "clm_id"}},
      {"code", {"code", "dx", "px", "diagnosis_code", "procedure_code"}},
      {"code_system", {"code_system", "system", "vocabulary_id"}},
      {"date", {"date", "start", "dx_date", "px_date"}}};
  return kNames->at(role);
}

absl::StatusOr<std::map<std::string, std::string>> GivenColumns(const std::string& text) {
  std::map<std::string, std::string> given;
  for (const absl::string_view part : absl::StrSplit(text, ',', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> pair = absl::StrSplit(part, absl::MaxSplits('=', 1));
    constexpr std::array<absl::string_view, 5> kRoles = {"person", "claim", "code", "code_system",
                                                         "date"};
    if (std::find(kRoles.begin(), kRoles.end(), pair.first) == kRoles.end()) {
      return absl::InvalidArgumentError(
          "--columns: write person=, claim=, code=, code_system= or date= and a column's name");
    }
    given[pair.first] = absl::AsciiStrToLower(pair.second);
  }
  return given;
}

// Finds the columns of one table.
class Columns {
 public:
  Columns(const CodeTable& table, const std::map<std::string, std::string>& given)
      : table_(table), given_(given) {}

  std::optional<size_t> Find(const std::string& role) const {
    const auto found = given_.find(role);
    return found != given_.end() ? table_.Find({found->second}) : table_.Find(NamesOf(role));
  }
  absl::StatusOr<size_t> Need(const std::string& role) const {
    const std::optional<size_t> found = Find(role);
    if (found) return *found;
    return absl::InvalidArgumentError(absl::StrCat(table_.name(), " has no column for '", role,
                                                   "': name it with --columns ", role, "=NAME"));
  }

 private:
  const CodeTable& table_;
  const std::map<std::string, std::string>& given_;
};

// Claim -> person and date.
class Claims {
 public:
  absl::Status Read(const std::string& path, const std::map<std::string, std::string>& given) {
    BL_ASSIGN_OR_RETURN(CodeTable table, CodeTable::Open(path));
    const Columns columns(table, given);
    BL_ASSIGN_OR_RETURN(const size_t claim, columns.Need("claim"));
    BL_ASSIGN_OR_RETURN(const size_t person, columns.Need("person"));
    const std::optional<size_t> date = columns.Find("date");
    while (true) {
      BL_ASSIGN_OR_RETURN(const bool any, table.Next());
      if (!any) return absl::OkStatus();
      claims_[PersonNumber(table.fields()[claim])] = {table.fields()[person],
                                                      std::string(table.Field(date))};
    }
  }
  struct Claim {
    std::string person;
    std::string date;
  };
  const Claim* Find(absl::string_view claim) const {
    const auto found = claims_.find(PersonNumber(claim));
    return found == claims_.end() ? nullptr : &found->second;
  }

 private:
  absl::flat_hash_map<uint64_t, Claim> claims_;
};

// Reads one file.
class CodeFileReader {
 public:
  CodeFileReader(const CodeInputOptions& options, const CodeBook& book,
                 absl::Span<const CodeTarget> targets, const Claims& claims)
      : options_(options), book_(book), targets_(targets), claims_(claims) {}

  absl::Status Read(const std::string& path, const std::map<std::string, std::string>& given,
                    const std::function<void(const CodeRow&)>& use,
                    const std::function<void(uint64_t, double)>& progress) {
    BL_ASSIGN_OR_RETURN(CodeTable table, CodeTable::Open(path));
    const Columns columns(table, given);
    BL_ASSIGN_OR_RETURN(code_, columns.Need("code"));
    person_ = columns.Find("person");
    system_ = columns.Find("code_system");
    date_ = columns.Find("date");
    claim_ = columns.Find("claim");
    if (!person_ && options_.claims.empty()) BL_RETURN_IF_ERROR(columns.Need("person").status());
    if (!person_) BL_RETURN_IF_ERROR(columns.Need("claim").status());
    while (true) {
      BL_ASSIGN_OR_RETURN(const bool any, table.Next());
      if (!any) return absl::OkStatus();
      if (++rows_ % kProgressRows == 0) progress(rows_, table.ShareRead());
      if (table.fields()[code_].empty()) continue;
      BL_ASSIGN_OR_RETURN(const CodeRow row, RowOf(table));
      use(row);
    }
  }

 private:
  absl::StatusOr<CodeRow> RowOf(const CodeTable& table) {
    CodeRow row;
    row.code = table.fields()[code_];
    row.file = table.name();
    row.row = table.row();
    row.column = table.header()[code_];
    row.date = table.Field(date_);
    BL_ASSIGN_OR_RETURN(row.system, SystemOf(table));
    if (person_) {
      row.person = table.fields()[*person_];
      return row;
    }
    const Claims::Claim* const claim = claims_.Find(table.Field(claim_));
    if (claim == nullptr) {
      return table.Error(table.header()[*claim_],
                         absl::StrCat("the claim is not in ", options_.claims));
    }
    row.person = claim->person;
    if (row.date.empty()) row.date = claim->date;
    return row;
  }

  absl::StatusOr<absl::string_view> SystemOf(const CodeTable& table) {
    absl::string_view written = table.Field(system_);
    if (written.empty()) written = options_.code_system;
    const auto added = systems_.try_emplace(std::string(written));
    const auto known = added.first;
    if (added.second) {
      known->second = CanonicalSystem(written);
      const bool in_plan = std::any_of(targets_.begin(), targets_.end(), [&](const CodeTarget& t) {
        return t.system == known->second;
      });
      if (written.empty() || (!book_.Has(known->second) && !in_plan)) {
        systems_.erase(known);
        return table.Error(
            system_ ? table.header()[*system_] : "code_system",
            written.empty() ? "a code without a system: write it, or give --code-system"
                            : "the code system is unknown: correct it, or add its "
                              "NAME.hierarchy.csv to the code book or a rule to the release plan");
      }
    }
    return absl::string_view(known->second);
  }

  const CodeInputOptions& options_;
  const CodeBook& book_;
  const absl::Span<const CodeTarget> targets_;
  const Claims& claims_;
  std::map<std::string, std::string> systems_;  // as written -> canonical
  size_t code_ = 0;
  std::optional<size_t> person_, system_, date_, claim_;
  uint64_t rows_ = 0;
};

}  // namespace

absl::Status ReadCodes(const CodeInputOptions& options, const CodeBook& book,
                       absl::Span<const CodeTarget> targets,
                       const std::function<void(const CodeRow&)>& use,
                       const std::function<void(uint64_t rows, double share)>& progress) {
  BL_ASSIGN_OR_RETURN(const auto given, GivenColumns(options.columns));
  Claims claims;
  if (!options.claims.empty()) BL_RETURN_IF_ERROR(claims.Read(options.claims, given));
  CodeFileReader reader(options, book, targets, claims);
  for (const std::string& file : options.files) {
    BL_RETURN_IF_ERROR(reader.Read(file, given, use, progress));
  }
  return absl::OkStatus();
}

}  // namespace blindlink::agent
