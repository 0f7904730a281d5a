#include "agent/synthetic/history_files.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/synthetic/day.h"
#include "common/base/partial_file.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_writer.h"

namespace blindlink::agent {
namespace {

std::string SettingText(const Domain& settings, uint32_t code) {
  if (code == settings.missing()) return "";
  return settings.LabelOf(code);
}

}  // namespace

absl::StatusOr<uint64_t> WriteHistories(const std::filesystem::path& folder,
                                        const std::vector<History>& histories,
                                        const SynthesisSpec& spec, const HistoryModel& model) {
  BL_ASSIGN_OR_RETURN(const auto claims, PartialFile::Create(folder / "claims.csv"));
  BL_ASSIGN_OR_RETURN(const auto diagnoses, PartialFile::Create(folder / "diagnoses.csv"));
  std::string claim_rows = "claim_id,local_id,setting,start,end\n";
  std::string diagnosis_rows = "claim_id,seq,name,code,code_system\n";
  const std::vector<CodeGroups::Group>& groups = spec.code_groups.groups();
  uint64_t visits = 0;
  for (size_t person = 0; person < histories.size(); ++person) {
    for (const Visit& visit : histories[person]) {
      const std::string claim = absl::StrFormat("V%08d", ++visits);
      AppendCsvRow({claim, SyntheticId(person), SettingText(model.settings(), visit.setting),
                    TextOfDay(visit.start), TextOfDay(visit.end)},
                   &claim_rows);
      int seq = 0;
      for (const uint32_t group : {visit.group, visit.second}) {
        if (group >= groups.size()) continue;  // other or none: there is no code to write
        AppendCsvRow({claim, absl::StrCat(++seq), groups[group].title, groups[group].prefix,
                      spec.proto.claims().code_system()},
                     &diagnosis_rows);
      }
    }
    BL_RETURN_IF_ERROR(claims->Append(claim_rows));
    BL_RETURN_IF_ERROR(diagnoses->Append(diagnosis_rows));
    claim_rows.clear();
    diagnosis_rows.clear();
  }
  BL_RETURN_IF_ERROR(claims->Append(claim_rows));
  BL_RETURN_IF_ERROR(diagnoses->Append(diagnosis_rows));
  BL_RETURN_IF_ERROR(claims->Finish());
  BL_RETURN_IF_ERROR(diagnoses->Finish());
  return visits;
}

}  // namespace blindlink::agent
