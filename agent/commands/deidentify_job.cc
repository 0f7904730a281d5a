#include "agent/commands/deidentify_job.h"

#include <algorithm>
#include <atomic>
#include <cinttypes>
#include <cstdio>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/codes/code_rules.h"
#include "agent/clinical/codes/code_survey.h"
#include "agent/clinical/codes/code_text.h"
#include "agent/clinical/release/extract_writer.h"
#include "agent/clinical/release/mask_persons.h"
#include "agent/clinical/release/person_groups.h"
#include "agent/clinical/release/release_codes.h"
#include "agent/clinical/release/row_intake.h"
#include "agent/clinical/release/write_extracts.h"
#include "agent/commands/interrupt.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/crypto/hmac_sha256.h"
#include "common/telemetry/progress.h"

namespace blindlink::agent {
namespace {

// The results that are kept, in the order in which they are made.
constexpr char kRows[] = "rows";
constexpr char kMasked[] = "masked";
constexpr char kCoded[] = "coded";
constexpr char kGroups[] = "groups";

constexpr char kInterrupted[] = "interrupted; run the same command again to continue";
constexpr char kLastWords[] =
    "\nblindlink-agent: interrupted; run the same command again to continue\n";

std::filesystem::path StagesOf(const DeidentifyFlags& flags) { return flags.OwnFile("unfinished"); }

// One person must never be released under two shifts: their difference would tell both. What the
// first release of a project did is therefore kept at the site, and another way is refused.
absl::Status KeepDateRules(const DeidentifyFlags& flags, const v1::DateRules& rules) {
  const std::filesystem::path file =
      flags.state / absl::StrCat(flags.project, ".", flags.site, ".release-dates");
  const std::string now =
      absl::StrCat("shift_days ", rules.shift_days(), rules.keep_weekday() ? " keep_weekday" : "",
                   flags.alone ? " alone\n" : " by seeds\n");
  const absl::StatusOr<std::string> before = ReadFile(file);
  if (absl::IsNotFound(before.status())) return WriteFileAtomically(file, now, 0600);
  BL_RETURN_IF_ERROR(before.status());
  if (*before == now) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "this site has released data of project ", flags.project, " with ",
      absl::StripAsciiWhitespace(*before), ", and this release is with ",
      absl::StripAsciiWhitespace(now),
      ": whoever has both would know how far dates are shifted. Release as before, or remove ",
      file.string(), " if nobody has the earlier extracts"));
}

// A rule that no code is subject to may have a misspelt system.
void NoteIdleRules(const v1::ReleasePlan& plan, const std::vector<CodeUtility>& systems) {
  if (systems.empty()) return;  // a registry
  for (const v1::CodeRule& rule : plan.codes()) {
    const std::string name = CanonicalSystem(rule.code_system());
    const bool idle = std::none_of(systems.begin(), systems.end(),
                                   [&](const CodeUtility& one) { return one.system == name; });
    if (idle) {
      fprintf(stderr, "note: the release plan has a rule for %s, and no code is of that system\n",
              name.c_str());
    }
  }
}

// Codes of systems or days that the code book knows nothing of may tell when an event was.
void NoteUnjudgedCodes(const v1::ReleasePlan& plan, const CodeBook& book,
                       const std::vector<CodeUtility>& systems) {
  for (const CodeUtility& system : systems) {
    const std::vector<std::string> editions = book.Editions(system.system);
    if (editions.empty()) {
      fprintf(
          stderr,
          "note: the code book has no dated list of %s: codes that are new in the period of the "
          "plan would tell when an event was; name them as era_codes, or leave the table out\n",
          system.system.c_str());
    } else if (editions.front() > plan.dates().first_day()) {
      fprintf(stderr,
              "note: the code book's first list of %s is of %s, after the plan's first day: codes "
              "that were new before are not recognized\n",
              system.system.c_str(), editions.front().c_str());
    }
  }
}

void NoteRejects(const ClinicalRejects& rejects) {
  for (const auto& [where, count] : rejects.counts()) {
    const auto& [file, column, reason] = where;
    fprintf(stderr, "note: %s: %s%s%s: %" PRIu64 " rows, the first is %" PRIu64 "\n", file.c_str(),
            column.c_str(), column.empty() ? "" : ": ", reason.c_str(), count.rows,
            count.first_row);
  }
}

void PrintSummary(const ReleaseAccount& account, const std::vector<WrittenTable>& tables) {
  printf("\n%s\n%s\n%s\n", account.code_check.c_str(), StepsText(account.Steps()).c_str(),
         absl::StrCat(UtilityText(account.codes), "\n", CareText(account.care)).c_str());
  for (const WrittenTable& table : tables) {
    printf("%-36s %12" PRIu64 " rows %14" PRIu64 " bytes\n", table.file.c_str(), table.rows,
           table.bytes);
  }
  if (account.counts.persons_without_seed > 0) {
    fprintf(stderr,
            "note: %" PRIu64 " persons were left out, since the linkage run does not have them\n",
            account.counts.persons_without_seed);
  }
}

