#include "agent/clinical/codes/code_book.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/clinical/codes/code_text.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"
#include "common/csv/csv_reader.h"

namespace blindlink::agent {
namespace {

constexpr std::array<absl::string_view, 5> kColumns = {"code_system", "code", "editions",
                                                       "billable", "groups"};
// In what order GuessSystem asks.
constexpr std::array<const char*, 6> kGuesses = {kIcd10Cm, kIcd9Cm,  kIcd10Pcs,
                                                 kHcpcs,   kIcd9Pcs, kMsDrg};

std::vector<std::string> WordsOf(absl::string_view text) {
  return absl::StrSplit(text, ' ', absl::SkipEmpty());
}

std::vector<std::string> CptLevels() { return {"code", "hundred", "section"}; }

std::vector<CodeRung> CptLadder(absl::string_view code, absl::Span<const std::string> levels) {
  std::vector<CodeRung> ladder;
  if (!LooksLikeCpt(code)) return ladder;
  for (const std::string& level : levels) {
    std::string name = level == "code"      ? std::string(code)
                       : level == "hundred" ? CptHundred(code)
                       : level == "section" ? CptSection(code)
                                            : "";
    if (!name.empty()) ladder.push_back({level, std::move(name)});
  }
  return ladder;
}

// Codes may hold anything if nobody lists them; what cannot be a code is not released.
bool CouldBeACode(absl::string_view code) {
  return !code.empty() && code.size() <= 20 && code.find(' ') == absl::string_view::npos;
}

// From this day on the United States use ICD-10, and before it ICD-9.
constexpr absl::string_view kIcd10Begins = "2015-10-01";

bool IsOfOtherEra(absl::string_view system, absl::string_view date) {
  if (system == kIcd10Cm || system == kIcd10Pcs) return date < kIcd10Begins;
  return (system == kIcd9Cm || system == kIcd9Pcs) && date >= kIcd10Begins;
}

// Whether an edition that begins on `first` is over on `date`: it lasts a year.
bool IsOver(absl::string_view first, absl::string_view date) {
  int first_year = 0;
  int year = 0;
  if (!absl::SimpleAtoi(first.substr(0, 4), &first_year) ||
      !absl::SimpleAtoi(date.substr(0, 4), &year)) {
    return false;
  }
  return year > first_year + 1 || (year == first_year + 1 && date.substr(4) >= first.substr(4));
}

// The bits of the editions that a code may be in to be right on `date`: the one of that day; also
// the next, if years between them are missing; the first, if the day is before all.
uint32_t EditionsOn(const std::vector<std::string>& editions, absl::string_view date) {
  const auto after = std::upper_bound(editions.begin(), editions.end(), date);
  const auto next = static_cast<size_t>(after - editions.begin());
  if (next == 0) return 1;
  uint32_t bits = 1u << (next - 1);
  if (next < editions.size() && IsOver(editions[next - 1], date)) bits |= 1u << next;
  return bits;
}

}  // namespace

absl::string_view CodeVerdictName(CodeVerdict verdict) {
  constexpr std::array<absl::string_view, kCodeVerdicts> kNames = {
      "valid", "not billable", "wrong year", "other system", "unknown", "no list", "no code"};
  return kNames[static_cast<size_t>(verdict)];
}

uint32_t CodeBook::System::IdOf(absl::string_view name) {
  const auto [found, is_new] =
      name_ids.try_emplace(std::string(name), static_cast<uint32_t>(names.size()));
  if (is_new) names.emplace_back(name);
  return found->second;
}

const CodeBook::Entry* CodeBook::System::Nearest(absl::string_view code) const {
  for (; !code.empty(); code.remove_suffix(1)) {
    const auto found = codes.find(code);
    if (found != codes.end()) return &found->second;
    if (!prefixes) break;
  }
  return nullptr;
}

absl::StatusOr<CodeBook> CodeBook::Open(const std::string& path) {
  CodeBook book;
  BL_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  book.digest_ = HexEncode(AsView(Sha256Of(bytes)));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<CsvReader> reader, CsvReader::Open(path));
  BL_RETURN_IF_ERROR(reader->ColumnsOf(kColumns).status());
  for (uint64_t row = 1;; ++row) {
    BL_ASSIGN_OR_RETURN(const bool any, reader->Next());
    if (!any) break;
    BL_RETURN_IF_ERROR(book.AddRow(reader->fields(), absl::StrCat(path, ", row ", row)));
  }
  return book;
}

