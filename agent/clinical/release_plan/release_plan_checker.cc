#include "agent/clinical/release_plan/release_plan_checker.h"

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/release_plan/release_plan_defaults.h"
#include "common/base/names.h"
#include "google/protobuf/text_format.h"

namespace blindlink::agent {
namespace {

constexpr size_t kLargestPlan = size_t{1} << 20;
constexpr size_t kDigestDigits = 64;
constexpr uint32_t kLongestShift = 3650;

const std::set<std::string>& TableNames() {
  static const std::set<std::string> kNames = {"persons",    "visits", "diagnoses",
                                               "procedures", "drugs",  "enrolment"};
  return kNames;
}

bool IsDigest(const std::string& text) {
  return text.size() == kDigestDigits && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

// "2018-01-31", a day that exists.
bool IsDay(const std::string& text) {
  int year = 0;
  int month = 0;
  int day = 0;
  int end = 0;
  if (text.size() != 10 ||
      std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 || end != 10) {
    return false;
  }
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  const int days[] = {31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

bool IsShare(double value) { return value >= 0 && value <= 1; }

// Checks a plan whose defaults are filled in.
class Checker {
 public:
  Checker(const v1::ReleasePlan& plan, const PlanPlace& top, PlanMistakes* mistakes)
      : plan_(plan), top_(top), mistakes_(*mistakes) {}

  void CheckAll() {
    CheckHead();
    for (int i = 0; i < plan_.products_size(); ++i) CheckProduct(i);
    CheckTerms();
    for (int i = 0; i < plan_.codes_size(); ++i) CheckCodes(i);
    for (int i = 0; i < plan_.complications_size(); ++i) CheckComplications(i);
    if (plan_.has_dates()) CheckDates();
    CheckQuasiIdentifiers();
    CheckTargets();
  }

 private:
  void CheckHead() {
    if (const absl::Status ok = CheckName("plan", plan_.name()); !ok.ok()) {
      mistakes_.Add(top_, "name", ok.message());
    }
    if (plan_.version() == 0) {
      mistakes_.Add(top_, "version", "missing; say which edition this is: 1 or more");
    }
    if (plan_.purpose().empty()) {
      mistakes_.Add(top_, "purpose",
                    "missing; say who needs the data, what for, and on which legal basis");
    }
  }

  void CheckProduct(int i) {
    const v1::DataProduct& product = plan_.products(i);
    const auto wrong = [&](const char* leaf, absl::string_view message) {
      mistakes_.AddNested(top_, "products", i, leaf, message);
    };
    if (const absl::Status ok = CheckName("product", product.name()); !ok.ok()) {
      wrong("name", ok.message());
    } else if (!products_.insert(product.name()).second) {
      wrong("name", "is a duplicate");
    }
    if (product.level() == v1::GRANT_LEVEL_UNSPECIFIED) wrong("level", "write CORE or DETAILED");
    if (product.tables().empty()) wrong("tables", "missing; a product has at least one table");
    std::set<std::string> tables;
    const PlanPlace place = top_.Nested("products", i);
    for (int t = 0; t < product.tables_size(); ++t) {
      const std::string& name = product.tables(t).name();
      if (!TableNames().contains(name)) {
        mistakes_.AddNested(place, "tables", t, "name",
                            "write persons, visits, diagnoses, procedures, drugs or enrolment");
      } else if (!tables.insert(name).second) {
        mistakes_.AddNested(place, "tables", t, "name", "is a duplicate");
      }
    }
  }

  void CheckTerms() {
    const v1::TermRules& terms = plan_.terms();
    if (!(terms.min_right() > 0 && terms.min_right() < 1)) {
      mistakes_.AddNested(top_, "terms", 0, "min_right", "must be between 0 and 1");
    }
    if (!terms.dictionary().empty() && !IsDigest(terms.dictionary())) {
      mistakes_.AddNested(top_, "terms", 0, "dictionary",
                          "must be a SHA-256 of 64 digits 0-9 a-f, as `terms build` prints it");
    }
  }

  void CheckCodes(int i) {
    const v1::CodeRule& rule = plan_.codes(i);
    const auto wrong = [&](const char* leaf, absl::string_view message) {
      mistakes_.AddNested(top_, "codes", i, leaf, message);
    };
    if (rule.code_system().empty()) {
      wrong("code_system", "missing; write a code system such as ICD-10-CM");
    } else if (!systems_.insert(rule.code_system()).second) {
      wrong("code_system", "is a duplicate: one rule for each code system");
    }
    if (rule.combination() > 3) wrong("combination", "must be 1, 2 or 3");
    std::set<std::string> levels;
    for (const std::string& level : rule.levels()) {
      if (level.empty()) wrong("levels", "a level has no name");
      if (!levels.insert(level).second) wrong("levels", "names a level twice");
    }
    for (const std::string& code : rule.keep()) {
      if (code.empty()) wrong("keep", "a code is empty");
    }
    if (!rule.code_map().empty() && !IsDigest(rule.code_map())) {
      wrong("code_map", "must be a SHA-256 of 64 digits 0-9 a-f, as `codes plan` prints it");
    }
  }

  void CheckComplications(int i) {
    const v1::CodeList& list = plan_.complications(i);
    const auto wrong = [&](const char* leaf, absl::string_view message) {
      mistakes_.AddNested(top_, "complications", i, leaf, message);
    };
    if (list.code_system().empty()) {
      wrong("code_system", "missing; write a code system such as ICD-10-CM");
    }
    const bool has_empty = std::any_of(list.codes().begin(), list.codes().end(),
                                       [](const std::string& code) { return code.empty(); });
    if (list.codes().empty() || has_empty) wrong("codes", "name codes or groups such as T80-T88");
  }

  void CheckDates() {
    const v1::DateRules& dates = plan_.dates();
    const auto wrong = [&](const char* leaf, absl::string_view message) {
      mistakes_.AddNested(top_, "dates", 0, leaf, message);
    };
    if (dates.shift_days() > kLongestShift) wrong("shift_days", "must be 3650 or less");
    if (dates.keep_weekday() && dates.shift_days() < 7) {
      wrong("shift_days", "must be 7 or more with keep_weekday");
    }
    if (!IsDay(dates.first_day())) wrong("first_day", "must be a day such as \"2018-01-01\"");
    if (!IsDay(dates.last_day())) wrong("last_day", "must be a day such as \"2024-12-31\"");
    if (IsDay(dates.first_day()) && IsDay(dates.last_day()) &&
        dates.last_day() <= dates.first_day()) {
      wrong("last_day", "must be after first_day");
    }
    if (dates.oldest_age() > 120) wrong("oldest_age", "must be 120 or less");
    const PlanPlace place = top_.Nested("dates", 0);
    for (int i = 0; i < dates.era_codes_size(); ++i) {
      const v1::EraCode& era = dates.era_codes(i);
      if (era.code_system().empty()) {
        mistakes_.AddNested(place, "era_codes", i, "code_system", "missing");
      }
      if (era.prefix().empty()) {
        mistakes_.AddNested(place, "era_codes", i, "prefix", "missing; how the codes begin");
      }
      if (!IsDay(era.since())) {
        mistakes_.AddNested(place, "era_codes", i, "since", "must be a day such as \"2020-04-01\"");
      }
    }
  }

  void CheckQuasiIdentifiers() {
    for (int i = 0; i < plan_.quasi_identifiers_size(); ++i) {
      const v1::QuasiIdentifier& column = plan_.quasi_identifiers(i);
      const auto wrong = [&](const char* leaf, absl::string_view message) {
        mistakes_.AddNested(top_, "quasi_identifiers", i, leaf, message);
      };
      if (column.column().empty()) {
        wrong("column", "missing; name the column of the persons' table");
      } else if (!columns_.insert(column.column()).second) {
        wrong("column", "is a duplicate");
      }
      if (column.has_ranges()) {
        if (column.ranges().smallest() > column.ranges().largest()) {
          wrong("ranges", "smallest must not be above largest");
        }
      } else if (column.hierarchy().empty()) {
        wrong("hierarchy", "missing; name a hierarchy file or give ranges");
      }
      if (!(column.weight() > 0 && column.weight() <= 1000)) {
        wrong("weight", "must be above 0 and at most 1000");
      }
    }
  }

  void CheckTargets() {
    const v1::PrivacyTargets& targets = plan_.targets();
    const auto wrong = [&](const char* leaf, absl::string_view message) {
      mistakes_.AddNested(top_, "targets", 0, leaf, message);
    };
    if (targets.k() > 1'000'000) wrong("k", "must be a million or less");
    if (!IsShare(targets.max_suppressed())) wrong("max_suppressed", "must be from 0 to 1");
    if (!(targets.max_risk() > 0 && targets.max_risk() <= 1)) {
      wrong("max_risk", "must be above 0 and at most 1");
    }
    const PlanPlace place = top_.Nested("targets", 0);
    for (int i = 0; i < targets.sensitive_size(); ++i) {
      CheckSensitive(place, i, targets.sensitive(i));
    }
  }

  void CheckSensitive(const PlanPlace& place, int i, const v1::SensitiveColumn& column) {
    const auto wrong = [&](const char* leaf, absl::string_view message) {
      mistakes_.AddNested(place, "sensitive", i, leaf, message);
    };
    if (column.column().empty()) wrong("column", "missing");
    if (columns_.contains(column.column())) {
      wrong("column", "is a quasi-identifier; a column is one or the other, or appears twice");
    }
    columns_.insert(column.column());
    if (column.entropy() != 0 && !(column.entropy() >= 1 && column.entropy() <= 1e6)) {
      wrong("entropy", "must be 1 or more");
    }
    if (column.closeness() != 0 && !(column.closeness() > 0 && column.closeness() < 1)) {
      wrong("closeness", "must be between 0 and 1");
    }
  }

  const v1::ReleasePlan& plan_;
  const PlanPlace& top_;
  PlanMistakes& mistakes_;
  std::set<std::string> products_;
  std::set<std::string> systems_;
  std::set<std::string> columns_;
};

}  // namespace

std::vector<PlanMistake> ReadAndCheckReleasePlan(absl::string_view text, v1::ReleasePlan* plan) {
  PlanMistakes mistakes;
  if (text.size() > kLargestPlan) {
    mistakes.AddError(-1, -1, "the plan is larger than 1 MiB");
    return mistakes.Take();
  }
  google::protobuf::TextFormat::ParseInfoTree locations;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&mistakes);
  parser.WriteLocationsTo(&locations);
  if (parser.ParseFromString(std::string(text), plan)) {
    FillInDefaults(plan);
    const PlanPlace top{&locations, v1::ReleasePlan::descriptor(), ""};
    Checker(*plan, top, &mistakes).CheckAll();
  } else if (mistakes.size() == 0) {
    mistakes.AddError(-1, -1, "the plan is not protobuf text");
  }
  return mistakes.Take();
}

}  // namespace blindlink::agent
