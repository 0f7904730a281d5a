#include "absl/strings/str_cat.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

struct ErrorRow {
  absl::StatusCode code;
  int status;
  const char* title;
};
constexpr ErrorRow kErrors[] = {
    {absl::StatusCode::kPermissionDenied, 403, "Not for your role"},
    {absl::StatusCode::kUnauthenticated, 403, "Not admitted"},
    {absl::StatusCode::kNotFound, 404, "Nothing here"},
    {absl::StatusCode::kInvalidArgument, 400, "Something is missing or wrong"},
    {absl::StatusCode::kOutOfRange, 400, "Something is missing or wrong"},
    {absl::StatusCode::kFailedPrecondition, 409, "Not possible now"},
    {absl::StatusCode::kAlreadyExists, 409, "Done already"},
    {absl::StatusCode::kUnavailable, 503, "Busy: try again"},
    {absl::StatusCode::kResourceExhausted, 503, "No room"},
    {absl::StatusCode::kDeadlineExceeded, 503, "It takes too long"},
};

const ErrorRow& RowOf(absl::StatusCode code) {
  static constexpr ErrorRow kOther = {absl::StatusCode::kInternal, 500,
                                      "The resolver has a problem"};
  for (const ErrorRow& row : kErrors) {
    if (row.code == code) return row;
  }
  return kOther;
}

}  // namespace

Page ErrorPage(const absl::Status& status, const Party& visitor) {
  const ErrorRow& row = RowOf(status.code());
  Page page{.status = row.status, .title = row.title, .crumbs = {{row.title, ""}}, .body = {}};
  page.body.Add(Note(status.message(), Mood::kBad));
  if (status.code() == absl::StatusCode::kPermissionDenied) {
    page.body.Element(
        "p",
        absl::StrCat("Your certificate is that of the ", NameOf(visitor.role), " ", visitor.name,
                     ". What each role may do is the same here as for its programs."),
        {{"class", "soft"}});
  }
  page.body.Open("p").Add(Link("/projects", "Back to the projects")).Close();
  return page;
}

}  // namespace blindlink::resolver
