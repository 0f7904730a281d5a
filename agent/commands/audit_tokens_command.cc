#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "agent/commands/commands.h"
#include "agent/commands/input_flags.h"
#include "agent/keys/token_key.h"
#include "agent/padding/fake_records.h"
#include "agent/pipeline/pseudonym_order.h"
#include "agent/token_audit/audit_report.h"
#include "agent/token_audit/naming.h"
#include "agent/token_audit/naming_verdict.h"
#include "agent/token_audit/site_truth.h"
#include "agent/tokenfile/token_file_reader.h"
#include "common/base/status_macros.h"
#include "common/cli/passphrase_flag.h"
#include "common/cli/report_output.h"
#include "common/telemetry/progress.h"
#include "common/token_audit/audit_verdict.h"
#include "common/token_audit/token_audit.h"
#include "common/tokens/token_block.h"

namespace blindlink::agent {
namespace {

struct AuditFlags {
  std::string tokens;
  std::string plan;
  InputFlags truth;
  std::string state;
  std::vector<std::string> names;
  std::string folder;
  std::string json;
  TokenAuditOptions options;
  uint64_t memory_mib = 256;
  bool without_evidence = false;
};

// What the attacker is told: everything, or what is left in an index that hides some of it.
void Hide(const AuditFlags& flags, v1::TokenBlock* block) {
  if (!flags.without_evidence) return;
  for (v1::TokenColumn& column : *block->mutable_columns()) {
    std::fill(column.mutable_evidence()->begin(), column.mutable_evidence()->end(), '\0');
  }
}

absl::StatusOr<v1::UploadManifest> AddFile(const AuditFlags& flags, const Plan& plan,
                                           TokenAudit* audit,
                                           std::vector<RecordPseudonym>* records) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TokenFileReader> file,
                      TokenFileReader::Open(flags.tokens));
  v1::UploadManifest manifest = file->header().manifest();
  if (manifest.tokenization_digest() != AsView(plan.tokenization_digest())) {
    return absl::FailedPreconditionError(
        absl::StrCat(flags.tokens, " was made under another plan than ", flags.plan, ": under ",
                     file->header().plan_name(), "; name that plan with --plan"));
  }
  Progress progress("reading tokens", "records", 0);
  v1::TokenBlock block;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, file->Next(&block));
    if (!more) break;
    BL_RETURN_IF_ERROR(CheckBlock(block, plan));
    Hide(flags, &block);
    BL_RETURN_IF_ERROR(audit->Add(block));
    for (size_t i = 0; i < RecordCountOf(block); ++i) {
      records->push_back(
          RecordPseudonym::FromBytes(block.record_ids().data() + i * RecordPseudonym::kSize));
    }
    progress.Set(records->size(), file->ShareRead());
  }
  progress.Finish();
  return manifest;
}

// The site's records with its fakes among them, which have no values, in the order of a token file.
class AmongFakes : public RecordSource {
 public:
  // All must outlive it. `order`: the records of the token file.
  AmongFakes(const Plan& plan, RecordSource& people, const std::vector<RecordPseudonym>& order,
             const FakeMark& mark)
      : fields_(static_cast<size_t>(plan.proto().fields_size())),
        people_(people),
        order_(order),
        mark_(mark) {}

  absl::StatusOr<std::optional<RawRecord>> Next() override {
    const size_t at = at_++;
    if (at >= order_.size() || !mark_.IsOn(order_[at])) return people_.Next();
    RawRecord fake;
    fake.values.resize(fields_);
    fake.pseudonym = order_[at];
    return std::optional<RawRecord>(std::move(fake));
  }
  double ShareRead() const override { return people_.ShareRead(); }

 private:
  const size_t fields_;
  RecordSource& people_;
  const std::vector<RecordPseudonym>& order_;
  const FakeMark mark_;
  size_t at_ = 0;
};

// Of the records in `order`, and no others, or an error.
absl::Status ReadTruth(const AuditFlags& flags, const Plan& plan,
                       const v1::UploadManifest& manifest,
                       const std::vector<RecordPseudonym>& order, SiteTruth* truth) {
  const std::filesystem::path key_file = std::filesystem::path(flags.state) / "record.key";
  if (flags.state.empty() || !std::filesystem::exists(key_file)) {
    return absl::NotFoundError(
        "--truth needs --state, the folder with the record.key that the token file was made with");
  }
  BL_ASSIGN_OR_RETURN(const RecordKey key, RecordKey::ReadOrGenerate(key_file));
  RejectLog rejects;
  BL_ASSIGN_OR_RETURN(const OpenedInput input, OpenInput(flags.truth.ToOptions(), plan, rejects));
  PseudonymOrder records(plan, input.standardize,
                         [&](absl::string_view id, uint64_t person) {
                           return key.PseudonymOf(manifest.project(), manifest.site(), id, person);
                         },
                         rejects, {.folder = flags.folder});
  BL_RETURN_IF_ERROR(records.ReadAll(*input.source, [](uint64_t) { return absl::OkStatus(); }));
  Progress progress("reading the truth", "records", 0);
  AmongFakes all(plan, records, order,
                 FakeMark(key.DeriveFakeMarkKey(manifest.project(), manifest.site())));
  BL_ASSIGN_OR_RETURN(
      const std::vector<RecordPseudonym> read,
      ReadSiteTruth(
          all, plan, input.standardize,
          [&](uint64_t count) { progress.Set(count, records.ShareRead()); }, truth));
  progress.Finish();
  if (read == order) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(flags.truth.input,
                                                    " does not have the records of ", flags.tokens,
                                                    ", or --state is not the folder of that time"));
}

