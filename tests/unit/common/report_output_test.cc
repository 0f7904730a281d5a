#include "common/cli/report_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "blindlink/v1/upload_service.pb.h"
#include "common/base/files.h"
#include "tests/support/temporary_folder.h"

namespace blindlink {
namespace {

using testing::HasSubstr;
using testing::internal::CaptureStdout;
using testing::internal::GetCapturedStdout;

TEST(PrintReport, PrintsForPeopleWithoutTheFlagAndWithAFile) {
  const TemporaryFolder folder;
  const std::string file = (folder / "report.json").string();
  CaptureStdout();
  EXPECT_TRUE(PrintReport("table\n", "{}\n", "").ok());
  EXPECT_TRUE(PrintReport("table\n", "{}\n", file).ok());
  EXPECT_EQ(GetCapturedStdout(), "table\ntable\n");
  EXPECT_EQ(*ReadFile(file), "{}\n");
  EXPECT_EQ(std::filesystem::status(file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(PrintReport, PrintsForProgramsAloneWithADash) {
  CaptureStdout();
  EXPECT_TRUE(PrintReport("table\n", "{}\n", "-").ok());
  EXPECT_EQ(GetCapturedStdout(), "{}\n");
  EXPECT_FALSE(std::filesystem::exists("-"));
}

TEST(PrintReport, SaysWhichFileCannotBeWritten) {
  const absl::Status status = PrintReport("", "{}", "/nonexistent/report.json");
  EXPECT_THAT(std::string(status.message()), HasSubstr("/nonexistent/report.json"));
}

TEST(PrintAnswer, WritesEveryFieldByTheNameInItsProtoFile) {
  v1::UploadInfo info;
  info.set_state(v1::COMMITTED);
  CaptureStdout();
  EXPECT_TRUE(PrintAnswer("", info, "-").ok());
  EXPECT_THAT(GetCapturedStdout(), testing::AllOf(HasSubstr("\"state\": \"COMMITTED\""),
                                                  HasSubstr("\"tokens_ingested\": \"0\"")));
}

}  // namespace
}  // namespace blindlink
