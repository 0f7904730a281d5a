#include "resolver/authz/method_table.h"

#include <algorithm>

namespace blindlink::resolver {
namespace {

constexpr auto kSite = static_cast<unsigned>(Role::kSite);
constexpr auto kCoordinator = static_cast<unsigned>(Role::kCoordinator);
constexpr auto kResearcher = static_cast<unsigned>(Role::kResearcher);
constexpr auto kWorker = static_cast<unsigned>(Role::kWorker);

constexpr MethodRow kTable[] = {
    {"/blindlink.v1.Audit/GetHead", kCoordinator | kSite | kResearcher},
    {"/blindlink.v1.Audit/GetConsistency", kCoordinator | kSite | kResearcher},
    {"/blindlink.v1.Audit/GetReceipt", kCoordinator | kSite | kResearcher},
    {"/blindlink.v1.Audit/ExportEntries", kCoordinator},
    {"/blindlink.v1.Project/CreateProject", kCoordinator},
    {"/blindlink.v1.Project/GetProject", kCoordinator | kSite | kResearcher},
    {"/blindlink.v1.Project/ListProjects", kCoordinator | kSite | kResearcher},
    {"/blindlink.v1.Project/AddParty", kCoordinator},
    {"/blindlink.v1.Project/PurgeProject", kCoordinator},
    {"/blindlink.v1.Upload/BeginUpload", kSite},
    {"/blindlink.v1.Upload/UploadBlocks", kSite},
    {"/blindlink.v1.Upload/CommitUpload", kSite},
    {"/blindlink.v1.Upload/GetUpload", kSite | kCoordinator},
    {"/blindlink.v1.Upload/ListUploads", kSite | kCoordinator},
    {"/blindlink.v1.Upload/DiscardUpload", kSite | kCoordinator},
    {"/blindlink.v1.Linkage/StartLinkage", kCoordinator},
    {"/blindlink.v1.Linkage/GetLinkageRun", kCoordinator},
    {"/blindlink.v1.Linkage/ListLinkageRuns", kCoordinator},
    {"/blindlink.v1.Linkage/CancelLinkage", kCoordinator},
    {"/blindlink.v1.Linkage/RemoveLinkageRun", kCoordinator},
    {"/blindlink.v1.KeyRotation/GetProjectKeys", kSite | kCoordinator},
    {"/blindlink.v1.KeyRotation/OpenEpoch", kCoordinator},
    {"/blindlink.v1.KeyRotation/RetireEpoch", kCoordinator},
    {"/blindlink.v1.KeyRotation/RotateIndexKey", kCoordinator},
    {"/blindlink.v1.Explanation/ExplainPair", kCoordinator},
    {"/blindlink.v1.Explanation/ExplainEntity", kCoordinator},
    {"/blindlink.v1.Result/ListResults", kResearcher},
    {"/blindlink.v1.Result/GetMatchPairs", kResearcher},
    {"/blindlink.v1.Result/GetEntityMap", kResearcher},
    {"/blindlink.v1.Result/GetOverlap", kResearcher},
    {"/blindlink.v1.Result/GetShiftSeeds", kSite},
    {"/blindlink.v1.KeyExchange/PublishExchangeKey", kSite},
    {"/blindlink.v1.KeyExchange/GetKeyExchange", kSite | kCoordinator},
    {"/blindlink.v1.KeyExchange/SendKeyEnvelopes", kSite},
    {"/blindlink.v1.KeyExchange/ReceiveKeyEnvelopes", kSite},
    {"/blindlink.v1.KeyExchange/ConfirmTokenKey", kSite},
    {"/blindlink.v1.Access/RequestAccess", kResearcher},
    {"/blindlink.v1.Access/ListGrants", kResearcher | kCoordinator},
    {"/blindlink.v1.Access/GetGrant", kResearcher | kCoordinator},
    {"/blindlink.v1.Access/DecideAccess", kCoordinator},
    {"/blindlink.v1.Access/RevokeAccess", kCoordinator},
    {"/blindlink.v1.Access/IssueRelinkToken", kCoordinator},
    {"/blindlink.v1.Access/Relink", kSite},
    {"/blindlink.v1.Retention/DropIndex", kCoordinator},
    {"/blindlink.v1.Retention/SetDatasetEnd", kSite | kCoordinator},
    {"/blindlink.v1.Withdrawal/WithdrawRecords", kSite},
    {"/blindlink.v1.Withdrawal/GetWithdrawal", kSite | kCoordinator},
    {"/blindlink.v1.Withdrawal/ListWithdrawals", kSite | kCoordinator},
    {"/blindlink.v1.EntityChanges/GetEntityChanges", kResearcher},
    {"/blindlink.v1.Review/ListReviewItems", kCoordinator},
    {"/blindlink.v1.Review/GetReviewItem", kCoordinator},
    {"/blindlink.v1.Review/DecidePair", kCoordinator},
    {"/blindlink.v1.Review/ListReviewConflicts", kCoordinator},
    {"/blindlink.v1.Review/GetReviewStatistics", kCoordinator},
    {"/blindlink.v1.Review/ProposeSample", kCoordinator},
    {"/blindlink.v1.Review/GetSampleQuality", kCoordinator},
    {"/blindlink.v1.Review/AskSites", kCoordinator},
    {"/blindlink.v1.Review/ListQuestions", kSite},
    {"/blindlink.v1.Review/AnswerQuestion", kSite},
    {"/blindlink.v1.Overview/GetHealth", kCoordinator},
    {"/blindlink.v1.Overview/GetRunOverview", kCoordinator},
    {"/blindlink.v1.Overview/PreviewRun", kCoordinator},
    {"/blindlink.v1.Work/Join", kWorker},
};

}  // namespace

absl::Span<const MethodRow> MethodTable() { return kTable; }

bool MayCall(Role role, absl::string_view method) {
  return std::any_of(std::begin(kTable), std::end(kTable), [&](const MethodRow& row) {
    return row.method == method && (row.roles & static_cast<unsigned>(role)) != 0;
  });
}

}  // namespace blindlink::resolver
