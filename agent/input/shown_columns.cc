#include "agent/input/shown_columns.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/input/column_roles.h"

namespace blindlink::agent {
namespace {

constexpr size_t kLongestName = 60;
constexpr size_t kManyDigits = 3;
// Shorter names are also values: ID and MI are states.
constexpr size_t kShortestName = 3;

// Words of column names that no person bears as a name, or hardly one.
constexpr absl::string_view kWords[] = {
    "account", "addr",      "address", "admission",  "birth",     "city",   "cd",       "code",
    "contact", "country",   "county",  "date",       "dob",       "dt",     "email",    "encounter",
    "first",   "gender",    "id",      "identifier", "insurance", "last",   "line",     "middle",
    "mobile",  "mrn",       "name",    "nm",         "nbr",       "no",     "num",      "number",
    "of",      "org",       "patient", "person",     "phone",     "postal", "provider", "record",
    "sex",     "source",    "ssn",     "state",      "status",    "street", "subject",  "suffix",
    "system",  "telephone", "the",     "type",       "unit",      "visit",  "year",     "zip"};

bool IsWord(absl::string_view word) {
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

// The header's words in lower case: FIRST_NAME, firstName and "First Name 1" -> first, name.
std::vector<std::string> WordsOf(absl::string_view header) {
  std::vector<std::string> words;
  bool in_word = false;
  bool in_capitals = false;
  for (const char c : header) {
    if (!absl::ascii_isalpha(static_cast<unsigned char>(c))) {
      in_word = false;
      continue;
    }
    const bool capital = absl::ascii_isupper(static_cast<unsigned char>(c));
    if (!in_word || (capital && !in_capitals)) words.emplace_back();
    words.back().push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
    in_word = true;
    in_capitals = capital;
  }
  return words;
}

bool IsKnown(absl::string_view header) {
  const std::string normalized = NormalizeHeader(header);
  if (normalized.size() < kShortestName) return false;
  for (const ColumnRole& role : BuiltInRoles()) {
    if (std::find(role.headers.begin(), role.headers.end(), normalized) != role.headers.end()) {
      return true;
    }
  }
  const std::vector<std::string> words = WordsOf(header);
  return !words.empty() && std::all_of(words.begin(), words.end(), IsWord);
}

}  // namespace

bool LooksLikeValue(absl::string_view header) {
  if (header.empty()) return false;
  const auto is_digit = [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); };
  const auto is_letter = [](char c) {
    return absl::ascii_isalpha(static_cast<unsigned char>(c)) ||
           !absl::ascii_isascii(static_cast<unsigned char>(c));
  };
  return static_cast<size_t>(std::count_if(header.begin(), header.end(), is_digit)) >=
             kManyDigits ||
         std::none_of(header.begin(), header.end(), is_letter) || absl::StrContains(header, '@') ||
         header.size() > kLongestName;
}

bool AreColumnNames(absl::Span<const std::string> headers) {
  const auto known = static_cast<size_t>(std::count_if(
      headers.begin(), headers.end(), [](const std::string& header) { return IsKnown(header); }));
  return known >= 2 && known * 3 > headers.size() &&
         std::none_of(headers.begin(), headers.end(),
                      [](const std::string& header) { return LooksLikeValue(header); });
}

std::string DescribeColumns(absl::Span<const std::string> headers) {
  if (headers.empty()) return "Columns: (none)";
  if (AreColumnNames(headers)) return absl::StrCat("Columns: ", absl::StrJoin(headers, ", "));
  const bool values = std::any_of(headers.begin(), headers.end(),
                                  [](const std::string& header) { return LooksLikeValue(header); });
  return absl::StrCat(
      "The first line has ", headers.size(), headers.size() == 1 ? " column" : " columns", " and ",
      values ? "seems to hold values" : "may hold values",
      " instead of names of columns, so it is not shown. If the file has no header, add a first "
      "line "
      "with the names of its columns, such as record_id,first_name,last_name,date_of_birth");
}

}  // namespace blindlink::agent
