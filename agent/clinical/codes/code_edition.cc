#include "agent/clinical/codes/code_edition.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace blindlink::agent {
namespace {

// Fiscal year 1984 was the first with version 1 of the groups.
constexpr int kYearBeforeDrg = 1983;

// The digits that begin at `at`.
absl::string_view DigitsAt(absl::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && absl::ascii_isdigit(text[end])) ++end;
  return text.substr(at, end - at);
}

// The first number of four digits that is a year.
int FourDigitYearIn(absl::string_view name) {
  for (size_t at = 0; at < name.size();) {
    const absl::string_view digits = DigitsAt(name, at);
    int year = 0;
    if (digits.size() == 4 && absl::SimpleAtoi(digits, &year) && year >= 1900 && year < 2100) {
      return year;
    }
    at += std::max<size_t>(digits.size(), 1);
  }
  return 0;
}

// "msdrg_v38_1": version 38 of the groups is that of fiscal year 2021.
int DrgYearIn(absl::string_view name) {
  const size_t drg = name.find("drg");
  if (drg == absl::string_view::npos) return 0;
  for (size_t at = name.find('v', drg); at != absl::string_view::npos;
       at = name.find('v', at + 1)) {
    const absl::string_view digits = DigitsAt(name, at + 1);
    int version = 0;
    if (digits.size() >= 2 && absl::SimpleAtoi(digits.substr(0, 2), &version)) {
      return kYearBeforeDrg + version;
    }
  }
  return 0;
}

int YearIn(absl::string_view name) {
  const int year = FourDigitYearIn(name);
  return year != 0 ? year : DrgYearIn(name);
}

}  // namespace

std::string EditionOf(absl::string_view path) {
  const std::filesystem::path file{std::string(path)};
  const std::string name = absl::AsciiStrToLower(file.filename().string());
  int year = YearIn(name);
  if (year == 0) {
    year = YearIn(absl::AsciiStrToLower(file.parent_path().filename().string()));
  }
  if (year == 0) return "";
  constexpr std::array<std::pair<const char*, const char*>, 3> kMonths = {
      {{"jan", "-01-01"}, {"apr", "-04-01"}, {"hcpcs", "-01-01"}}};
  for (const auto& [word, day] : kMonths) {
    if (absl::StrContains(name, word)) return absl::StrCat(year, day);
  }
  return absl::StrCat(year - 1, "-10-01");
}

}  // namespace blindlink::agent
