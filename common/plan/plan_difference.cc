#include "common/plan/plan_difference.h"

#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace blindlink {
namespace {

void AddIf(bool differs, absl::string_view what, const std::string& ours, const std::string& theirs,
           std::vector<std::string>* differences) {
  if (differs) differences->push_back(absl::StrCat(what, " ", ours, " instead of ", theirs));
}

std::string KeyText(const v1::LinkagePlan& plan) {
  return plan.has_oblivious_key() ? plan.oblivious_key().public_key() : "none";
}

void CompareMatchKeys(const Plan& ours, const Plan& theirs, std::vector<std::string>* differences) {
  std::map<uint32_t, const MatchKeyLayout*> others;
  for (const MatchKeyLayout& key : theirs.match_keys()) others[key.id] = &key;
  for (const MatchKeyLayout& key : ours.match_keys()) {
    const auto other = others.find(key.id);
    if (other == others.end()) {
      differences->push_back(absl::StrCat("match key ", key.name, " is only in this plan"));
      continue;
    }
    if (other->second->canonical_definition != key.canonical_definition) {
      differences->push_back(absl::StrCat("match key ", key.name, " is made differently"));
    }
    others.erase(other);
  }
  for (const auto& [id, key] : others) {
    differences->push_back(absl::StrCat("match key ", key->name, " is missing in this plan"));
  }
}

}  // namespace

std::string DescribeTokenizationDifference(const Plan& ours, const Plan& theirs) {
  if (ours.tokenization_digest() == theirs.tokenization_digest()) return "";
  const v1::LinkagePlan& a = ours.proto();
  const v1::LinkagePlan& b = theirs.proto();
  std::vector<std::string> differences;
  AddIf(a.standardizer_version() != b.standardizer_version(), "standardizer version",
        a.standardizer_version(), b.standardizer_version(), &differences);
  AddIf(a.token_scheme() != b.token_scheme(), "token scheme",
        v1::TokenScheme_Name(a.token_scheme()), v1::TokenScheme_Name(b.token_scheme()),
        &differences);
  AddIf(a.limits().earliest_year() != b.limits().earliest_year(), "earliest year",
        absl::StrCat(a.limits().earliest_year()), absl::StrCat(b.limits().earliest_year()),
        &differences);
  AddIf(a.fakes_per_1000_records() != b.fakes_per_1000_records(), "fakes_per_1000_records",
        absl::StrCat(a.fakes_per_1000_records()), absl::StrCat(b.fakes_per_1000_records()),
        &differences);
  AddIf(a.oblivious_key().public_key() != b.oblivious_key().public_key(), "oblivious_key",
        KeyText(a), KeyText(b), &differences);
  CompareMatchKeys(ours, theirs, &differences);
  const auto definition = [](const Plan& plan) {
    return plan.evidence().empty() ? "" : plan.evidence().canonical_definition();
  };
  if (definition(ours) != definition(theirs)) differences.push_back("the evidence differs");
  constexpr size_t kMostNamed = 8;
  if (differences.size() > kMostNamed) {
    const size_t more = differences.size() - kMostNamed;
    differences.resize(kMostNamed);
    differences.push_back(absl::StrCat("and ", more, " more differences"));
  }
  return absl::StrJoin(differences, "; ");
}

}  // namespace blindlink
