#include "agent/why_missed/reason_summary.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace blindlink::agent {
namespace {

// Most frequent first; equally frequent ones in the order of the enumeration.
template <typename Key>
std::vector<std::pair<Key, uint64_t>> MostFrequentFirst(
    std::vector<std::pair<Key, uint64_t>> counts) {
  std::erase_if(counts, [](const auto& count) { return count.second == 0; });
  std::stable_sort(counts.begin(), counts.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return counts;
}

std::vector<std::pair<Subject, uint64_t>> Ordered(const std::array<uint64_t, kSubjects>& counts) {
  std::vector<std::pair<Subject, uint64_t>> pairs;
  for (size_t i = 0; i < counts.size(); ++i) pairs.emplace_back(static_cast<Subject>(i), counts[i]);
  return MostFrequentFirst(std::move(pairs));
}

std::vector<std::pair<Difference, uint64_t>> Ordered(const std::map<Difference, uint64_t>& counts) {
  return MostFrequentFirst(
      std::vector<std::pair<Difference, uint64_t>>(counts.begin(), counts.end()));
}

}  // namespace

ReasonSummary::ReasonSummary(const Plan& plan)
    : plan_(plan), fields_(static_cast<size_t>(plan.proto().fields_size())) {}

void ReasonSummary::Add(const Explanation& explanation) {
  ++explained_;
  if (!explanation.match_keys.empty()) ++candidates_;
  ++main_[static_cast<size_t>(explanation.main)];
  for (size_t i = 0; i < explanation.fields.size(); ++i) ++fields_[i][explanation.fields[i]];
}

uint64_t ReasonSummary::With(size_t field, Difference difference) const {
  const auto found = fields_[field].find(difference);
  return found == fields_[field].end() ? 0 : found->second;
}

std::string ReasonSummary::ToText() const {
  std::string out;
  const auto line = [&](absl::string_view name, uint64_t count) {
    absl::StrAppendFormat(&out, "  %-44s %8d  %5.1f %%\n", name, count,
                          100.0 * static_cast<double>(count) / static_cast<double>(explained_));
  };
  if (without_records_ > 0) {
    absl::StrAppend(&out, "  not explained: ", without_records_,
                    " pairs with a record that is in no file\n");
  }
  if (explained_ == 0) return out;
  line("share no token: not compared", explained_ - candidates_);
  line("share a token", candidates_);
  absl::StrAppend(&out, "  differ most in\n");
  for (const auto& [subject, count] : Ordered(main_)) {
    line(absl::StrCat("  ", NameOf(subject)), count);
  }
  absl::StrAppend(&out, "  field by field\n");
  for (size_t i = 0; i < fields_.size(); ++i) {
    // A field that one of the files lacks explains nothing.
    if (With(i, Difference::kNotInFile) == explained_) continue;
    for (const auto& [difference, count] : Ordered(fields_[i])) {
      line(absl::StrFormat("  %-20s %s", plan_.proto().fields(static_cast<int>(i)).name(),
                           NameOf(difference)),
           count);
    }
  }
  return out;
}

void ReasonSummary::WriteJson(JsonWriter* json) const {
  json->Key("explained").Number(explained_).Key("without_records").Number(without_records_);
  json->Key("share_a_token").Number(candidates_).Key("differ_most_in").BeginObject();
  for (const auto& [subject, count] : Ordered(main_)) json->Key(NameOf(subject)).Number(count);
  json->EndObject().Key("fields").BeginObject();
  for (size_t i = 0; i < fields_.size(); ++i) {
    json->Key(plan_.proto().fields(static_cast<int>(i)).name()).BeginObject();
    for (const auto& [difference, count] : Ordered(fields_[i])) {
      json->Key(NameOf(difference)).Number(count);
    }
    json->EndObject();
  }
  json->EndObject();
}

}  // namespace blindlink::agent
