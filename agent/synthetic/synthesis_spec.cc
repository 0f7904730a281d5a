#include "agent/synthetic/synthesis_spec.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/synthetic/day.h"
#include "agent/synthetic/domain_files.h"
#include "common/base/files.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"
#include "common/plan/plan_mistakes.h"
#include "google/protobuf/text_format.h"

namespace blindlink::agent {
namespace {

using v1::SyntheticColumn;

constexpr int64_t kMostBins = 4096;
constexpr int kMostColumns = 200;

void FillInDefaults(v1::Synthesis* spec) {
  constexpr double kDelta = 1e-9, kShare = 0.6;
  if (spec->epsilon() > 0 && spec->delta() == 0) spec->set_delta(kDelta);
  for (SyntheticColumn& column : *spec->mutable_columns()) {
    if (column.has_numbers() && column.numbers().width() == 0) {
      column.mutable_numbers()->set_width(1);
    }
  }
  if (!spec->has_claims()) return;
  v1::SyntheticClaims* claims = spec->mutable_claims();
  if (claims->share() == 0) claims->set_share(kShare);
  if (claims->visits_per_person() == 0) claims->set_visits_per_person(1);
  if (claims->max_visits() == 0) claims->set_max_visits(100);
  if (claims->code_system().empty()) claims->set_code_system("ICD-10-CM");
  if (claims->gap_bounds().empty()) {
    for (const uint32_t bound : {0, 1, 7, 14, 30, 60, 90, 180, 365, 730}) {
      claims->add_gap_bounds(bound);
    }
  }
  if (claims->stay_bounds().empty()) {
    for (const uint32_t bound : {0, 1, 2, 4, 8, 15, 31}) claims->add_stay_bounds(bound);
  }
}

// Checks a spec and reads the files that it names.
class Checker {
 public:
  Checker(const PlanPlace& top, const std::string& path, SynthesisSpec* spec,
          PlanMistakes* mistakes)
      : top_(top),
        folder_(std::filesystem::path(path).parent_path()),
        spec_(*spec),
        proto_(spec->proto),
        mistakes_(*mistakes) {}

  void CheckAll() {
    if (const absl::Status ok = CheckName("spec", proto_.name()); !ok.ok()) {
      mistakes_.Add(top_, "name", ok.message());
    }
    CheckBudget();
    if (proto_.columns().empty()) mistakes_.Add(top_, "columns", "at least one is needed");
    if (proto_.columns_size() > kMostColumns) {
      mistakes_.Add(top_, "columns", absl::StrCat("more than ", kMostColumns), kMostColumns);
      return;
    }
    for (int i = 0; i < proto_.columns_size(); ++i) CheckColumn(i);
    if (proto_.has_claims()) CheckClaims();
  }

 private:
  void CheckBudget() {
    constexpr double kLargestEpsilon = 100;
    if (!(proto_.epsilon() >= 0 && proto_.epsilon() <= kLargestEpsilon)) {
      mistakes_.Add(top_, "epsilon", "must be from 0 (no privacy is promised) to 100");
    }
    if (proto_.epsilon() > 0 && !(proto_.delta() > 0 && proto_.delta() <= 1e-3)) {
      mistakes_.Add(top_, "delta", "must be above 0 and at most 0.001; 1e-9 is usual");
    }
    if (proto_.rows() > 100'000'000) mistakes_.Add(top_, "rows", "at most 100 000 000");
  }

  void CheckColumn(int index) {
    const SyntheticColumn& column = proto_.columns(index);
    if (column.name().empty() || !names_.insert(column.name()).second) {
      mistakes_.AddNested(top_, "columns", index, "name",
                          column.name().empty() ? "missing: the header of the column"
                                                : "two columns have this name");
    }
    absl::StatusOr<Domain> domain = DomainOf(column);
    if (domain.ok()) {
      spec_.columns.push_back(*std::move(domain));
    } else {
      mistakes_.AddNested(top_, "columns", index, "name", domain.status().message());
    }
  }

  absl::StatusOr<Domain> DomainOf(const SyntheticColumn& column) const {
    switch (column.domain_case()) {
      case SyntheticColumn::kCategories: {
        const auto& values = column.categories().value();
        if (values.empty()) return absl::InvalidArgumentError("categories: name at least one");
        if (std::set<std::string>(values.begin(), values.end()).size() !=
            static_cast<size_t>(values.size())) {
          return absl::InvalidArgumentError("categories: one is named twice");
        }
        return Domain::OfCategories(column.name(), {values.begin(), values.end()});
      }
      case SyntheticColumn::kHierarchy:
        return DomainOfHierarchy(column.name(), PathOf(column.hierarchy().file()),
                                 column.hierarchy().level());
      case SyntheticColumn::kNumbers:
        return DomainOfNumbers(column);
      case SyntheticColumn::kList:
        return DomainOfList(column.name(), PathOf(column.list()));
      default:
        return absl::InvalidArgumentError(
            "say which values it may have: categories, hierarchy, numbers or list");
    }
  }