// --names FIELD=FILE, by field.
absl::StatusOr<NameLists> ReadNames(const AuditFlags& flags, const Plan& plan) {
  NameLists lists;
  for (const std::string& flag : flags.names) {
    const size_t equals = flag.find('=');
    const std::optional<size_t> field = plan.FindField(flag.substr(0, equals));
    if (equals == std::string::npos || !field.has_value()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--names must be FIELD=FILE with a field of the plan, not ", flag));
    }
    BL_ASSIGN_OR_RETURN(lists[*field],
                        ReadNameList(flag.substr(equals + 1),
                                     plan.proto().fields(static_cast<int>(*field)).standardizer()));
  }
  return lists;
}

void NameBothNames(const Plan& plan, const TokenAudit& audit, const SiteTruth& truth,
                   AuditReport* report) {
  const Naming* first = nullptr;
  const Naming* last = nullptr;
  for (const Naming& naming : report->best) {
    const auto field = static_cast<int>(audit.layout().targets()[naming.target]);
    const auto standardizer = plan.proto().fields(field).standardizer();
    if (standardizer == v1::GIVEN_NAME && first == nullptr) first = &naming;
    if (standardizer == v1::SURNAME && last == nullptr) last = &naming;
  }
  if (first == nullptr || last == nullptr) return;
  report->both = NameBoth(*first, truth.column(first->target), *last, truth.column(last->target));
}

absl::Status NameRecords(const AuditFlags& flags, const Plan& plan,
                         const v1::UploadManifest& manifest,
                         const std::vector<RecordPseudonym>& records, TokenAudit* audit,
                         AuditReport* report) {
  BL_ASSIGN_OR_RETURN(const NameLists lists, ReadNames(flags, plan));
  SiteTruth truth(plan, audit->layout());
  BL_RETURN_IF_ERROR(ReadTruth(flags, plan, manifest, records, &truth));
  report->namings = NameByAllWays(*audit, truth, lists);
  report->best = BestOfEachTarget(report->namings);
  NameBothNames(plan, *audit, truth, report);
  return absl::OkStatus();
}

// Adds what exceeds the plan's thresholds.
void Judge(const Plan& plan, const TokenAudit& audit, AuditReport* report) {
  if (!plan.proto().has_audit()) return;
  v1::TokenSetAudit verdict = JudgeTokenSet(report->findings, audit.layout(), plan);
  JudgeNaming(report->best, audit.layout(), plan, &verdict);
  report->exceeded.assign(verdict.exceeded().begin(), verdict.exceeded().end());
}

absl::Status AuditTokens(AuditFlags flags) {
  BL_ASSIGN_OR_RETURN(const Plan plan, LoadPlan(flags.plan));
  if (flags.folder.empty()) {
    flags.folder = std::filesystem::absolute(flags.tokens).parent_path().string();
  }
  flags.options.folder = flags.folder;
  if (plan.proto().has_audit()) flags.options.class_size = plan.proto().audit().class_size();
  flags.options.memory_budget = flags.memory_mib << 20;
  TokenAudit audit(plan, flags.options);
  std::vector<RecordPseudonym> records;
  BL_ASSIGN_OR_RETURN(const v1::UploadManifest manifest, AddFile(flags, plan, &audit, &records));
  AuditReport report;
  report.tokens = flags.tokens;
  report.class_size = flags.options.class_size;
  BL_ASSIGN_OR_RETURN(report.findings, audit.Finish());
  if (!flags.truth.input.empty()) {
    BL_RETURN_IF_ERROR(NameRecords(flags, plan, manifest, records, &audit, &report));
  }
  Judge(plan, audit, &report);
  BL_RETURN_IF_ERROR(PrintReport(AuditToText(report, plan), AuditToJson(report, plan), flags.json));
  if (report.exceeded.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(flags.tokens, " shows more than the plan's audit thresholds allow"));
}

}  // namespace

Command AddAuditTokensCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "audit-tokens", "Attack a token file before it is sent, as somebody without the token key");
  auto flags = std::make_shared<AuditFlags>();
  command->add_option("--tokens", flags->tokens, "The token file (.bltok)")->required();
  command->add_option("--plan", flags->plan, "The plan it was made under (.textproto)")->required();
  command->add_option("--truth", flags->truth.input,
                      "The file of records that it was made from; adds the share named rightly");
  command->add_option("--columns", flags->truth.columns, "Columns of --truth: role=header,...");
  command->add_option("--date-order", flags->truth.date_order, "Of --truth: ymd, mdy or dmy");
  command->add_option("--state", flags->state,
                      "This site's folder, with the record key; for --truth");
  AddPassphraseFlag(*command);
  command->add_option("--names", flags->names,
                      "FIELD=FILE: a public list of how common values are, CSV with value and "
                      "frequency [how common they are at this site]");
  command->add_option("--memory-mib", flags->memory_mib, "For sorting [256]")
      ->check(CLI::Range(16, 1 << 20));
  command->add_flag("--without-evidence", flags->without_evidence,
                    "What is left of it if the evidence codes are enciphered");
  command->add_option("--temporary", flags->folder,
                      "Folder of a temporary file [that of --tokens]");
  AddJsonFlag(*command, "the report", &flags->json);
  command->footer(
      "Example:\n  blindlink-agent audit-tokens --tokens general.bltok --plan us-guarded.textproto "
      "\\\n"
      "      --truth patients.csv --state state --names last_name=surnames.csv");
  return {command, [flags] { return AuditTokens(*flags); }};
}

}  // namespace blindlink::agent
