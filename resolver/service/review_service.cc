#include "resolver/service/review_service.h"

#include <cstring>
#include <ctime>
#include <string>
#include <utility>

#include "common/base/status_macros.h"
#include "common/crypto/random.h"
#include "resolver/review/link_conflicts.h"
#include "resolver/review/review_list.h"
#include "resolver/review/review_sample.h"

namespace blindlink::resolver {
namespace {

Person PersonOf(const Identity& identity) { return {identity.party.name, identity.fingerprint}; }

uint64_t RandomSeed() {
  uint64_t seed = 0;
  const SecretBytes bytes = RandomBytes(sizeof(seed));
  std::memcpy(&seed, bytes.Reveal().data(), sizeof(seed));
  return seed;
}

}  // namespace

template <typename Handle>
grpc::Status ReviewService::Pass(grpc::ServerContext* context, const char* method,
                                 const CallSubject& subject, const Handle& handle) {
  return gate_.PassStream(*context, method, subject, [&](Call& call) -> absl::Status {
    BL_RETURN_IF_ERROR(call.Begin());
    BL_ASSIGN_OR_RETURN(Project * project,
                        FindForCaller(store_, std::string(subject.project), call.caller()));
    if (project->review() == nullptr) {
      return absl::FailedPreconditionError(
          "the project's plan does not switch review on: add `review {}` to the plan of a new "
          "project");
    }
    return handle(*project, *project->review(), call.identity());
  });
}

grpc::Status ReviewService::ListReviewItems(grpc::ServerContext* context,
                                            const v1::ListReviewItemsRequest* request,
                                            v1::ListReviewItemsResponse* response) {
  return Pass(
      context, "/blindlink.v1.Review/ListReviewItems",
      {.project = request->project(), .run = request->run()},
      [&](Project& project, ReviewRegister& review, const Identity& caller) -> absl::Status {
        BL_ASSIGN_OR_RETURN(const auto run, project.runs().Review(request->run()));
        BL_ASSIGN_OR_RETURN(*response, ListItems(*run, review, *request, caller.party.name));
        return absl::OkStatus();
      });
}

grpc::Status ReviewService::GetReviewItem(grpc::ServerContext* context,
                                          const v1::GetReviewItemRequest* request,
                                          v1::ReviewItemDetails* response) {
  return Pass(
      context, "/blindlink.v1.Review/GetReviewItem",
      {.project = request->project(), .run = request->run()},
      [&](Project& project, ReviewRegister& review, const Identity& caller) -> absl::Status {
        BL_ASSIGN_OR_RETURN(const NamedPair pair, PairOf(request->left(), request->right()));
        BL_ASSIGN_OR_RETURN(const auto run, project.runs().Review(request->run()));
        BL_ASSIGN_OR_RETURN(*response, ShowItem(*run, review, pair, caller.party.name));
        return absl::OkStatus();
      });
}

grpc::Status ReviewService::DecidePair(grpc::ServerContext* context,
                                       const v1::DecidePairRequest* request,
                                       v1::ReviewItemDetails* response) {
  return Pass(
      context, "/blindlink.v1.Review/DecidePair",
      {.project = request->project(), .run = request->run()},
      [&](Project& project, ReviewRegister& review, const Identity& caller) -> absl::Status {
        BL_ASSIGN_OR_RETURN(const NamedPair pair, PairOf(request->left(), request->right()));
        const uint64_t forgets = review.forgets();
        BL_ASSIGN_OR_RETURN(const auto run, project.runs().Review(request->run()));
        BL_RETURN_IF_ERROR(run->Find(pair).status());
        BL_RETURN_IF_ERROR(review.Decide(pair, PersonOf(caller), request->verdict(),
                                         request->reason(), run->name(), time(nullptr), forgets));
        BL_ASSIGN_OR_RETURN(*response, ShowItem(*run, review, pair, caller.party.name));
        return absl::OkStatus();
      });
}

grpc::Status ReviewService::ListReviewConflicts(grpc::ServerContext* context,
                                                const v1::ListReviewConflictsRequest* request,
                                                v1::ListReviewConflictsResponse* response) {
  return Pass(context, "/blindlink.v1.Review/ListReviewConflicts",
              {.project = request->project(), .run = request->run()},
              [&](Project& project, ReviewRegister& review, const Identity&) -> absl::Status {
                BL_ASSIGN_OR_RETURN(const auto run, project.runs().Review(request->run()));
                BL_ASSIGN_OR_RETURN(*response, ListConflicts(*run, review));
                return absl::OkStatus();
              });
}

grpc::Status ReviewService::GetReviewStatistics(grpc::ServerContext* context,
                                                const v1::GetReviewStatisticsRequest* request,
                                                v1::ReviewStatistics* response) {
  return Pass(
      context, "/blindlink.v1.Review/GetReviewStatistics", {.project = request->project()},
      [&](Project&, ReviewRegister& review, const Identity&) {
        *response = review.Statistics();
        response->set_conflicts(FindConflicts(review.DecisionsAfter(review.events())).size());
        return absl::OkStatus();
      });
}

grpc::Status ReviewService::ProposeSample(grpc::ServerContext* context,
                                          const v1::ProposeSampleRequest* request,
                                          v1::ReviewSample* response) {
  return Pass(
      context, "/blindlink.v1.Review/ProposeSample",
      {.project = request->project(), .run = request->run()},
      [&](Project& project, ReviewRegister& review, const Identity& caller) -> absl::Status {
        const uint64_t forgets = review.forgets();
        BL_ASSIGN_OR_RETURN(const auto run, project.runs().Review(request->run()));
        BL_ASSIGN_OR_RETURN(storage::v1::StoredSample drawn,
                            DrawSample(run->explanation(), request->pairs(), RandomSeed()));
        BL_ASSIGN_OR_RETURN(
            const storage::v1::StoredSample named,
            review.AddSample(std::move(drawn), PersonOf(caller), time(nullptr), forgets));
        *response = named.sample();
        return absl::OkStatus();
      });
}

grpc::Status ReviewService::GetSampleQuality(grpc::ServerContext* context,
                                             const v1::GetSampleQualityRequest* request,
                                             v1::SampleQuality* response) {
  return Pass(context, "/blindlink.v1.Review/GetSampleQuality", {.project = request->project()},
              [&](Project&, ReviewRegister& review, const Identity&) -> absl::Status {
                BL_ASSIGN_OR_RETURN(*response, QualityOfSample(review, request->sample()));
                return absl::OkStatus();
              });
}

grpc::Status ReviewService::AskSites(grpc::ServerContext* context,
                                     const v1::AskSitesRequest* request,
                                     v1::ReviewItemDetails* response) {
  return Pass(
      context, "/blindlink.v1.Review/AskSites",
      {.project = request->project(), .run = request->run()},
      [&](Project& project, ReviewRegister& review, const Identity& caller) -> absl::Status {
        BL_ASSIGN_OR_RETURN(const NamedPair pair, PairOf(request->left(), request->right()));
        const uint64_t forgets = review.forgets();
        BL_ASSIGN_OR_RETURN(const auto run, project.runs().Review(request->run()));
        BL_RETURN_IF_ERROR(run->Find(pair).status());
        BL_RETURN_IF_ERROR(review.Ask(pair, PersonOf(caller), time(nullptr), forgets));
        BL_ASSIGN_OR_RETURN(*response, ShowItem(*run, review, pair, caller.party.name));
        return absl::OkStatus();
      });
}

grpc::Status ReviewService::ListQuestions(grpc::ServerContext* context,
                                          const v1::ListQuestionsRequest* request,
                                          v1::ListQuestionsResponse* response) {
  return Pass(context, "/blindlink.v1.Review/ListQuestions", {.project = request->project()},
              [&](Project&, ReviewRegister& review, const Identity& caller) {
                for (v1::SiteQuestion& question :
                     review.Questions(caller.party.name, request->answered())) {
                  *response->add_questions() = std::move(question);
                }
                response->set_quota(review.rules().questions_per_site());
                return absl::OkStatus();
              });
}

grpc::Status ReviewService::AnswerQuestion(grpc::ServerContext* context,
                                           const v1::AnswerQuestionRequest* request,
                                           v1::AnswerQuestionResponse* response) {
  return Pass(context, "/blindlink.v1.Review/AnswerQuestion", {.project = request->project()},
              [&](Project&, ReviewRegister& review, const Identity& caller) -> absl::Status {
                BL_ASSIGN_OR_RETURN(*response->mutable_question(),
                                    review.Answer(request->question(), PersonOf(caller),
                                                  request->answer(), time(nullptr)));
                return absl::OkStatus();
              });
}

}  // namespace blindlink::resolver