  static absl::StatusOr<Domain> DomainOfNumbers(const SyntheticColumn& column) {
    constexpr int64_t kLargest = 1'000'000'000'000;
    const v1::NumberBins& bins = column.numbers();
    if (bins.smallest() > bins.largest() || bins.smallest() < -kLargest ||
        bins.largest() > kLargest) {
      return absl::InvalidArgumentError("numbers: smallest is above largest, or beyond 10^12");
    }
    if ((bins.largest() - bins.smallest()) / bins.width() >= kMostBins) {
      return absl::InvalidArgumentError(
          absl::StrCat("numbers: more than ", kMostBins, " bins: use a larger width"));
    }
    return Domain::OfNumbers(column.name(), bins.smallest(), bins.largest(), bins.width());
  }

  void CheckClaims() {
    const v1::SyntheticClaims& claims = proto_.claims();
    const PlanPlace place = top_.Nested("claims", 0);
    if (!(claims.share() > 0 && claims.share() < 1)) {
      mistakes_.Add(place, "share", "must be between 0 and 1");
    }
    if (claims.visits_per_person() > 1000)
      mistakes_.Add(place, "visits_per_person", "at most 1000");
    if (claims.max_visits() > 10'000) mistakes_.Add(place, "max_visits", "at most 10 000");
    if (claims.settings().empty()) mistakes_.Add(place, "settings", "name at least one");
    CheckDays(place);
    CheckBounds(place, "gap_bounds", claims.gap_bounds());
    CheckBounds(place, "stay_bounds", claims.stay_bounds());
    CheckPersonColumns(place);
    absl::StatusOr<CodeGroups> groups = ReadCodeGroups(PathOf(claims.code_groups()));
    if (groups.ok()) {
      spec_.code_groups = *std::move(groups);
    } else {
      mistakes_.Add(place, "code_groups", groups.status().message());
    }
  }

  void CheckDays(const PlanPlace& place) {
    const auto first = DayOf(proto_.claims().first_day()), last = DayOf(proto_.claims().last_day());
    if (!first) mistakes_.Add(place, "first_day", "write a day as \"2018-01-01\"");
    if (!last) mistakes_.Add(place, "last_day", "write a day as \"2018-01-01\"");
    if (!first || !last) return;
    if (*last <= *first) mistakes_.Add(place, "last_day", "must be after first_day");
    spec_.first_day = *first;
    spec_.last_day = *last;
  }

  void CheckBounds(const PlanPlace& place, const char* field,
                   const google::protobuf::RepeatedField<uint32_t>& bounds) {
    constexpr uint32_t kLargest = 36'500;
    if (bounds[0] != 0 || !std::is_sorted(bounds.begin(), bounds.end(), std::less_equal<>()) ||
        bounds[bounds.size() - 1] > kLargest) {
      mistakes_.Add(place, field, "must begin with 0 and increase, up to 36 500 days");
    }
  }

  void CheckPersonColumns(const PlanPlace& place) {
    const auto& wanted = proto_.claims().person_columns();
    if (wanted.size() > 2) mistakes_.Add(place, "person_columns", "at most two", 2);
    for (int i = 0; i < wanted.size(); ++i) {
      const auto found =
          std::find_if(spec_.columns.begin(), spec_.columns.end(),
                       [&](const Domain& column) { return column.name() == wanted[i]; });
      if (found == spec_.columns.end()) {
        mistakes_.Add(place, "person_columns", "names no column of this spec", i);
      } else {
        spec_.person_columns.push_back(static_cast<size_t>(found - spec_.columns.begin()));
      }
    }
  }

  std::string PathOf(const std::string& file) const { return (folder_ / file).string(); }

  const PlanPlace& top_;
  const std::filesystem::path folder_;
  SynthesisSpec& spec_;
  const v1::Synthesis& proto_;
  PlanMistakes& mistakes_;
  std::set<std::string> names_;
};

absl::Status Refuse(const std::string& path, PlanMistakes* mistakes) {
  std::string message = absl::StrCat(path, ": the synthesis spec is not valid");
  for (const PlanMistake& mistake : mistakes->Take()) {
    absl::StrAppend(&message, "\n  ");
    if (mistake.line > 0) absl::StrAppend(&message, mistake.line, ":", mistake.column, ": ");
    absl::StrAppend(&message, mistake.message);
  }
  return absl::InvalidArgumentError(message);
}

}  // namespace

absl::StatusOr<SynthesisSpec> LoadSynthesisSpec(const std::string& path) {
  constexpr size_t kMostBytes = 1 << 20;
  BL_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  if (text.size() > kMostBytes) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is larger than 1 MiB"));
  }
  SynthesisSpec spec;
  spec.digest = Sha256Of(text);
  PlanMistakes mistakes;
  google::protobuf::TextFormat::ParseInfoTree locations;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&mistakes);
  parser.WriteLocationsTo(&locations);
  if (parser.ParseFromString(text, &spec.proto)) {
    FillInDefaults(&spec.proto);
    const PlanPlace top{&locations, v1::Synthesis::descriptor(), ""};
    Checker(top, path, &spec, &mistakes).CheckAll();
  } else if (mistakes.size() == 0) {
    mistakes.AddError(-1, -1, "this is not protobuf text");
  }
  if (mistakes.size() > 0) return Refuse(path, &mistakes);
  return spec;
}

}  // namespace blindlink::agent