// The stages of one release. Each is skipped if its result is there.
class Job {
 public:
  Job(const DeidentifyFlags& flags, const DeidentifyInputs& inputs, ReleaseParts parts,
      ReleaseManifest manifest, StageFolder stages, const std::atomic<bool>& interrupted)
      : flags_(flags),
        inputs_(inputs),
        parts_(std::move(parts)),
        manifest_(std::move(manifest)),
        stages_(std::move(stages)),
        interrupted_(interrupted) {}

  absl::Status Run() {
    NoteWhatIsThere();
    absl::Status done = flags_.survey.empty() ? Release() : Survey();
    // Nothing can be gained by another attempt with the same files.
    const bool refused = absl::IsInvalidArgument(done) || absl::IsFailedPrecondition(done);
    if (done.ok() || refused) BL_RETURN_IF_ERROR(stages_.Remove());
    return done;
  }

 private:
  bool HasAny(std::initializer_list<const char*> stages) const {
    return std::any_of(stages.begin(), stages.end(),
                       [&](const char* stage) { return stages_.Has(stage); });
  }

  void NoteWhatIsThere() const {
    if (!stages_.removed().empty()) {
      fprintf(stderr, "note: what an interrupted run left is not used (%s); begins anew\n",
              stages_.removed().c_str());
    }
    const char* done = nullptr;
    if (stages_.Has(kRows)) done = "reading";
    if (stages_.Has(kMasked)) done = "masking";
    if (stages_.Has(kCoded)) done = "making codes coarser";
    if (stages_.Has(kGroups)) done = "grouping persons";
    if (done != nullptr) {
      fprintf(stderr, "note: resumes the interrupted run, after %s\n", done);
    }
  }

  OnPersons Show(Progress* progress) const {
    return [this, progress](uint64_t persons, double share) {
      progress->Set(persons, share);
      return interrupted_ ? absl::CancelledError(kInterrupted) : absl::OkStatus();
    };
  }

  // Reads, masks: a survey needs no more.
  absl::Status Mask() {
    if (HasAny({kMasked, kCoded, kGroups})) return absl::OkStatus();
    if (!stages_.Has(kRows)) BL_RETURN_IF_ERROR(ReadRows());
    BL_ASSIGN_OR_RETURN(const auto rows, stages_.Read(kRows));
    BL_ASSIGN_OR_RETURN(const auto masked, stages_.Write(kMasked));
    ReleaseAccount account = DecodeAccount(rows->summary());
    Progress progress("masking", "persons", 0);
    BL_RETURN_IF_ERROR(MaskPersons(parts_, rows.get(), masked.get(), &account, Show(&progress)));
    stages_.Drop(kRows);
    return absl::OkStatus();
  }

  absl::Status ReadRows() {
    RowIntake intake(parts_, flags_.state);
    BL_ASSIGN_OR_RETURN(const auto rejects,
                        ClinicalRejects::Create(flags_.OwnFile("clinical-rejects.csv").string()));
    Progress progress("reading", "rows", 0);
    BL_RETURN_IF_ERROR(inputs_.source->ReadAll(
        *rejects, [&](const ClinicalRow& row) { return intake.Take(row); }, Show(&progress)));
    progress.Finish();
    BL_RETURN_IF_ERROR(rejects->Finish());
    NoteRejects(*rejects);
    ReleaseAccount account;
    BL_ASSIGN_OR_RETURN(const auto rows, stages_.Write(kRows));
    Progress ordering("ordering", "persons", 0);
    return intake.Finish(rows.get(), &account, Show(&ordering));
  }

  absl::Status MakeCodesCoarser() {
    if (HasAny({kCoded, kGroups})) return absl::OkStatus();
    BL_ASSIGN_OR_RETURN(const auto masked, stages_.Read(kMasked));
    BL_ASSIGN_OR_RETURN(const auto coded, stages_.Write(kCoded));
    ReleaseAccount account = DecodeAccount(masked->summary());
    Progress progress("making codes coarser", "persons", 0);
    BL_RETURN_IF_ERROR(ReleaseCodes(
        parts_, [&] { return stages_.Read(kMasked); }, coded.get(), &account, Show(&progress),
        [](const std::function<void()>& work) {
          const EndOnInterrupt end(kLastWords);
          work();
        }));
    stages_.Drop(kMasked);
    return absl::OkStatus();
  }

  absl::StatusOr<PersonGroups> FindGroups() {
    if (stages_.Has(kGroups)) {
      BL_ASSIGN_OR_RETURN(const auto found, stages_.Read(kGroups));
      return DecodeGroups(found->summary());
    }
    BL_ASSIGN_OR_RETURN(const auto coded, stages_.Read(kCoded));
    Progress progress("grouping", "persons", 0);
    BL_ASSIGN_OR_RETURN(const PersonTable persons,
                        PersonsToRecode(parts_.plan, coded.get(), Show(&progress)));
    std::optional<EndOnInterrupt> end(kLastWords);
    BL_ASSIGN_OR_RETURN(PersonGroups groups, GroupPersons(persons, *inputs_.plan));
    end.reset();
    if (!groups.report_html.empty()) {
      BL_RETURN_IF_ERROR(
          WriteFileAtomically(flags_.OwnFile("risk.html"), groups.report_html, 0600));
      BL_RETURN_IF_ERROR(
          WriteFileAtomically(flags_.OwnFile("risk.json"), groups.report_json, 0600));
    }
    BL_RETURN_IF_ERROR(groups.verdict);
    BL_ASSIGN_OR_RETURN(const auto kept, stages_.Write(kGroups));
    BL_RETURN_IF_ERROR(kept->Finish(EncodeGroups(groups)));
    return groups;
  }

