#include "agent/commands/tokenize_job.h"

#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <thread>
#include <utility>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "agent/address_reference/address_validator.h"
#include "agent/commands/interrupt.h"
#include "agent/keys/destroyed_keys.h"
#include "agent/pipeline/record_map.h"
#include "agent/pipeline/tokenize_input.h"
#include "agent/standardize/standardizer_version.h"
#include "agent/token_audit/auditing_sink.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/passphrase_flag.h"
#include "common/cli/report_output.h"
#include "common/plan/oblivious_key.h"
#include "common/telemetry/progress.h"

namespace blindlink::agent {
namespace {

ContradictingRows ContradictingRowsOf(const std::string& flag) {
  if (flag == "keep") return ContradictingRows::kKeep;
  return flag == "refuse" ? ContradictingRows::kRefuse : ContradictingRows::kSplit;
}

v1::DatasetKind KindOf(const std::string& flag) {
  if (flag == "replacement") return v1::REPLACEMENT;
  return flag == "correction" ? v1::CORRECTION : v1::APPEND;
}

void SayThatKeyIsNew(const std::filesystem::path& file) {
  fprintf(
      stderr,
      "note: made a new record key, %s: record pseudonyms differ from those of every other state "
      "folder. If this site has uploaded before, name the folder of that time with --state\n",
      file.c_str());
}

void SayThatRowsContradict(const RejectLog::Counts& rejects, const std::string& kept) {
  uint64_t rows = 0;
  for (const auto& [what, count] : rejects) rows += what.second == kAnotherPerson ? count : 0;
  if (rows == 0) return;
  fprintf(
      stderr,
      "note: %" PRIu64
      " rows have the record id of another row but contradict it in sex, birth date or name; they "
      "were %s (--contradicting-rows). The rejects file says which rows\n",
      rows, kept == "keep" ? "kept as one record" : "taken as other people, with own pseudonyms");
}

}  // namespace

void AddTokenizeFlags(CLI::App& app, TokenizeFlags* flags) {
  AddInputFlags(app, &flags->input);
  app.add_option("--project", flags->project, "Name of the project")->required()->check(IsName());
  app.add_option("--site", flags->site, "Name of this site, as in its certificate")
      ->required()
      ->check(IsName());
  app.add_option("--dataset", flags->dataset, "Name of this set of records")
      ->required()
      ->check(IsName());
  app.add_option("--token-key", flags->token_key, "The project's token key (keygen)")->required();
  AddPassphraseFlag(app);
  app.add_option("--state", flags->state,
                 "This site's folder for its record key, the record map and rejects")
      ->required();
  app.add_option("--rejects", flags->rejects,
                 "CSV of what is not used and why [STATE/PROJECT.SITE.DATASET.rejects.csv]");
  app.add_flag("--one-record-per-person", flags->one_record_per_person,
               "Declare that no person has two records here: pairs are chosen accordingly");
  app.add_option("--kind", flags->kind,
                 "append (adds to the site's other datasets), replacement (takes their place) or "
                 "correction (its records take the place of those with the same ids) [append]")
      ->check(CLI::IsMember({"append", "replacement", "correction"}));
  app.add_option("--replaces", flags->replaces,
                 "With --kind replacement: the dataset that it replaces [all of this site]")
      ->check(IsName());
  app.add_option("--contradicting-rows", flags->contradicting_rows,
                 "Rows with one record id that contradict each other in sex, birth date or name: "
                 "split (one record for each person), keep (one record) or refuse [split]")
      ->check(CLI::IsMember({"split", "keep", "refuse"}));
  app.add_option("--address-changes", flags->address_changes,
                 "CSV of the rows whose address is completed from --address-reference");
  app.add_option("--threads", flags->threads, "Threads that tokenize [one per processor]")
      ->check(CLI::Range(1, 1024));
  AddJsonFlag(app, "the summary", &flags->json);
}

absl::StatusOr<std::unique_ptr<TokenizeJob>> TokenizeJob::Open(const TokenizeFlags& flags,
                                                               const Plan& plan,
                                                               BlindEvaluator* evaluator) {
  if (!flags.replaces.empty() && flags.kind != "replacement") {
    return absl::InvalidArgumentError("--replaces needs --kind replacement");
  }
  if (!flags.address_changes.empty() && flags.input.address_reference.empty()) {
    return absl::InvalidArgumentError("--address-changes needs --address-reference");
  }
  std::optional<ObliviousTokens> oblivious;
  if (NeedsKeyServer(plan.proto()) && !flags.dry_run) {
    BL_ASSIGN_OR_RETURN(oblivious, ObliviousTokens::Create(plan, evaluator));
  }
  BL_ASSIGN_OR_RETURN(TokenKey token_key, TokenKey::Read(flags.token_key));
  const std::filesystem::path state = flags.state;
  BL_RETURN_IF_ERROR(
      DestroyedKeys(state).CheckUsable(flags.project, token_key.KeyId(flags.project)));
  BL_RETURN_IF_ERROR(MakePrivateFolder(state));
  const std::filesystem::path key_file = state / "record.key";
  bool is_new_key = false;
  BL_ASSIGN_OR_RETURN(RecordKey record_key, RecordKey::ReadOrGenerate(key_file, &is_new_key));
  if (is_new_key) SayThatKeyIsNew(key_file);
  auto job =
      absl::WrapUnique(new TokenizeJob(flags, plan, std::move(token_key), std::move(record_key)));
  const bool count_only = flags.dry_run && flags.rejects.empty();
  if (count_only) {
    job->rejects_ = std::make_unique<RejectLog>();
  } else {
    BL_ASSIGN_OR_RETURN(
        job->rejects_,
        RejectLog::Create(flags.rejects.empty() ? job->StateFile("rejects.csv") : flags.rejects));
  }
  BL_ASSIGN_OR_RETURN(job->address_reference_, LoadAddressReference(flags.input));
  InputOptions options = flags.input.ToOptions();
  options.scratch = flags.state;
  BL_ASSIGN_OR_RETURN(job->input_, OpenInput(options, plan, *job->rejects_));
  PrintNotes(job->input_);
  job->oblivious_ = oblivious;
  if (job->oblivious_.has_value()) BL_RETURN_IF_ERROR(job->oblivious_->CheckKeyServer());
  return job;
}

v1::UploadManifest TokenizeJob::Manifest() const {
  v1::UploadManifest manifest;
  manifest.set_project(flags_.project);
  manifest.set_site(flags_.site);
  manifest.set_dataset(flags_.dataset);
  manifest.set_tokenization_digest(std::string(AsView(plan_.tokenization_digest())));
  manifest.set_standardizer_version(std::string(kStandardizerVersion));
  manifest.set_token_key_id(token_key_.KeyId(flags_.project));
  manifest.set_one_record_per_person(flags_.one_record_per_person);
  manifest.set_kind(KindOf(flags_.kind));
  manifest.set_replaces(flags_.replaces);
  return manifest;
}

absl::StatusOr<TokenizeSummary> TokenizeJob::Run(const std::string& activity, BlockSink& sink) {
  const auto start = std::chrono::steady_clock::now();
  std::optional<AddressValidator> addresses;
  std::optional<AddressChangeLog> changes;
  AddressFindings findings;
  if (address_reference_ != nullptr) addresses.emplace(*address_reference_, plan_);
  if (!flags_.address_changes.empty()) {
    BL_ASSIGN_OR_RETURN(changes, AddressChangeLog::Create(flags_.address_changes));
  }
  const TokenizerSetup setup(plan_, token_key_, flags_.project, input_.standardize,
                             addresses.has_value() ? &*addresses : nullptr);
  std::optional<RecordMap> map;
  if (!flags_.dry_run) {
    BL_ASSIGN_OR_RETURN(map, RecordMap::Create(StateFile("map.csv")));
  }
  Progress reading("reading", "rows", 0);
  std::optional<Progress> progress;
  PipelineOptions options{.project = flags_.project,
                          .site = flags_.site,
                          .dataset = flags_.dataset,
                          .token_key_id = token_key_.KeyId(flags_.project)};
  options.order = {.folder = flags_.state,
                   .contradicting_rows = ContradictingRowsOf(flags_.contradicting_rows)};
  options.threads =
      flags_.threads > 0 ? flags_.threads : std::max(1u, std::thread::hardware_concurrency());
  options.reading = [&](uint64_t rows, double share) { reading.Set(rows, share); };
  options.progress = [&](uint64_t records, double share) {
    if (!progress.has_value()) {
      reading.Finish();
      progress.emplace(activity, "records", 0);
    }
    progress->Set(records, share);
  };
  options.addresses = &findings;
  options.address_changes = changes.has_value() ? &*changes : nullptr;
  options.oblivious = oblivious_.has_value() ? &*oblivious_ : nullptr;
  options.only_count = flags_.dry_run;
  options.cancel = CatchInterrupts();
  std::optional<AuditingSink> audit;
  if (plan_.proto().has_audit() && !flags_.dry_run) audit.emplace(plan_, flags_.state, sink);
  BlockSink& first = audit.has_value() ? *audit : sink;
  if (audit.has_value()) options.truth = &audit->truth();
  TokenizeSummary summary;
  options.added = &summary.added;
  BL_ASSIGN_OR_RETURN(summary.counts,
                      TokenizeInput(*input_.source, *rejects_, setup, record_key_, options, first,
                                    map.has_value() ? &*map : nullptr));
  if (progress.has_value()) progress->Finish();
  if (audit.has_value()) {
    BL_ASSIGN_OR_RETURN(*summary.counts.mutable_audit(), audit->Finish());
  }
  BL_RETURN_IF_ERROR(rejects_->Finish());
  summary.manifest = Manifest();
  summary.rejects = rejects_->counts();
  SayThatRowsContradict(summary.rejects, flags_.contradicting_rows);
  if (addresses.has_value()) summary.addresses = findings.counts;
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return summary;
}

absl::Status TokenizeJob::Report(const TokenizeSummary& summary) const {
  return PrintReport(SummaryToText(summary, plan_), SummaryToJson(summary, plan_), flags_.json);
}

std::string TokenizeJob::StateFile(const std::string& ending) const {
  const std::string name =
      absl::StrCat(flags_.project, ".", flags_.site, ".", flags_.dataset, ".", ending);
  return (std::filesystem::path(flags_.state) / name).string();
}

}  // namespace blindlink::agent
