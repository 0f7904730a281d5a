#include "resolver/console/page_frame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "resolver/console/router.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;
using testing::Not;

const Party kCoordinator{Role::kCoordinator, "center"};
const Party kSite{Role::kSite, "north"};

TEST(Document, OffersOnlyWhatTheRoleMayOpen) {
  const Page page{.title = "Projects", .crumbs = {}, .body = {}};
  EXPECT_THAT(Document(page, kCoordinator, "/projects"), HasSubstr("href=\"/audit\""));
  EXPECT_THAT(Document(page, kCoordinator, "/projects"), HasSubstr("href=\"/health\""));
  EXPECT_THAT(Document(page, kSite, "/projects"), Not(HasSubstr("href=\"/audit\"")));
  EXPECT_THAT(Document(page, kSite, "/projects"), Not(HasSubstr("href=\"/health\"")));
}

TEST(Document, HasNoScriptOrStyleOfItsOwn) {
  const std::string html = Document({.title = "Projects", .crumbs = {}, .body = {}}, kSite, "/");
  EXPECT_THAT(html, Not(HasSubstr("<style")));
  EXPECT_THAT(html, Not(HasSubstr(" style=")));
  EXPECT_THAT(html, Not(HasSubstr(" onclick")));
  EXPECT_THAT(html, Not(HasSubstr("<script>")));
}

TEST(ErrorPage, SaysWhoWasRefusedAndWhy) {
  const Page page = ErrorPage(absl::PermissionDeniedError("a site may not call X <b>"), kSite);
  EXPECT_EQ(page.status, 403);
  const std::string html = Document(page, kSite, "/health");
  EXPECT_THAT(html, HasSubstr("a site may not call X &lt;b&gt;"));
  EXPECT_THAT(html, HasSubstr("the site north"));
}

TEST(ErrorPage, GivesEveryStatusCodeOfItsKind) {
  EXPECT_EQ(ErrorPage(absl::NotFoundError(""), kSite).status, 404);
  EXPECT_EQ(ErrorPage(absl::InvalidArgumentError(""), kSite).status, 400);
  EXPECT_EQ(ErrorPage(absl::FailedPreconditionError(""), kSite).status, 409);
  EXPECT_EQ(ErrorPage(absl::UnavailableError(""), kSite).status, 503);
  EXPECT_EQ(ErrorPage(absl::InternalError(""), kSite).status, 500);
}

}  // namespace
}  // namespace blindlink::resolver
