#include "resolver/service/explanation_service.h"

#include "common/base/status_macros.h"

namespace blindlink::resolver {

grpc::Status ExplanationService::ExplainPair(grpc::ServerContext* context,
                                             const v1::ExplainPairRequest* request,
                                             v1::PairExplanation* response) {
  return gate_.Pass(
      *context, "/blindlink.v1.Explanation/ExplainPair", {request->project(), request->run()},
      [&](const Party& caller) -> absl::Status {
        BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, request->project(), caller));
        BL_ASSIGN_OR_RETURN(const auto run, project->runs().Explanation(request->run()));
        BL_ASSIGN_OR_RETURN(*response, run->ExplainPair(request->left(), request->right()));
        if (!request->with_tokens()) return absl::OkStatus();
        BL_ASSIGN_OR_RETURN(
            const auto tokens,
            project->runs().SharedTokens(response->run(), response->left(), response->right(),
                                         [&] { return context->IsCancelled(); }));
        response->mutable_tokens()->Assign(tokens.begin(), tokens.end());
        return absl::OkStatus();
      });
}

grpc::Status ExplanationService::ExplainEntity(grpc::ServerContext* context,
                                               const v1::ExplainEntityRequest* request,
                                               v1::EntityExplanation* response) {
  return gate_.Pass(
      *context, "/blindlink.v1.Explanation/ExplainEntity", {request->project(), request->run()},
      [&](const Party& caller) -> absl::Status {
        BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, request->project(), caller));
        BL_ASSIGN_OR_RETURN(const auto run, project->runs().Explanation(request->run()));
        BL_ASSIGN_OR_RETURN(*response, run->ExplainEntity(request->record()));
        return absl::OkStatus();
      });
}

}  // namespace blindlink::resolver
