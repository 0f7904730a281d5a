#include "agent/clinical/terms/terms_build.h"

#include <filesystem>
#include <utility>

#include "agent/clinical/terms/official_sources.h"
#include "agent/clinical/terms/site_sources.h"
#include "agent/clinical/terms/term_calibrator.h"
#include "agent/clinical/terms/term_dictionary.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"
#include "common/csv/csv_writer.h"

namespace blindlink::agent {
namespace {

using Reader = absl::Status (*)(const std::string& path, TermDraft* draft);

absl::Status ReadAll(absl::string_view kind, const std::vector<std::string>& files, Reader read,
                     TermDraft* draft) {
  for (const std::string& file : files) {
    BL_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(file));
    draft->inputs.push_back({std::filesystem::path(file).filename().string(), std::string(kind),
                             HexEncode(AsView(Sha256Of(bytes)))});
    BL_RETURN_IF_ERROR(read(file, draft));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<BuiltDictionary> BuildTerms(const TermInputs& inputs) {
  TermDraft draft;
  BL_RETURN_IF_ERROR(ReadAll("codes", inputs.codes, ReadCodeList, &draft));
  BL_RETURN_IF_ERROR(ReadAll("tabular", inputs.tabulars, ReadTabular, &draft));
  BL_RETURN_IF_ERROR(ReadAll("index", inputs.indexes, ReadIndex, &draft));
  BL_RETURN_IF_ERROR(ReadAll("neoplasms", inputs.neoplasms, ReadNeoplasms, &draft));
  BL_RETURN_IF_ERROR(ReadAll("master", inputs.masters, ReadMaster, &draft));
  BL_RETURN_IF_ERROR(ReadAll("synonyms", inputs.synonyms, ReadSynonyms, &draft));
  BL_RETURN_IF_ERROR(ReadAll("abbreviations", inputs.abbreviations, ReadAbbreviations, &draft));
  BL_RETURN_IF_ERROR(ReadAll("decisions", inputs.decisions, ReadDecisions, &draft));
  if (draft.codes.empty()) {
    return absl::InvalidArgumentError(
        "a dictionary needs codes: give --codes, --tabular or --master");
  }
  CompleteDraft(&draft);
  BuiltDictionary built;
  BL_ASSIGN_OR_RETURN(const TermDictionary unmeasured, TermDictionary::FromBytes(BuildDictionary(
                                                           draft, {}, &built.counts, nullptr)));
  const Calibration calibration = TermCalibrator::Measure(unmeasured);
  built.bytes = BuildDictionary(draft, calibration.ToNumbers(), &built.counts, &built.conflicts);
  return built;
}

std::string ConflictsToCsv(const std::vector<TermConflict>& conflicts) {
  std::string csv = "name,code,source,outcome\n";
  for (const TermConflict& conflict : conflicts) {
    AppendCsvRow({conflict.name, conflict.code, NameOf(conflict.source),
                  conflict.unknown ? "unknown-code"
                  : conflict.used  ? "used"
                                   : "outranked"},
                 &csv);
  }
  return csv;
}

}  // namespace blindlink::agent
