#include "agent/clinical/codes/code_utility.h"

#include <cmath>

#include "absl/strings/str_format.h"
#include "common/base/json_writer.h"

namespace blindlink::agent {
namespace {

double Bits(uint64_t part, uint64_t whole) {
  return part == 0 ? 0 : std::log2(static_cast<double>(whole) / static_cast<double>(part));
}

double EntropyOf(const absl::flat_hash_map<std::string, uint64_t>& counts, uint64_t rows) {
  // In order, so that the sum does not depend on the hash table.
  const std::map<std::string, uint64_t> ordered(counts.begin(), counts.end());
  double bits = 0;
  for (const auto& [code, count] : ordered) {
    if (!code.empty()) bits += static_cast<double>(count) * Bits(count, rows);
  }
  return rows == 0 ? 0 : bits / static_cast<double>(rows);
}

}  // namespace

void CodeUtilityCounter::Add(const std::string& code, const CodeRung& released, uint64_t rows) {
  utility_.rows += rows;
  utility_.rows_by_level[released.level] += rows;
  before_[code] += rows;
  after_[released.code] += rows;
  released_as_[code][released.code] += rows;
}

CodeUtility CodeUtilityCounter::Finish() {
  utility_.codes = before_.size();
  utility_.released = after_.size() - after_.count("");
  utility_.entropy = EntropyOf(before_, utility_.rows);
  utility_.released_entropy = EntropyOf(after_, utility_.rows);
  double lost = 0;
  for (const auto& [code, count] : std::map(before_.begin(), before_.end())) {
    const auto& as = released_as_[code];
    utility_.kept_codes += as.count(code);
    for (const auto& [released, rows] : std::map(as.begin(), as.end())) {
      const uint64_t group = released.empty() ? utility_.rows : after_[released];
      lost += static_cast<double>(rows) * Bits(count, group);
    }
  }
  const double before = utility_.entropy * static_cast<double>(utility_.rows);
  utility_.non_uniform_kept = before > 0 ? 1 - lost / before : 1;
  return utility_;
}

std::string UtilityText(const std::vector<CodeUtility>& utilities) {
  std::string text;
  for (const CodeUtility& of : utilities) {
    absl::StrAppendFormat(&text,
                          "%s: %d rows with a code; entropy kept %.3f (%.2f of %.2f bits), "
                          "non-uniform entropy kept %.3f\n  %d distinct codes, %d released as they "
                          "are, %d distinct codes and groups in all\n",
                          of.system, of.rows, of.EntropyKept(), of.released_entropy, of.entropy,
                          of.non_uniform_kept, of.codes, of.kept_codes, of.released);
    for (const auto& [level, rows] : of.rows_by_level) {
      absl::StrAppendFormat(&text, "  %-14s %5.1f %% of rows\n",
                            level.empty() ? "not released" : level,
                            100.0 * static_cast<double>(rows) / static_cast<double>(of.rows));
    }
  }
  return text;
}

std::string UtilityJson(const std::vector<CodeUtility>& utilities) {
  JsonWriter json;
  json.BeginObject().Key("systems").BeginArray();
  for (const CodeUtility& of : utilities) {
    json.BeginObject().Key("code_system").Text(of.system).Key("rows").Number(of.rows);
    json.Key("entropy").Number(of.entropy).Key("released_entropy").Number(of.released_entropy);
    json.Key("entropy_kept").Number(of.EntropyKept());
    json.Key("non_uniform_entropy_kept").Number(of.non_uniform_kept);
    json.Key("codes").Number(of.codes).Key("codes_kept").Number(of.kept_codes);
    json.Key("released").Number(of.released).Key("rows_by_level").BeginObject();
    for (const auto& [level, rows] : of.rows_by_level) {
      json.Key(level.empty() ? "not released" : level).Number(rows);
    }
    json.EndObject().EndObject();
  }
  return json.EndArray().EndObject().Finish();
}

}  // namespace blindlink::agent