absl::Status CodeBook::AddRow(absl::Span<const std::string> fields, const std::string& where) {
  System& system = systems_[fields[0]];
  system.prefixes = IsByPrefix(fields[0]);
  // The row that begins a system has "*" as its code.
  if (fields[1] == "*") return AddSystem(fields[4], fields[3], fields[2], where, &system);
  if (system.levels.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(where,
                     ", column 'code_system': the row that describes the system, with code "
                     "'*', must come first; make the book again with codes build"));
  }
  return AddCode(fields, where, &system);
}

absl::Status CodeBook::AddSystem(absl::string_view levels, absl::string_view defaults,
                                 absl::string_view editions, const std::string& where,
                                 System* system) {
  if (!system->levels.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(where,
                     ", column 'code': a second row '*' describes the system; make the book "
                     "again with codes build"));
  }
  system->levels = WordsOf(levels);
  system->default_levels = WordsOf(defaults);
  for (std::string& edition : WordsOf(editions)) {
    const bool has_seventh = !absl::StrContains(edition, '!');
    if (!has_seventh) edition.pop_back();
    system->editions.push_back(std::move(edition));
    system->has_seventh.push_back(has_seventh);
  }
  if (system->levels.empty() || system->editions.size() > kMaxEditions) {
    return absl::InvalidArgumentError(
        absl::StrCat(where, ": a system needs levels and at most ", kMaxEditions, " editions"));
  }
  return absl::OkStatus();
}

absl::Status CodeBook::AddCode(absl::Span<const std::string> fields, const std::string& where,
                               System* system) {
  Entry entry;
  const std::vector<std::string> groups = absl::StrSplit(fields[4], '|');
  if (!absl::SimpleHexAtoi(fields[2], &entry.editions) ||
      !absl::SimpleHexAtoi(fields[3], &entry.billable) ||
      groups.size() + 1 != system->levels.size() + (system->levels.size() == 1 ? 1 : 0)) {
    return absl::InvalidArgumentError(
        absl::StrCat(where, " does not have the form that codes build writes"));
  }
  for (const std::string& group : groups) {
    entry.groups.push_back(system->IdOf(group == "-" ? "" : group));
  }
  system->codes[fields[1]] = std::move(entry);
  return absl::OkStatus();
}

const CodeBook::System* CodeBook::Find(absl::string_view system) const {
  const auto found = systems_.find(system);
  return found == systems_.end() ? nullptr : &found->second;
}

