#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/review_storage.pb.h"
#include "blindlink/v1/review_service.pb.h"
#include "resolver/access/grant_rules.h"
#include "resolver/results/named_decision.h"
#include "resolver/review/named_pair.h"
#include "resolver/review/reading.h"

namespace blindlink::resolver {

// Everything that people decided, sampled, asked and answered about the pairs of a project: one
// file for each event in <folder>, none of which ever changes (Forget aside). What an event says is
// durable when a function returns; after an error nothing has changed. Times are Unix seconds.
// Errors are those of review_service.proto. Thread-safe.
class ReviewRegister {
 public:
  // `rules` of the project's plan. DATA_LOSS if an event is damaged or missing.
  static absl::StatusOr<std::unique_ptr<ReviewRegister>> Open(const std::filesystem::path& folder,
                                                              const v1::ReviewRules& rules);

  // Rises with each Forget. Whoever writes what was read of a run's files takes it before they are
  // opened and hands it over: UNAVAILABLE if records, perhaps these, have been withdrawn since.
  uint64_t forgets() const;

  absl::Status Decide(const NamedPair& pair, const Person& coordinator, v1::Verdict verdict,
                      absl::string_view reason, absl::string_view run, int64_t now,
                      std::optional<uint64_t> forgets = std::nullopt);
  // Names the sample.
  absl::StatusOr<storage::v1::StoredSample> AddSample(
      storage::v1::StoredSample sample, const Person& coordinator, int64_t now,
      std::optional<uint64_t> forgets = std::nullopt);
  absl::Status Ask(const NamedPair& pair, const Person& coordinator, int64_t now,
                   std::optional<uint64_t> forgets = std::nullopt);
  // Of one site, in the order of its records.
  std::vector<v1::SiteQuestion> Questions(absl::string_view site, bool answered_too) const;
  absl::StatusOr<v1::SiteQuestion> Answer(absl::string_view question, const Person& site,
                                          v1::SiteVerdict answer, int64_t now);

  // How many events there are: what a run that starts now follows.
  uint64_t events() const;
  // What stands as link or do not link after so many events.
  std::vector<NamedDecision> DecisionsAfter(uint64_t events) const;

  // All that is known of a pair.
  struct PairReview {
    std::vector<v1::ReviewDecision> decisions;  // oldest first
    Standing standing;
    std::vector<v1::SiteAnswer> answers;  // of both sites once they are asked
    std::vector<std::string> samples;
  };
  PairReview Get(const NamedPair& pair) const;
  // Pairs that somebody decided about, in order.
  std::vector<NamedPair> DecidedPairs() const;
  // The newest one if `name` is empty.
  absl::StatusOr<storage::v1::StoredSample> Sample(absl::string_view name) const;
  std::vector<std::string> SampleNames() const;
  // Without conflicts.
  v1::ReviewStatistics Statistics() const;

  // Removes these records of a site, which were withdrawn, from all events; what was decided about
  // them no longer holds. For whoever withdraws records.
  absl::Status Forget(absl::string_view site, const std::vector<RecordPseudonym>& records);

  const v1::ReviewRules& rules() const { return rules_; }

 private:
  struct Question {
    std::string id;
    NamedRecord record;
    int64_t asked = 0;
    std::string asked_by;
    v1::SiteVerdict answer = v1::SITE_VERDICT_UNSPECIFIED;
    int64_t answered = 0;
    uint32_t answers = 0;
  };
  struct Pair {
    std::vector<v1::ReviewDecision> decisions;
    std::vector<size_t> questions;  // two, once asked
    std::vector<std::string> samples;
  };

  ReviewRegister(std::filesystem::path folder, const v1::ReviewRules& rules)
      : folder_(std::move(folder)), rules_(rules) {}

  std::filesystem::path FileOf(uint64_t number) const;
  absl::Status ReadEvents();
  // All with the lock held.
  absl::Status Append(storage::v1::StoredReviewEvent event, const Person& party, int64_t now);
  absl::Status Apply(const storage::v1::StoredReviewEvent& event);
  absl::Status ApplyDecision(const storage::v1::StoredReviewEvent& event);
  absl::Status ApplySample(const storage::v1::StoredSample& sample);
  absl::Status ApplyQuestion(const storage::v1::StoredReviewEvent& event);
  absl::Status ApplyAnswer(const storage::v1::StoredReviewEvent& event);
  absl::Status CheckForgets(std::optional<uint64_t> forgets) const;
  absl::Status CheckQuota(absl::string_view site, uint64_t more, int64_t now) const;
  absl::StatusOr<size_t> FindQuestion(absl::string_view question, absl::string_view site) const;
  static std::vector<Reading> ReadingsOf(const Pair& pair, uint64_t events);
  static v1::SiteQuestion Shown(const Question& question);

  const std::filesystem::path folder_;
  const v1::ReviewRules rules_;
  mutable std::mutex mutex_;
  uint64_t events_ = 0;
  uint64_t forgets_ = 0;
  std::map<NamedPair, Pair> pairs_;
  std::vector<Question> questions_;
  std::map<std::string, storage::v1::StoredSample, std::less<>> samples_;
};

}  // namespace blindlink::resolver
