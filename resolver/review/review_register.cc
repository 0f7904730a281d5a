#include "resolver/review/review_register.h"

#include <algorithm>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/random.h"
#include "resolver/review/reader_agreement.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

constexpr uint64_t kMostEvents = 1'000'000;
constexpr size_t kShortestReason = 10;  // bytes
constexpr size_t kQuestionBytes = 16;
constexpr uint32_t kMostAnswers = 20;  // to one question
constexpr int64_t kQuotaSeconds = int64_t{30} * 86400;

std::string RandomQuestion() {
  const SecretBytes bytes = RandomBytes(kQuestionBytes);
  return {reinterpret_cast<const char*>(bytes.Reveal().data()), bytes.size()};
}

absl::Status CheckReason(absl::string_view reason) {
  BL_RETURN_IF_ERROR(CheckPlainText("reason", reason));
  if (absl::StripAsciiWhitespace(reason).size() >= kShortestReason) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "reason: say it in words, in a sentence or more, without any value of a person");
}

}  // namespace

absl::StatusOr<std::unique_ptr<ReviewRegister>> ReviewRegister::Open(
    const std::filesystem::path& folder, const v1::ReviewRules& rules) {
  BL_RETURN_IF_ERROR(MakePrivateFolder(folder));
  std::unique_ptr<ReviewRegister> review(new ReviewRegister(folder, rules));
  BL_RETURN_IF_ERROR(review->ReadEvents());
  return review;
}

std::filesystem::path ReviewRegister::FileOf(uint64_t number) const {
  return folder_ / absl::StrFormat("event-%09d.pb", number);
}

absl::Status ReviewRegister::ReadEvents() {
  uint64_t files = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    files += entry.path().extension() == ".pb" ? 1 : 0;
  }
  if (error) return ErrnoStatus(error.value(), "read", folder_);
  const std::lock_guard lock(mutex_);
  for (uint64_t number = 1; number <= files; ++number) {
    const std::filesystem::path file = FileOf(number);
    storage::v1::StoredReviewEvent event;
    if (!std::filesystem::exists(file)) {
      return absl::DataLossError(
          absl::StrCat(file.string(), " is missing: restore it from a backup"));
    }
    BL_RETURN_IF_ERROR(ReadStored(file, "restore it from a backup", &event));
    const absl::Status applied =
        event.number() == number ? Apply(event) : absl::DataLossError("it is of another number");
    if (!applied.ok()) {
      return absl::DataLossError(absl::StrCat(file.string(), " is damaged (", applied.message(),
                                              "): restore it from a backup"));
    }
    events_ = number;
  }
  return absl::OkStatus();
}

absl::Status ReviewRegister::Append(storage::v1::StoredReviewEvent event, const Person& party,
                                    int64_t now) {
  if (events_ >= kMostEvents) {
    return absl::ResourceExhaustedError("the project has too many review events");
  }
  event.set_number(events_ + 1);
  event.set_unix_seconds(now);
  event.set_party(party.name);
  event.set_fingerprint(std::string(AsView(party.fingerprint)));
  BL_RETURN_IF_ERROR(WriteStored(FileOf(event.number()), event));
  ++events_;
  return Apply(event);
}

absl::Status ReviewRegister::Apply(const storage::v1::StoredReviewEvent& event) {
  switch (event.event_case()) {
    case storage::v1::StoredReviewEvent::kDecision:
      return ApplyDecision(event);
    case storage::v1::StoredReviewEvent::kSample:
      return ApplySample(event.sample());
    case storage::v1::StoredReviewEvent::kQuestion:
      return ApplyQuestion(event);
    case storage::v1::StoredReviewEvent::kAnswer:
      return ApplyAnswer(event);
    case storage::v1::StoredReviewEvent::EVENT_NOT_SET:
      return absl::OkStatus();  // forgotten
  }
  return absl::DataLossError("it says nothing");
}

