#include "resolver/authz/method_table.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "blindlink/v1/access_service.pb.h"
#include "blindlink/v1/audit_service.pb.h"
#include "blindlink/v1/entity_change_service.pb.h"
#include "blindlink/v1/explanation_service.pb.h"
#include "blindlink/v1/key_exchange_service.pb.h"
#include "blindlink/v1/key_rotation_service.pb.h"
#include "blindlink/v1/linkage_service.pb.h"
#include "blindlink/v1/overview_service.pb.h"
#include "blindlink/v1/project_service.pb.h"
#include "blindlink/v1/result_service.pb.h"
#include "blindlink/v1/retention_service.pb.h"
#include "blindlink/v1/review_service.pb.h"
#include "blindlink/v1/upload_service.pb.h"
#include "blindlink/v1/withdrawal_service.pb.h"
#include "blindlink/v1/work_service.pb.h"
#include "google/protobuf/descriptor.h"

namespace blindlink::resolver {
namespace {

// One for each file that has a service. A file is found only if it is listed here, so a test
// compares the list with the folder.
std::vector<const google::protobuf::FileDescriptor*> ServiceFiles() {
  return {
      v1::PairExplanation::descriptor()->file(),     v1::AccessRequest::descriptor()->file(),
      v1::DropIndexRequest::descriptor()->file(),    v1::AuditHead::descriptor()->file(),
      v1::KeyExchangeState::descriptor()->file(),    v1::ProjectKeys::descriptor()->file(),
      v1::StartLinkageRequest::descriptor()->file(), v1::CreateProjectRequest::descriptor()->file(),
      v1::GetRowsRequest::descriptor()->file(),      v1::BeginUploadRequest::descriptor()->file(),
      v1::ReviewItem::descriptor()->file(),          v1::RunOverview::descriptor()->file(),
      v1::EntityChange::descriptor()->file(),        v1::WithdrawalReceipt::descriptor()->file(),
      v1::WorkOrder::descriptor()->file(),
  };
}

// All methods of all services of the package.
std::set<std::string> MethodsOfAllServices() {
  std::set<std::string> methods;
  for (const google::protobuf::FileDescriptor* file : ServiceFiles()) {
    EXPECT_EQ(file->service_count(), 1) << file->name();
    for (int s = 0; s < file->service_count(); ++s) {
      const google::protobuf::ServiceDescriptor& service = *file->service(s);
      for (int m = 0; m < service.method_count(); ++m) {
        methods.insert(absl::StrCat("/", service.full_name(), "/", service.method(m)->name()));
      }
    }
  }
  return methods;
}

std::set<std::string> MethodsOfTheTable() {
  std::set<std::string> methods;
  for (const MethodRow& row : MethodTable()) {
    EXPECT_TRUE(methods.insert(std::string(row.method)).second) << row.method << " is a duplicate";
  }
  return methods;
}

TEST(MethodTable, EveryMethodHasARowAndEveryRowAMethod) {
  EXPECT_EQ(MethodsOfTheTable(), MethodsOfAllServices());
}

TEST(MethodTable, EveryServiceFileIsLookedAt) {
  std::set<std::string> in_the_folder;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(BLINDLINK_SOURCE_DIR) / "proto" / "blindlink" / "v1")) {
    const std::string name = entry.path().filename();
    if (name.find("_service.proto") != std::string::npos) {
      in_the_folder.insert(absl::StrCat("blindlink/v1/", name));
    }
  }
  std::set<std::string> listed;
  for (const google::protobuf::FileDescriptor* file : ServiceFiles()) listed.insert(file->name());
  EXPECT_EQ(listed, in_the_folder);
}

TEST(MethodTable, EveryRowHasARoleAndNobodyCallsAsTheResolver) {
  for (const MethodRow& row : MethodTable()) {
    EXPECT_NE(row.roles, 0u) << row.method;
    EXPECT_EQ(row.roles & static_cast<unsigned>(Role::kResolver), 0u) << row.method;
  }
}

TEST(MethodTable, ResearchersSendNothingAndSitesSeeNoResultButHowToShiftDates) {
  for (const MethodRow& row : MethodTable()) {
    if (row.method.find(".Upload/") != absl::string_view::npos ||
        row.method.find(".Linkage/") != absl::string_view::npos) {
      EXPECT_FALSE(MayCall(Role::kResearcher, row.method)) << row.method;
    }
    if (row.method == "/blindlink.v1.Result/GetShiftSeeds") {
      EXPECT_TRUE(MayCall(Role::kSite, row.method));
      EXPECT_FALSE(MayCall(Role::kResearcher, row.method));
      EXPECT_FALSE(MayCall(Role::kCoordinator, row.method));
    } else if (row.method.find(".Result/") != absl::string_view::npos ||
               row.method.find(".Linkage/") != absl::string_view::npos) {
      EXPECT_FALSE(MayCall(Role::kSite, row.method)) << row.method;
    }
  }
}

TEST(MethodTable, ResearchersAskCoordinatorsDecideAndSitesTurnBack) {
  for (const MethodRow& row : MethodTable()) {
    if (row.method.find(".Access/") == absl::string_view::npos) continue;
    const bool decides = row.method.find("/Decide") != absl::string_view::npos ||
                         row.method.find("/Revoke") != absl::string_view::npos ||
                         row.method.find("/Issue") != absl::string_view::npos;
    if (decides) {
      EXPECT_EQ(row.roles, static_cast<unsigned>(Role::kCoordinator)) << row.method;
    }
    EXPECT_EQ(MayCall(Role::kSite, row.method), row.method == "/blindlink.v1.Access/Relink");
  }
  EXPECT_FALSE(MayCall(Role::kCoordinator, "/blindlink.v1.Access/RequestAccess"));
  EXPECT_FALSE(MayCall(Role::kCoordinator, "/blindlink.v1.Access/Relink"));
}

TEST(MethodTable, OnlySitesExchangeKeysAndTheCoordinatorSeesHowFarTheyAre) {
  for (const MethodRow& row : MethodTable()) {
    if (row.method.find(".KeyExchange/") == absl::string_view::npos) continue;
    EXPECT_TRUE(MayCall(Role::kSite, row.method)) << row.method;
    EXPECT_FALSE(MayCall(Role::kResearcher, row.method)) << row.method;
    EXPECT_EQ(MayCall(Role::kCoordinator, row.method),
              row.method == "/blindlink.v1.KeyExchange/GetKeyExchange");
  }
}

TEST(MethodTable, WorkersDoNothingButWorkAndNobodyElseDoesIt) {
  for (const MethodRow& row : MethodTable()) {
    const bool is_work = row.method == "/blindlink.v1.Work/Join";
    EXPECT_EQ(MayCall(Role::kWorker, row.method), is_work) << row.method;
    EXPECT_EQ(row.roles == static_cast<unsigned>(Role::kWorker), is_work) << row.method;
  }
}

TEST(MethodTable, WhatIsNotInItIsDenied) {
  for (const Role role : {Role::kSite, Role::kCoordinator, Role::kResearcher, Role::kResolver}) {
    EXPECT_FALSE(MayCall(role, "/blindlink.v1.Project/DropProject"));
    EXPECT_FALSE(MayCall(role, "/blindlink.v1.Project/"));
    EXPECT_FALSE(MayCall(role, ""));
  }
  EXPECT_TRUE(MayCall(Role::kCoordinator, "/blindlink.v1.Project/CreateProject"));
}

}  // namespace
}  // namespace blindlink::resolver
