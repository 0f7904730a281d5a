#include "agent/commands/deidentify_inputs.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/clinical/release/extract_writer.h"
#include "agent/clinical/release/person_groups.h"
#include "agent/keys/destroyed_keys.h"
#include "agent/standardize/date_order.h"
#include "common/base/encoding.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/file_digest.h"
#include "common/crypto/sha256.h"

namespace blindlink::agent {
namespace {

using OnRead = std::function<absl::Status(uint64_t bytes)>;

absl::Status OpenKeys(const DeidentifyFlags& flags, DeidentifyInputs* inputs) {
  BL_ASSIGN_OR_RETURN(TokenKey token_key, TokenKey::Read(flags.token_key));
  BL_RETURN_IF_ERROR(
      DestroyedKeys(flags.state).CheckUsable(flags.project, token_key.KeyId(flags.project)));
  inputs->token_key = std::make_unique<TokenKey>(std::move(token_key));
  const std::filesystem::path file = flags.state / "record.key";
  if (!std::filesystem::exists(file)) {
    return absl::NotFoundError(absl::StrCat(
        file.string(),
        " is missing: name the folder with which the site's records were uploaded, since "
        "extracts must name persons as the linkage does"));
  }
  BL_ASSIGN_OR_RETURN(RecordKey record_key, RecordKey::ReadOrGenerate(file));
  inputs->record_key = std::make_unique<RecordKey>(std::move(record_key));
  return absl::OkStatus();
}

absl::Status OpenSeeds(const DeidentifyFlags& flags, DeidentifyInputs* inputs) {
  if (flags.alone) return absl::OkStatus();
  BL_ASSIGN_OR_RETURN(inputs->seeds, ShiftSeeds::Read(flags.seeds));
  if (inputs->seeds->project() == flags.project) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      flags.seeds, " is of project ", inputs->seeds->project(), ", not of ", flags.project));
}

absl::Status OpenDictionaries(const DeidentifyFlags& flags, DeidentifyInputs* inputs) {
  const v1::ReleasePlan& plan = inputs->plan->proto();
  if (!flags.terms.empty()) {
    BL_ASSIGN_OR_RETURN(TermDictionary dictionary, TermDictionary::Open(flags.terms));
    inputs->dictionary = std::make_unique<TermDictionary>(std::move(dictionary));
    inputs->matcher = std::make_unique<TermMatcher>(*inputs->dictionary, plan.terms().min_right());
  }
  if (!plan.terms().dictionary().empty() &&
      (inputs->dictionary == nullptr ||
       inputs->dictionary->digest() != plan.terms().dictionary())) {
    return absl::FailedPreconditionError(
        absl::StrCat("the release plan asks for the dictionary of digest ",
                     plan.terms().dictionary(), ": name it with --terms"));
  }
  if (!flags.codes.empty()) {
    BL_ASSIGN_OR_RETURN(inputs->codes, CodeBook::Open(flags.codes));
  }
  if (!flags.code_map.empty()) {
    BL_ASSIGN_OR_RETURN(inputs->code_map, CodeMap::Open(flags.code_map));
  }
  return absl::OkStatus();
}

absl::Status OpenSource(const DeidentifyFlags& flags, DeidentifyInputs* inputs) {
  ClinicalOptions options = flags.source;
  options.date_order = ParseDateOrder(flags.date_order).value_or(DateOrder::kMonthDayYear);
  const v1::ReleasePlan& plan = inputs->plan->proto();
  for (const v1::QuasiIdentifier& identifier : plan.quasi_identifiers()) {
    options.person_columns.push_back(identifier.column());
  }
  for (const v1::SensitiveColumn& sensitive : plan.targets().sensitive()) {
    options.person_columns.push_back(sensitive.column());
  }
  BL_ASSIGN_OR_RETURN(inputs->source, ClinicalSource::Open(options));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<DigestedFile>> Digests(const std::vector<std::string>& paths,
                                                  const OnRead& read) {
  std::vector<DigestedFile> files;
  for (const std::string& path : paths) {
    if (path.empty()) continue;
    BL_ASSIGN_OR_RETURN(const Sha256Digest digest, DigestOfFile(path, read));
    files.push_back({std::filesystem::path(path).filename().string(), HexEncode(AsView(digest))});
  }
  return files;
}

std::string Together(const std::vector<DigestedFile>& files) {
  std::string all;
  for (const DigestedFile& file : files) {
    AppendText32(file.file, &all);
    AppendText32(file.sha256, &all);
  }
  return HexEncode(AsView(Sha256Of(all)));
}

}  // namespace

