#include "resolver/index/clickhouse/server_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;
using testing::Not;

absl::StatusCode CodeFor(int exception, int http = 500, RequestKind kind = RequestKind::kSelect) {
  return ServerError(kind, http,
                     absl::StrCat("Code: ", exception, ", e.displayText() = DB::Exception: words"))
      .code();
}

TEST(ServerError, TellsWhatAnOperatorHasToDoApart) {
  EXPECT_EQ(CodeFor(40), absl::StatusCode::kDataLoss) << "checksum";
  EXPECT_EQ(CodeFor(246), absl::StatusCode::kDataLoss) << "corrupted data";
  EXPECT_EQ(CodeFor(75), absl::StatusCode::kResourceExhausted) << "disk full";
  EXPECT_EQ(CodeFor(243), absl::StatusCode::kResourceExhausted) << "no space";
  EXPECT_EQ(CodeFor(241), absl::StatusCode::kResourceExhausted) << "memory";
  EXPECT_EQ(CodeFor(201), absl::StatusCode::kResourceExhausted) << "quota";
  EXPECT_EQ(CodeFor(159), absl::StatusCode::kUnavailable) << "time-out";
  EXPECT_EQ(CodeFor(202), absl::StatusCode::kUnavailable) << "too many queries";
  EXPECT_EQ(CodeFor(216), absl::StatusCode::kUnavailable) << "sent again, still running";
  EXPECT_EQ(CodeFor(193, 401), absl::StatusCode::kUnauthenticated) << "password";
  EXPECT_EQ(CodeFor(516, 403), absl::StatusCode::kUnauthenticated) << "password, newer";
  EXPECT_EQ(CodeFor(497), absl::StatusCode::kPermissionDenied) << "no grant";
  EXPECT_EQ(CodeFor(60, 404), absl::StatusCode::kFailedPrecondition) << "no table";
  EXPECT_EQ(CodeFor(81, 404), absl::StatusCode::kFailedPrecondition) << "no database";
  EXPECT_EQ(CodeFor(62, 400), absl::StatusCode::kInternal) << "syntax";
}

TEST(ServerError, ABodyThatWasCutIsSentAgainAndAFileThatWasCutIsDamage) {
  EXPECT_EQ(CodeFor(33, 500, RequestKind::kInsert), absl::StatusCode::kUnavailable);
  EXPECT_EQ(CodeFor(33, 500, RequestKind::kSelect), absl::StatusCode::kDataLoss);
}

TEST(ServerError, AnAnswerWithoutACodeIsJudgedByItsHttpCode) {
  EXPECT_EQ(ServerError(RequestKind::kSelect, 401, "").code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(ServerError(RequestKind::kSelect, 503, "busy").code(), absl::StatusCode::kUnavailable);
  const absl::Status strange = ServerError(RequestKind::kSelect, 404, "<html>not found</html>");
  EXPECT_EQ(strange.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(strange.message()), HasSubstr("no ClickHouse server"));
}

TEST(ServerError, TheServersWordsAreShownInPartAndOnOneLine) {
  const std::string text =
      absl::StrCat("rows before Code: 40, e.displayText()\n\x01 = ", std::string(1000, 'x'));
  const std::string message(ServerError(RequestKind::kSelect, 200, text).message());
  EXPECT_THAT(message, HasSubstr("restore the shard"));
  EXPECT_THAT(message, HasSubstr("Code: 40, e.displayText()   = xxx"));
  EXPECT_THAT(message, Not(HasSubstr("rows before")));
  EXPECT_LT(message.size(), 400u);
}

TEST(ServerError, ACodeIsFoundInText) {
  EXPECT_EQ(ExceptionCodeIn("Code: 40. DB::Exception"), 40);
  EXPECT_EQ(ExceptionCodeIn("__exception__\r\nCode: 241, e"), 241);
  EXPECT_EQ(ExceptionCodeIn("Code: none"), 0);
  EXPECT_EQ(ExceptionCodeIn(""), 0);
}

}  // namespace
}  // namespace blindlink::resolver
