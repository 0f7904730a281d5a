#include "agent/clinical/codes/code_check.h"

#include "absl/strings/str_format.h"
#include "common/base/json_writer.h"

namespace blindlink::agent {

bool CodeCheck::IsProblem(CodeVerdict verdict) {
  return verdict != CodeVerdict::kValid && verdict != CodeVerdict::kNoList;
}

CodeVerdict CodeCheck::Add(absl::string_view system, absl::string_view code,
                           absl::string_view date) {
  Counts& counts = counts_[std::string(system)];
  const CodeVerdict verdict = book_.Check(system, code, date);
  ++counts.rows[static_cast<size_t>(verdict)];
  if (verdict == CodeVerdict::kOtherSystem) ++counts.other_system[book_.GuessSystem(system, code)];
  return verdict;
}

uint64_t CodeCheck::problems() const {
  uint64_t problems = 0;
  for (const auto& [system, counts] : counts_) {
    for (size_t i = 0; i < kCodeVerdicts; ++i) {
      if (IsProblem(static_cast<CodeVerdict>(i))) problems += counts.rows[i];
    }
  }
  return problems;
}

std::string CodeCheck::ToText() const {
  std::string text;
  for (const auto& [system, counts] : counts_) {
    absl::StrAppendFormat(&text, "%s\n", system);
    for (size_t i = 0; i < kCodeVerdicts; ++i) {
      if (counts.rows[i] == 0) continue;
      absl::StrAppendFormat(&text, "  %-14s %d rows\n",
                            CodeVerdictName(static_cast<CodeVerdict>(i)), counts.rows[i]);
    }
    for (const auto& [guess, rows] : counts.other_system) {
      absl::StrAppendFormat(&text, "    %d look like %s\n", rows, guess);
    }
  }
  return text;
}

std::string CodeCheck::ToJson() const {
  JsonWriter json;
  json.BeginObject().Key("systems").BeginArray();
  for (const auto& [system, counts] : counts_) {
    json.BeginObject().Key("code_system").Text(system);
    for (size_t i = 0; i < kCodeVerdicts; ++i) {
      json.Key(CodeVerdictName(static_cast<CodeVerdict>(i))).Number(counts.rows[i]);
    }
    json.Key("looks_like").BeginObject();
    for (const auto& [guess, rows] : counts.other_system) json.Key(guess).Number(rows);
    json.EndObject().EndObject();
  }
  return json.EndArray().EndObject().Finish();
}

}  // namespace blindlink::agent
