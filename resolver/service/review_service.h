#pragma once

#include "blindlink/v1/review_service.grpc.pb.h"
#include "resolver/project/project_store.h"
#include "resolver/service/call_gate.h"

namespace blindlink::resolver {

// proto/blindlink/v1/review_service.proto over the project store. Thread-safe.
class ReviewService final : public v1::Review::Service {
 public:
  ReviewService(CallGate& gate, ProjectStore& store) : gate_(gate), store_(store) {}

  grpc::Status ListReviewItems(grpc::ServerContext* context,
                               const v1::ListReviewItemsRequest* request,
                               v1::ListReviewItemsResponse* response) override;
  grpc::Status GetReviewItem(grpc::ServerContext* context, const v1::GetReviewItemRequest* request,
                             v1::ReviewItemDetails* response) override;
  grpc::Status DecidePair(grpc::ServerContext* context, const v1::DecidePairRequest* request,
                          v1::ReviewItemDetails* response) override;
  grpc::Status ListReviewConflicts(grpc::ServerContext* context,
                                   const v1::ListReviewConflictsRequest* request,
                                   v1::ListReviewConflictsResponse* response) override;
  grpc::Status GetReviewStatistics(grpc::ServerContext* context,
                                   const v1::GetReviewStatisticsRequest* request,
                                   v1::ReviewStatistics* response) override;
  grpc::Status ProposeSample(grpc::ServerContext* context, const v1::ProposeSampleRequest* request,
                             v1::ReviewSample* response) override;
  grpc::Status GetSampleQuality(grpc::ServerContext* context,
                                const v1::GetSampleQualityRequest* request,
                                v1::SampleQuality* response) override;
  grpc::Status AskSites(grpc::ServerContext* context, const v1::AskSitesRequest* request,
                        v1::ReviewItemDetails* response) override;
  grpc::Status ListQuestions(grpc::ServerContext* context, const v1::ListQuestionsRequest* request,
                             v1::ListQuestionsResponse* response) override;
  grpc::Status AnswerQuestion(grpc::ServerContext* context,
                              const v1::AnswerQuestionRequest* request,
                              v1::AnswerQuestionResponse* response) override;

 private:
  // Calls `handle(Project&, ReviewRegister&, const Identity&)` for an admitted caller of a project
  // that has review.
  template <typename Handle>
  grpc::Status Pass(grpc::ServerContext* context, const char* method, const CallSubject& subject,
                    const Handle& handle);

  CallGate& gate_;
  ProjectStore& store_;
};

}  // namespace blindlink::resolver