absl::Status ReviewRegister::ApplyDecision(const storage::v1::StoredReviewEvent& event) {
  const storage::v1::StoredDecision& stored = event.decision();
  BL_ASSIGN_OR_RETURN(const NamedPair pair, PairOf(stored.left(), stored.right()));
  if (stored.verdict() < v1::VERDICT_LINK || stored.verdict() > v1::VERDICT_UNDECIDED) {
    return absl::DataLossError("it has no verdict");
  }
  std::vector<v1::ReviewDecision>& decisions = pairs_[pair].decisions;
  for (v1::ReviewDecision& earlier : decisions) {
    if (earlier.coordinator() == event.party()) earlier.set_superseded(true);
  }
  v1::ReviewDecision& decision = decisions.emplace_back();
  decision.set_number(event.number());
  decision.set_coordinator(event.party());
  decision.set_fingerprint(event.fingerprint());
  decision.set_verdict(stored.verdict());
  decision.set_reason(stored.reason());
  decision.set_unix_seconds(event.unix_seconds());
  decision.set_run(stored.run());
  return absl::OkStatus();
}

absl::Status ReviewRegister::ApplySample(const storage::v1::StoredSample& sample) {
  const std::string& name = sample.sample().sample();
  for (const storage::v1::StoredSampledPair& sampled : sample.pairs()) {
    if (sampled.stratum() >= static_cast<uint32_t>(sample.sample().strata_size())) {
      return absl::DataLossError("a sampled pair is of no stratum");
    }
    if (!sampled.has_left()) continue;  // forgotten
    BL_ASSIGN_OR_RETURN(const NamedPair pair, PairOf(sampled.left(), sampled.right()));
    pairs_[pair].samples.push_back(name);
  }
  samples_[name] = sample;
  return absl::OkStatus();
}

absl::Status ReviewRegister::ApplyQuestion(const storage::v1::StoredReviewEvent& event) {
  const storage::v1::StoredQuestion& stored = event.question();
  BL_ASSIGN_OR_RETURN(const NamedPair pair, PairOf(stored.left(), stored.right()));
  Question question;
  question.asked = event.unix_seconds();
  question.asked_by = event.party();
  const std::pair<NamedRecord, std::string> sides[] = {{pair.left, stored.left_question()},
                                                       {pair.right, stored.right_question()}};
  for (const auto& [record, id] : sides) {
    if (id.size() != kQuestionBytes) return absl::DataLossError("a question has no number");
    question.id = id;
    question.record = record;
    pairs_[pair].questions.push_back(questions_.size());
    questions_.push_back(question);
  }
  return absl::OkStatus();
}

absl::Status ReviewRegister::ApplyAnswer(const storage::v1::StoredReviewEvent& event) {
  const auto found = FindQuestion(event.answer().question(), event.party());
  if (!found.ok()) return absl::OkStatus();  // of a record that was forgotten
  Question& question = questions_[*found];
  question.answer = event.answer().answer();
  question.answered = event.unix_seconds();
  ++question.answers;
  return absl::OkStatus();
}

absl::Status ReviewRegister::Decide(const NamedPair& pair, const Person& coordinator,
                                    v1::Verdict verdict, absl::string_view reason,
                                    absl::string_view run, int64_t now,
                                    std::optional<uint64_t> forgets) {
  if (verdict < v1::VERDICT_LINK || verdict > v1::VERDICT_UNDECIDED) {
    return absl::InvalidArgumentError("verdict: expected link, do-not-link or undecided");
  }
  BL_RETURN_IF_ERROR(CheckReason(reason));
  storage::v1::StoredReviewEvent event;
  storage::v1::StoredDecision& decision = *event.mutable_decision();
  *decision.mutable_left() = StoredOf(pair.left);
  *decision.mutable_right() = StoredOf(pair.right);
  decision.set_verdict(verdict);
  decision.set_reason(std::string(reason));
  decision.set_run(std::string(run));
  const std::lock_guard lock(mutex_);
  BL_RETURN_IF_ERROR(CheckForgets(forgets));
  return Append(std::move(event), coordinator, now);
}

uint64_t ReviewRegister::forgets() const {
  const std::lock_guard lock(mutex_);
  return forgets_;
}

absl::Status ReviewRegister::CheckForgets(std::optional<uint64_t> forgets) const {
  if (forgets.value_or(forgets_) == forgets_) return absl::OkStatus();
  return absl::UnavailableError("a site has withdrawn records meanwhile: ask again");
}

absl::StatusOr<storage::v1::StoredSample> ReviewRegister::AddSample(
    storage::v1::StoredSample sample, const Person& coordinator, int64_t now,
    std::optional<uint64_t> forgets) {
  const std::lock_guard lock(mutex_);
  BL_RETURN_IF_ERROR(CheckForgets(forgets));
  v1::ReviewSample& about = *sample.mutable_sample();
  about.set_sample(absl::StrFormat("sample-%06d", samples_.size() + 1));
  about.set_coordinator(coordinator.name);
  about.set_unix_seconds(now);
  storage::v1::StoredReviewEvent event;
  *event.mutable_sample() = sample;
  BL_RETURN_IF_ERROR(Append(std::move(event), coordinator, now));
  return sample;
}