std::filesystem::path DeidentifyFlags::OwnFile(absl::string_view ending) const {
  return state / absl::StrCat(project, ".", site, ".", dataset, ".", ending);
}

absl::StatusOr<DeidentifyInputs> OpenInputs(const DeidentifyFlags& flags) {
  DeidentifyInputs inputs;
  BL_ASSIGN_OR_RETURN(inputs.plan, ReleasePlan::Load(flags.release));
  for (const v1::DataProduct& product : inputs.plan->proto().products()) {
    BL_RETURN_IF_ERROR(ExtractWriter::Check(product));
  }
  BL_RETURN_IF_ERROR(OpenKeys(flags, &inputs));
  BL_RETURN_IF_ERROR(OpenSeeds(flags, &inputs));
  BL_RETURN_IF_ERROR(OpenDictionaries(flags, &inputs));
  BL_RETURN_IF_ERROR(OpenSource(flags, &inputs));
  return inputs;
}

absl::StatusOr<ReleaseParts> MakeParts(const DeidentifyFlags& flags,
                                       const DeidentifyInputs& inputs) {
  const v1::ReleasePlan& plan = inputs.plan->proto();
  BL_ASSIGN_OR_RETURN(DateMask dates, DateMask::Make(plan.dates()));
  const TokenKey& key = *inputs.token_key;
  const RecordKey* const record_key = inputs.record_key.get();
  return ReleaseParts{
      .plan = plan,
      .pseudonym_of =
          [record_key, &flags](absl::string_view person) {
            return record_key->PseudonymOf(flags.project, flags.site, person);
          },
      .seeds = inputs.seeds.has_value() ? &*inputs.seeds : nullptr,
      .shift = DateShift(key.DeriveReleaseKey(flags.project, DateShift::kPurpose), plan.dates()),
      .dates = std::move(dates),
      .ids = ReleaseIds(record_key->DeriveReleaseKey(flags.project, flags.site),
                        key.DeriveReleaseKey(flags.project, ReleaseIds::kReceiptPurpose)),
      .terms = inputs.matcher.get(),
      .codes = inputs.codes.has_value() ? &*inputs.codes : nullptr,
      .code_map = inputs.code_map.has_value() ? &*inputs.code_map : nullptr};
}

absl::StatusOr<ReleaseManifest> MakeManifest(const DeidentifyFlags& flags,
                                             const DeidentifyInputs& inputs, const OnRead& read) {
  const v1::ReleasePlan& plan = inputs.plan->proto();
  ReleaseManifest manifest;
  manifest.project = flags.project;
  manifest.run = inputs.seeds.has_value() ? inputs.seeds->run() : "";
  manifest.site = flags.site;
  manifest.dataset = flags.dataset;
  manifest.plan_name = plan.name();
  manifest.plan_version = plan.version();
  manifest.plan_digest = HexEncode(AsView(inputs.plan->digest()));
  manifest.k = plan.targets().k();
  manifest.key_id = HexEncode(inputs.token_key->KeyId(flags.project));
  std::vector<std::string> files;
  for (const ClinicalFile& file : inputs.source->files()) {
    if (file.layout != nullptr) files.push_back(file.path);
  }
  BL_ASSIGN_OR_RETURN(manifest.inputs, Digests(files, read));
  BL_ASSIGN_OR_RETURN(manifest.dictionaries,
                      Digests({flags.terms, flags.codes, flags.code_map}, read));
  BL_ASSIGN_OR_RETURN(manifest.hierarchies, Digests(HierarchyFilesOf(*inputs.plan), read));
  return manifest;
}

absl::StatusOr<StageOrigin> OriginOf(const DeidentifyFlags& flags, const DeidentifyInputs& inputs,
                                     const ReleaseManifest& manifest) {
  BL_ASSIGN_OR_RETURN(const Sha256Digest program, DigestOfFile("/proc/self/exe"));
  BL_ASSIGN_OR_RETURN(const std::vector<DigestedFile> seeds, Digests({flags.seeds}, nullptr));
  return StageOrigin{{"the inputs", Together(manifest.inputs)},
                     {"how they are understood",
                      absl::StrCat(flags.date_order, "\n", inputs.source->DescribeFiles())},
                     {"the release plan", manifest.plan_digest},
                     {"its hierarchies", Together(manifest.hierarchies)},
                     {"the dictionaries", Together(manifest.dictionaries)},
                     {"the seeds", Together(seeds)},
                     {"the token key", manifest.key_id},
                     {"the program", HexEncode(AsView(program))}};
}

}  // namespace blindlink::agent
