#include "agent/clinical/codes/code_edition.h"

#include <array>
#include <filesystem>
#include <regex>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace blindlink::agent {
namespace {

// Fiscal year 1984 was the first with version 1 of the groups.
constexpr int kYearBeforeDrg = 1983;

int YearIn(const std::string& name) {
  std::smatch found;
  if (std::regex_search(name, found, std::regex("(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[^0-9]|$)"))) {
    return std::stoi(found[1]);
  }
  if (std::regex_search(name, found, std::regex("drg.*v([0-9]{2})"))) {
    return kYearBeforeDrg + std::stoi(found[1]);
  }
  return 0;
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