std::vector<std::string> CodeBook::Systems() const {
  std::vector<std::string> names;
  for (const auto& [name, system] : systems_) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> CodeBook::Codes(absl::string_view system) const {
  std::vector<std::string> codes;
  if (const System* const found = Find(system)) {
    for (const auto& [code, entry] : found->codes) codes.push_back(code);
  }
  return codes;
}

bool CodeBook::Has(absl::string_view system) const {
  return system == kCpt || Find(system) != nullptr;
}

std::vector<std::string> CodeBook::Levels(absl::string_view system) const {
  if (const System* const found = Find(system)) return found->levels;
  if (system == kCpt) return CptLevels();
  return {"code"};
}

std::vector<std::string> CodeBook::DefaultLevels(absl::string_view system) const {
  const System* const found = Find(system);
  return found != nullptr ? found->default_levels : Levels(system);
}

std::vector<std::string> CodeBook::Editions(absl::string_view system) const {
  const System* const found = Find(system);
  return found != nullptr ? found->editions : std::vector<std::string>();
}

std::vector<CodeRung> CodeBook::Ladder(absl::string_view system, absl::string_view code,
                                       absl::Span<const std::string> levels) const {
  std::vector<CodeRung> ladder;
  // Level I of HCPCS is CPT.
  const System* const found = Find(system);
  if (system == kCpt || (system == kHcpcs && LooksLikeCpt(code) &&
                         (found == nullptr || !found->codes.contains(code)))) {
    return CptLadder(code, system == kCpt ? std::vector<std::string>(levels.begin(), levels.end())
                                          : CptLevels());
  }
  if (found == nullptr) {
    if (CouldBeACode(code)) ladder.push_back({"code", std::string(code)});
    return ladder;
  }
  const Entry* const entry = found->Nearest(code);
  if (entry == nullptr) return ladder;
  const bool listed = found->codes.contains(code);
  for (const std::string& level : levels) {
    const auto at = std::find(found->levels.begin(), found->levels.end(), level);
    if (at == found->levels.end() || (level == "code" && !listed)) continue;
    const auto index = static_cast<size_t>(at - found->levels.begin());
    absl::string_view name = level == "code" ? code : found->names[entry->groups[index - 1]];
    if (name.empty() || (!ladder.empty() && ladder.back().code == name)) continue;
    ladder.push_back({level, std::string(name)});
  }
  return ladder;
}

std::string CodeBook::Ancestor(absl::string_view system, absl::string_view code,
                               absl::string_view level) const {
  const std::vector<std::string> levels = {std::string(level)};
  const std::vector<CodeRung> ladder = Ladder(system, code, levels);
  return ladder.empty() ? "" : ladder.front().code;
}

CodeVerdict CodeBook::CheckIn(const System& system, const std::string& code,
                              absl::string_view date) {
  // A list without codes of 7 characters says nothing about them.
  uint32_t telling = system.editions.empty() ? 1 : 0;
  for (size_t i = 0; i < system.editions.size(); ++i) {
    if (code.size() != 7 || system.has_seventh[i]) telling |= 1u << i;
  }
  const auto found = system.codes.find(code);
  if (found == system.codes.end()) {
    return telling == 0 && system.Nearest(code) != nullptr ? CodeVerdict::kValid
                                                           : CodeVerdict::kUnknown;
  }
  const Entry& entry = found->second;
  if (!date.empty() && !system.editions.empty()) {
    telling &= EditionsOn(system.editions, date);
    if (telling != 0 && (entry.editions & telling) == 0) return CodeVerdict::kWrongYear;
  }
  if (telling == 0) telling = ~0u;
  return (entry.billable & telling) != 0 ? CodeVerdict::kValid : CodeVerdict::kNotBillable;
}

CodeVerdict CodeBook::Check(absl::string_view system, absl::string_view text,
                            absl::string_view date) const {
  const std::string code = NormalizeCode(system, text);
  if (absl::StripAsciiWhitespace(text).empty() || code.empty()) return CodeVerdict::kNoCode;
  const bool is_cpt = LooksLikeCpt(code) && (system == kCpt || system == kHcpcs);
  const System* const found = Find(system);
  if (is_cpt && (found == nullptr || !found->codes.contains(code))) return CodeVerdict::kValid;
  CodeVerdict verdict = found == nullptr ? CodeVerdict::kNoList : CheckIn(*found, code, date);
  if (system == kCpt) verdict = CodeVerdict::kUnknown;
  if (verdict == CodeVerdict::kValid && !date.empty() && IsOfOtherEra(system, date)) {
    verdict = CodeVerdict::kWrongYear;
  }
  if (verdict == CodeVerdict::kUnknown && !GuessSystem(system, text).empty()) {
    verdict = CodeVerdict::kOtherSystem;
  }
  return verdict;
}

std::string CodeBook::GuessSystem(absl::string_view system, absl::string_view text) const {
  const bool has_dot = absl::StrContains(text, '.');
  for (const absl::string_view guess : kGuesses) {
    const System* const found = Find(guess);
    if (guess == system || found == nullptr) continue;
    // Only ICD codes of diseases and of ICD-9 procedures are written with a dot.
    if (has_dot && (guess == kIcd10Pcs || guess == kHcpcs || guess == kMsDrg)) continue;
    if (found->codes.contains(NormalizeCode(guess, text))) return std::string(guess);
  }
  const bool cpt = !has_dot && system != kCpt && LooksLikeCpt(NormalizeCode(kCpt, text));
  return cpt ? kCpt : "";
}

}  // namespace blindlink::agent
