#include "agent/synthetic/synthesis_run.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/synthetic/budget.h"
#include "agent/synthetic/history_files.h"
#include "agent/synthetic/history_model.h"
#include "agent/synthetic/synthesis_report.h"
#include "agent/synthetic/synthesis_spec.h"
#include "agent/synthetic/synthesizer.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

absl::Status CheckOptions(const SynthesisOptions& options, const SynthesisSpec& spec) {
  if (options.seed && spec.proto.epsilon() > 0) {
    return absl::InvalidArgumentError(
        "a seed would let others remove the noise: leave --seed out, or set epsilon to 0");
  }
  const bool has_claims = !options.claims.empty() && !options.diagnoses.empty();
  if (spec.proto.has_claims() != has_claims ||
      options.claims.empty() != options.diagnoses.empty()) {
    return absl::InvalidArgumentError(
        spec.proto.has_claims()
            ? "the spec has claims: name the files with --claims and --diagnoses"
            : "the spec has no claims: leave out --claims and --diagnoses, or add them to it");
  }
  if (!options.holdout.empty() && options.report.empty()) {
    return absl::InvalidArgumentError("--holdout is for the report: add --report");
  }
  std::error_code error;
  if (std::filesystem::exists(options.out, error) &&
      !std::filesystem::is_empty(options.out, error)) {
    return absl::AlreadyExistsError(
        absl::StrCat(options.out, " is not an empty folder: choose another --out"));
  }
  return absl::OkStatus();
}

// One run; its steps in the order of the members.
class Run {
 public:
  Run(const SynthesisOptions& options, const SynthesisSpec& spec,
      std::unique_ptr<RandomSource> random)
      : options_(options),
        spec_(spec),
        random_(std::move(random)),
        budget_(spec.proto.epsilon() > 0 ? RhoOf(spec.proto.epsilon(), spec.proto.delta()) : 0),
        person_domains_(spec.columns) {
    if (spec.proto.has_claims()) model_ = std::make_unique<HistoryModel>(spec);
  }

  absl::Status ReadInput() {
    Begin("reading");
    BL_ASSIGN_OR_RETURN(read_,
                        ReadCodedTable(options_.input, spec_.columns, model_ ? "local_id" : ""));
    summary_.real_persons = read_.table.rows();
    summary_.rejects = read_.rejects;
    if (!model_) return absl::OkStatus();
    BL_RETURN_IF_ERROR(CheckKeys());
    BL_ASSIGN_OR_RETURN(ReadHistories histories, ReadVisits(options_.claims, options_.diagnoses,
                                                            spec_, model_->settings(), read_.keys));
    histories_ = std::move(histories.histories);
    summary_.real_visits = histories.visits;
    summary_.claims_left_out = histories.left_out;
    summary_.claims_repeated = histories.repeated;
    summary_.diagnoses_left_out = histories.diagnoses_left_out;
    summary_.claims_rejects = histories.claims_rejects;
    summary_.diagnoses_rejects = histories.diagnoses_rejects;
    AddVisitsColumn(histories_, &read_.table);
    person_domains_.push_back(model_->visits_domain());
    return absl::OkStatus();
  }

  void Synthesize() {
    Begin("synthesizing persons");
    const v1::SyntheticClaims& claims = spec_.proto.claims();
    const double for_visits = model_ ? claims.share() * budget_.rho() : 0;
    NoisyCounter counter("persons", read_.table, 1, budget_, *random_);
    SynthesizedTable made = SynthesizeTable(person_domains_, counter, budget_.rho() - for_visits,
                                            spec_.proto.rows(), *random_);
    persons_ = std::move(made.table);
    summary_.persons_noise = made.noise;
    if (!model_) return;
    Begin("synthesizing visits");
    const uint64_t limit = budget_.is_private() ? claims.visits_per_person() : 0;
    const CodedTable steps = model_->StepsOf(histories_, read_.table, limit, *random_);
    NoisyCounter step_counter("visits", steps, std::max<uint64_t>(limit, 1), budget_, *random_);
    // So many rows that few visits are drawn twice.
    constexpr uint64_t kSteps = 50'000;
    made = SynthesizeTable(model_->domains(), step_counter, for_visits, kSteps, *random_);
    summary_.visits_noise = made.noise;
    made_histories_ = model_->Draw(persons_, made.table, *random_);
  }