absl::Status ReviewRegister::CheckQuota(absl::string_view site, uint64_t more, int64_t now) const {
  const auto asked = std::count_if(questions_.begin(), questions_.end(), [&](const Question& one) {
    return one.record.site == site && now - one.asked < kQuotaSeconds;
  });
  if (static_cast<uint64_t>(asked) + more <= rules_.questions_per_site()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("site ", site, " has been asked ", asked,
                   " questions in 30 days, as many as the project's plan allows"));
}

absl::Status ReviewRegister::Ask(const NamedPair& pair, const Person& coordinator, int64_t now,
                                 std::optional<uint64_t> forgets) {
  if (rules_.questions_per_site() == 0) {
    return absl::FailedPreconditionError(
        "the project's plan allows no questions to sites (review { questions_per_site })");
  }
  storage::v1::StoredReviewEvent event;
  storage::v1::StoredQuestion& question = *event.mutable_question();
  *question.mutable_left() = StoredOf(pair.left);
  *question.mutable_right() = StoredOf(pair.right);
  question.set_left_question(RandomQuestion());
  question.set_right_question(RandomQuestion());
  const std::lock_guard lock(mutex_);
  BL_RETURN_IF_ERROR(CheckForgets(forgets));
  const auto known = pairs_.find(pair);
  if (known != pairs_.end() && !known->second.questions.empty()) {
    return absl::AlreadyExistsError("the two sites have been asked about this pair");
  }
  const uint64_t of_each = pair.left.site == pair.right.site ? 2 : 1;
  BL_RETURN_IF_ERROR(CheckQuota(pair.left.site, of_each, now));
  BL_RETURN_IF_ERROR(CheckQuota(pair.right.site, of_each, now));
  return Append(std::move(event), coordinator, now);
}

v1::SiteQuestion ReviewRegister::Shown(const Question& question) {
  v1::SiteQuestion shown;
  shown.set_question(HexEncode(question.id));
  shown.set_record(std::string(question.record.record.AsView()));
  shown.set_answer(question.answer);
  return shown;
}

std::vector<v1::SiteQuestion> ReviewRegister::Questions(absl::string_view site,
                                                        bool answered_too) const {
  const std::lock_guard lock(mutex_);
  std::vector<v1::SiteQuestion> list;
  for (const Question& question : questions_) {
    const bool open = question.answer == v1::SITE_VERDICT_UNSPECIFIED;
    if (question.record.site == site && (open || answered_too)) list.push_back(Shown(question));
  }
  // Neither the order of asking nor that of any other site.
  std::sort(list.begin(), list.end(), [](const v1::SiteQuestion& a, const v1::SiteQuestion& b) {
    return std::pair(a.record(), a.question()) < std::pair(b.record(), b.question());
  });
  return list;
}

absl::StatusOr<size_t> ReviewRegister::FindQuestion(absl::string_view question,
                                                    absl::string_view site) const {
  const auto found = std::find_if(questions_.begin(), questions_.end(), [&](const Question& one) {
    return one.id == question && one.record.site == site;
  });
  if (found != questions_.end()) return static_cast<size_t>(found - questions_.begin());
  return absl::NotFoundError("this site has no such question");
}

absl::StatusOr<v1::SiteQuestion> ReviewRegister::Answer(absl::string_view question,
                                                        const Person& site, v1::SiteVerdict answer,
                                                        int64_t now) {
  if (answer < v1::SITE_YES || answer > v1::SITE_UNKNOWN) {
    return absl::InvalidArgumentError("answer: expected yes, no or unknown");
  }
  const std::string id = HexDecode(question).value_or("");
  storage::v1::StoredReviewEvent event;
  event.mutable_answer()->set_question(id);
  event.mutable_answer()->set_answer(answer);
  const std::lock_guard lock(mutex_);
  BL_ASSIGN_OR_RETURN(const size_t found, FindQuestion(id, site.name));
  if (questions_[found].answers >= kMostAnswers) {
    return absl::FailedPreconditionError("this question has been answered too often");
  }
  BL_RETURN_IF_ERROR(Append(std::move(event), site, now));
  return Shown(questions_[found]);
}