  absl::Status Release() {
    BL_RETURN_IF_ERROR(CheckCodeParts(parts_));
    if (!flags_.dry_run && !stages_.Has(kGroups)) BL_RETURN_IF_ERROR(CheckIsNew());
    BL_RETURN_IF_ERROR(Mask());
    BL_RETURN_IF_ERROR(MakeCodesCoarser());
    BL_ASSIGN_OR_RETURN(const auto coded, stages_.Read(kCoded));
    const ReleaseAccount account = DecodeAccount(coded->summary());
    NoteIdleRules(parts_.plan, account.codes);
    if (parts_.codes != nullptr) NoteUnjudgedCodes(parts_.plan, *parts_.codes, account.codes);
    BL_ASSIGN_OR_RETURN(const PersonGroups groups, FindGroups());
    if (groups.out_of_range > 0) {
      fprintf(stderr,
              "note: %" PRIu64
              " numbers of persons are outside the plan's ranges and not released\n",
              groups.out_of_range);
    }
    std::vector<WrittenTable> tables;
    if (!flags_.dry_run) {
      BL_ASSIGN_OR_RETURN(tables, Write(coded.get(), groups.recoded, account));
    }
    PrintSummary(account, tables);
    return absl::OkStatus();
  }

  absl::Status CheckIsNew() const {
    for (const v1::DataProduct& product : parts_.plan.products()) {
      BL_RETURN_IF_ERROR(ExtractWriter::CheckIsNew(flags_.out, product));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<WrittenTable>> Write(StageReader* coded, const PersonTable& recoded,
                                                  const ReleaseAccount& account) {
    BL_RETURN_IF_ERROR(KeepDateRules(flags_, parts_.plan.dates()));
    BL_RETURN_IF_ERROR(MakePrivateFolder(flags_.out));
    Progress progress("writing", "persons", 0);
    return WriteExtracts(parts_, flags_.out, coded, recoded, account, manifest_, Show(&progress));
  }

  absl::Status Survey() {
    if (parts_.codes == nullptr) {
      return absl::InvalidArgumentError("--survey needs a code book: name it with --codes");
    }
    BL_ASSIGN_OR_RETURN(
        std::vector<CodeTarget> targets,
        CheckRules(std::vector(parts_.plan.codes().begin(), parts_.plan.codes().end()),
                   *parts_.codes));
    for (CodeTarget& target : targets) target.code_map.clear();
    BL_RETURN_IF_ERROR(Mask());
    CodeSurveyor surveyor(*parts_.codes, std::move(targets));
    BL_ASSIGN_OR_RETURN(const auto masked, stages_.Read(kMasked));
    Progress progress("counting codes", "persons", 0);
    BL_RETURN_IF_ERROR(SurveyCodes(masked.get(), &surveyor, Show(&progress)));
    progress.Finish();
    return WriteFileAtomically(flags_.survey, surveyor.Finish().ToText(), 0600);
  }

  const DeidentifyFlags& flags_;
  const DeidentifyInputs& inputs_;
  const ReleaseParts parts_;
  const ReleaseManifest manifest_;
  StageFolder stages_;
  const std::atomic<bool>& interrupted_;
};

}  // namespace

absl::Status Deidentify(const DeidentifyFlags& flags) {
  const std::atomic<bool>* const interrupted = CatchInterrupts();
  BL_ASSIGN_OR_RETURN(const DeidentifyInputs inputs, OpenInputs(flags));
  fputs(inputs.source->DescribeFiles().c_str(), stdout);
  fflush(stdout);
  BL_ASSIGN_OR_RETURN(ReleaseParts parts, MakeParts(flags, inputs));
  Progress progress("checking", "bytes", 0);
  uint64_t bytes = 0;
  BL_ASSIGN_OR_RETURN(ReleaseManifest manifest, MakeManifest(flags, inputs, [&](uint64_t more) {
                        progress.Set(bytes += more);
                        return *interrupted ? absl::CancelledError(kInterrupted) : absl::OkStatus();
                      }));
  progress.Finish();
  BL_ASSIGN_OR_RETURN(const StageOrigin origin, OriginOf(flags, inputs, manifest));
  const HmacSha256 key(
      inputs.record_key->DeriveReleaseKey(flags.project, flags.site).Digest("unfinished release"));
  BL_ASSIGN_OR_RETURN(StageFolder stages, StageFolder::Open(StagesOf(flags), key, origin));
  return Job(flags, inputs, std::move(parts), std::move(manifest), std::move(stages), *interrupted)
      .Run();
}

}  // namespace blindlink::agent
