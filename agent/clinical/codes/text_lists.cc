#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/clinical/codes/code_lists.h"
#include "agent/clinical/codes/code_text.h"

namespace blindlink::agent {
namespace {

using Billable = CodeBookBuilder::Billable;

bool IsDigits(absl::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
  }
  return !text.empty();
}

// "A00-A09".
bool IsBlock(absl::string_view text) {
  return text.size() == 7 && text[3] == '-' &&
         absl::ascii_isupper(static_cast<unsigned char>(text[0])) &&
         absl::ascii_isupper(static_cast<unsigned char>(text[4]));
}

bool IsCode(absl::string_view text) {
  if (text.size() < 3 || text.size() > 7) return false;
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c)) &&
        !absl::ascii_isupper(static_cast<unsigned char>(c))) {
      return false;
    }
  }
  return true;
}

std::string FileName(absl::string_view path) {
  return absl::AsciiStrToLower(path.substr(path.rfind('/') + 1));
}

// The system of a list of codes: by the file's name, else by its first code.
std::string SystemOf(absl::string_view name, absl::string_view code) {
  if (absl::StrContains(FileName(name), "pcs")) return kIcd10Pcs;
  return absl::ascii_isupper(static_cast<unsigned char>(code[0])) ? kIcd10Cm : kIcd10Pcs;
}

// "00001 A00     0 Cholera ...".
bool IsOrderLine(absl::string_view line) {
  return line.size() > 16 && IsDigits(line.substr(0, 5)) && line[5] == ' ' &&
         IsCode(absl::StripAsciiWhitespace(line.substr(6, 7))) && line[13] == ' ' &&
         (line[14] == '0' || line[14] == '1') && line[15] == ' ';
}

std::string AddOrderFile(const std::vector<absl::string_view>& lines, const ListedFile& file,
                         CodeBookBuilder* builder, uint64_t* rows) {
  std::string system;
  for (const absl::string_view line : lines) {
    if (!IsOrderLine(line)) continue;
    const absl::string_view code = absl::StripAsciiWhitespace(line.substr(6, 7));
    if (system.empty()) system = SystemOf(file.name, code);
    builder->AddCode(system, code, file.edition, line[14] == '1' ? Billable::kYes : Billable::kNo);
    ++*rows;
  }
  return absl::StrCat("list of ", system);
}

// "A000    Cholera ..." or, with blocks, one code a line.
std::string AddCodeFile(const std::vector<absl::string_view>& lines, const ListedFile& file,
                        CodeBookBuilder* builder, uint64_t* rows) {
  std::string system;
  std::string block;
  for (const absl::string_view line : lines) {
    const absl::string_view code = line.substr(0, line.find(' '));
    if (IsBlock(code)) block = std::string(code);
    if (!IsCode(code) || IsDigits(code)) continue;
    if (system.empty()) system = SystemOf(file.name, code);
    builder->AddCode(system, code, file.edition, Billable::kUnknown);
    if (code.size() == 3) builder->SetGroup(system, code, "block", block);
    ++*rows;
  }
  return absl::StrCat("list of ", system);
}

// "0010  A000    00000".
bool IsMappingLine(const std::vector<absl::string_view>& words) {
  return words.size() == 3 && words[2].size() == 5 && IsDigits(words[2]);
}

// From ICD-9 to ICD-10: the category of ICD-10-CM, where all targets have the same.
std::string AddMapping(const std::vector<absl::string_view>& lines, CodeBookBuilder* builder,
                       uint64_t* rows) {
  std::map<std::string, std::string> category;
  for (const absl::string_view line : lines) {
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    if (!IsMappingLine(words) || words[1] == "NoDx" || words[1] == "NODX") continue;
    const std::string target(words[1].substr(0, 3));
    const auto [known, is_new] = category.try_emplace(std::string(words[0]), target);
    if (!is_new && known->second != target) known->second.clear();
    ++*rows;
  }
  for (const auto& [code, target] : category) {
    builder->SetGroup(kIcd9Cm, code, "icd10_category", target);
  }
  return "ICD-10-CM groups of ICD-9-CM";
}

}  // namespace

std::string AddTextList(absl::string_view text, const ListedFile& file, CodeBookBuilder* builder,
                        uint64_t* rows) {
  std::vector<absl::string_view> lines;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    lines.push_back(absl::StripTrailingAsciiWhitespace(line));
  }
  const absl::string_view first = lines.front();
  if (IsOrderLine(first)) return AddOrderFile(lines, file, builder, rows);
  const std::vector<absl::string_view> words = absl::StrSplit(first, ' ', absl::SkipEmpty());
  if (IsMappingLine(words)) {
    const std::string name = FileName(file.name);
    const bool from_icd9 = absl::StrContains(name, "i9gem") && !absl::StrContains(name, "pcs");
    return from_icd9 ? AddMapping(lines, builder, rows) : "";
  }
  if (absl::StrContains(first, ',') || words.empty()) return "";
  const bool a_list =
      (words.size() == 1 && IsDigits(first) && lines.size() > 1 && IsBlock(lines[1])) ||
      (IsCode(words[0]) && words[0].size() < first.size());
  return a_list ? AddCodeFile(lines, file, builder, rows) : "";
}

}  // namespace blindlink::agent