  absl::Status Write() {
    Begin("writing");
    BL_RETURN_IF_ERROR(MakePrivateFolder(options_.out));
    const std::filesystem::path out(options_.out);
    BL_RETURN_IF_ERROR(WriteCodedTable(out / "persons.csv", spec_.columns, persons_,
                                       read_.delimiter, model_ != nullptr, *random_));
    summary_.persons = persons_.rows();
    if (model_) {
      BL_ASSIGN_OR_RETURN(summary_.visits, WriteHistories(out, made_histories_, spec_, *model_));
    }
    summary_.epsilon = spec_.proto.epsilon();
    summary_.delta = spec_.proto.delta();
    summary_.rho = budget_.rho();
    summary_.rho_spent = budget_.spent();
    return WriteFileAtomically(out / "synthesis.json",
                               SynthesisToJson(spec_, budget_, summary_.persons, summary_.visits),
                               0600);
  }

  absl::Status WriteReport() {
    if (options_.report.empty()) return absl::OkStatus();
    Begin("comparing with the real data");
    // Only the spec's columns: a hold-out has no visits.
    CodedTable real = OnlySpecColumns(read_.table), made = OnlySpecColumns(persons_);
    std::vector<TableReport> tables{
        {"persons", &spec_.columns, &real, &made, CompareTables(real, made), {}}};
    if (!options_.holdout.empty()) {
      BL_ASSIGN_OR_RETURN(const ReadTable holdout, ReadCodedTable(options_.holdout, spec_.columns));
      tables[0].privacy = CheckPrivacy(spec_.columns, real, holdout.table, made);
    }
    CodedTable steps, made_steps;
    if (model_) {
      steps = model_->StepsOf(histories_, read_.table, 0, *random_);
      made_steps = model_->StepsOf(made_histories_, persons_, 0, *random_);
      tables.push_back({"visits",
                        &model_->domains(),
                        &steps,
                        &made_steps,
                        CompareTables(steps, made_steps),
                        {}});
    }
    BL_RETURN_IF_ERROR(
        WriteFileAtomically(options_.report, ReportToHtml(spec_, budget_, tables), 0600));
    const std::filesystem::path json =
        std::filesystem::path(options_.report).replace_extension(".json");
    return WriteFileAtomically(json, ReportToJson(spec_, budget_, tables), 0600);
  }

  const SynthesisSummary& summary() const { return summary_; }

 private:
  void Begin(const char* activity) const {
    if (options_.progress) options_.progress(activity);
  }

  // A person with two rows would count twice.
  absl::Status CheckKeys() const {
    std::unordered_set<std::string> seen;
    for (size_t row = 0; row < read_.keys.size(); ++row) {
      if (!seen.insert(read_.keys[row]).second) {
        return absl::InvalidArgumentError(
            absl::StrCat(options_.input, ", row ", row + 1,
                         ", column local_id: stands in an earlier row too; one row a person is "
                         "needed"));
      }
    }
    return absl::OkStatus();
  }

  void AddVisitsColumn(const std::vector<History>& histories, CodedTable* table) const {
    const Domain& domain = model_->visits_domain();
    const auto most = static_cast<size_t>(spec_.proto.claims().max_visits());
    table->sizes.push_back(domain.size());
    std::vector<uint16_t>& column = table->columns.emplace_back();
    for (const History& history : histories) {
      const auto visits = static_cast<int64_t>(std::min(history.size(), most));
      column.push_back(static_cast<uint16_t>(domain.CodeOfNumber(visits)));
    }
  }

  CodedTable OnlySpecColumns(const CodedTable& table) const {
    CodedTable part = table;
    part.sizes.resize(spec_.columns.size());
    part.columns.resize(spec_.columns.size());
    return part;
  }

  const SynthesisOptions& options_;
  const SynthesisSpec& spec_;
  const std::unique_ptr<RandomSource> random_;
  Budget budget_;
  std::vector<Domain> person_domains_;
  std::unique_ptr<HistoryModel> model_;  // null: no claims
  ReadTable read_;
  std::vector<History> histories_, made_histories_;
  CodedTable persons_;
  SynthesisSummary summary_;
};

}  // namespace

absl::StatusOr<SynthesisSummary> RunSynthesis(const SynthesisOptions& options) {
  BL_ASSIGN_OR_RETURN(const SynthesisSpec spec, LoadSynthesisSpec(options.spec));
  BL_RETURN_IF_ERROR(CheckOptions(options, spec));
  Run run(options, spec, options.seed ? SeededRandom(*options.seed) : SystemRandom());
  BL_RETURN_IF_ERROR(run.ReadInput());
  run.Synthesize();
  BL_RETURN_IF_ERROR(run.Write());
  BL_RETURN_IF_ERROR(run.WriteReport());
  return run.summary();
}

}  // namespace blindlink::agent
