#include "resolver/authz/method_table.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "blindlink/v1/audit_service.pb.h"
#include "blindlink/v1/linkage_service.pb.h"
#include "blindlink/v1/project_service.pb.h"
#include "blindlink/v1/result_service.pb.h"
#include "blindlink/v1/upload_service.pb.h"
#include "google/protobuf/descriptor.h"

namespace blindlink::resolver {
namespace {

// All methods of all services of the package. A service in a separate file is found only if that
// file is listed here, so the test counts the files below.
std::set<std::string> MethodsOfAllServices() {
  std::set<std::string> methods;
  for (const google::protobuf::FileDescriptor* file :
       {v1::AuditEntry::descriptor()->file(), v1::CreateProjectRequest::descriptor()->file(),
        v1::BeginUploadRequest::descriptor()->file(), v1::StartLinkageRequest::descriptor()->file(),
        v1::GetRowsRequest::descriptor()->file()}) {
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
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(BLINDLINK_SOURCE_DIR) / "proto" / "blindlink" / "v1")) {
    const std::string name = entry.path().filename();
    if (name.find("_service.proto") != std::string::npos) files.insert(name);
  }
  EXPECT_EQ(files, (std::set<std::string>{"audit_service.proto", "linkage_service.proto",
                                          "project_service.proto", "result_service.proto",
                                          "upload_service.proto"}));
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