uint64_t ReviewRegister::events() const {
  const std::lock_guard lock(mutex_);
  return events_;
}

std::vector<Reading> ReviewRegister::ReadingsOf(const Pair& pair, uint64_t events) {
  std::vector<Reading> readings;
  for (const v1::ReviewDecision& decision : pair.decisions) {
    if (decision.number() > events) break;
    readings.push_back({decision.number(), decision.coordinator(), decision.verdict()});
  }
  return readings;
}

std::vector<NamedDecision> ReviewRegister::DecisionsAfter(uint64_t events) const {
  const std::lock_guard lock(mutex_);
  std::vector<NamedDecision> decisions;
  for (const auto& [pair, review] : pairs_) {
    const Standing standing = StandingOf(ReadingsOf(review, events), rules_.second_reader());
    const bool is_link = standing.verdict == v1::VERDICT_LINK;
    if (!is_link && standing.verdict != v1::VERDICT_DO_NOT_LINK) continue;
    decisions.push_back({pair.left, pair.right, is_link});
  }
  return decisions;
}

ReviewRegister::PairReview ReviewRegister::Get(const NamedPair& pair) const {
  const std::lock_guard lock(mutex_);
  PairReview review;
  const auto found = pairs_.find(pair);
  if (found == pairs_.end()) return review;
  review.decisions = found->second.decisions;
  review.standing = StandingOf(ReadingsOf(found->second, events_), rules_.second_reader());
  review.samples = found->second.samples;
  for (const size_t number : found->second.questions) {
    const Question& question = questions_[number];
    v1::SiteAnswer& answer = review.answers.emplace_back();
    *answer.mutable_record() = NameOf(question.record);
    answer.set_asked_unix_seconds(question.asked);
    answer.set_asked_by(question.asked_by);
    answer.set_answer(question.answer);
    answer.set_answered_unix_seconds(question.answered);
  }
  return review;
}

std::vector<NamedPair> ReviewRegister::DecidedPairs() const {
  const std::lock_guard lock(mutex_);
  std::vector<NamedPair> decided;
  for (const auto& [pair, review] : pairs_) {
    if (!review.decisions.empty()) decided.push_back(pair);
  }
  return decided;
}

absl::StatusOr<storage::v1::StoredSample> ReviewRegister::Sample(absl::string_view name) const {
  const std::lock_guard lock(mutex_);
  if (samples_.empty()) return absl::NotFoundError("no sample has been drawn yet");
  const auto found = name.empty() ? std::prev(samples_.end()) : samples_.find(name);
  if (found != samples_.end()) return found->second;
  return absl::NotFoundError(absl::StrCat("there is no sample ", name));
}

std::vector<std::string> ReviewRegister::SampleNames() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, sample] : samples_) names.push_back(name);
  return names;
}

v1::ReviewStatistics ReviewRegister::Statistics() const {
  v1::ReviewStatistics out;
  *out.mutable_rules() = rules_;
  const std::lock_guard lock(mutex_);
  std::vector<std::vector<Reading>> readings;
  for (const auto& [pair, review] : pairs_) {
    if (review.decisions.empty()) continue;
    const std::vector<Reading>& of = readings.emplace_back(ReadingsOf(review, events_));
    out.set_decisions(out.decisions() + of.size());
    const Standing standing = StandingOf(of, rules_.second_reader());
    out.set_links(out.links() + (standing.verdict == v1::VERDICT_LINK));
    out.set_do_not_links(out.do_not_links() + (standing.verdict == v1::VERDICT_DO_NOT_LINK));
    out.set_undecided(out.undecided() + (standing.verdict == v1::VERDICT_UNDECIDED));
    out.set_await_reader(out.await_reader() + (standing.state == v1::REVIEW_AWAITS_READER));
    out.set_readers_differ(out.readers_differ() + (standing.state == v1::REVIEW_READERS_DIFFER));
  }
  out.set_pairs_decided(readings.size());
  out.set_questions(questions_.size());
  for (const Question& question : questions_) {
    out.set_answered(out.answered() + (question.answer != v1::SITE_VERDICT_UNSPECIFIED));
  }
  for (v1::ReaderAgreement& agreement : AgreementOf(readings)) {
    *out.add_agreement() = std::move(agreement);
  }
  for (const auto& [name, sample] : samples_) out.add_samples(name);
  return out;
}

}  // namespace blindlink::resolver
