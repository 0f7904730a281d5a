#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "blindlink/v1/project_service.grpc.pb.h"
#include "blindlink/v1/upload_service.grpc.pb.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/token_audit/resolver_audit.h"
#include "resolver/console/plan_names.h"
#include "resolver/console/router.h"
#include "resolver/console/states.h"
#include "resolver/console/upload_figures.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

std::string AddressOf(const Exchange& exchange) {
  return Path({"projects", exchange.Name("project"), "uploads", exchange.Name("site"),
               exchange.Name("dataset")});
}

v1::GetUploadRequest RequestOf(const Exchange& exchange) {
  v1::GetUploadRequest request;
  request.set_project(exchange.Name("project"));
  request.set_site(exchange.Name("site"));
  request.set_dataset(exchange.Name("dataset"));
  return request;
}

double Ratio(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string KindText(const v1::UploadManifest& manifest) {
  std::string kind = absl::AsciiStrToLower(v1::DatasetKind_Name(manifest.kind()));
  if (!manifest.replaces().empty()) absl::StrAppend(&kind, " of ", manifest.replaces());
  return kind;
}

Html Trouble(const v1::UploadInfo& upload) {
  Html html;
  if (!upload.failure().empty()) {
    html.Add(Note(absl::StrCat("The upload could not be taken into the index: ", upload.failure()),
                  Mood::kBad));
  }
  if (upload.state() == v1::RECEIVING) {
    html.Add(Note(
        "The site has not finished sending. If nothing moves, its program was interrupted: what "
        "arrived is kept, and running the same command at the site continues there.",
        Mood::kPlain));
  }
  const v1::UploadCounts& counts = upload.counts();
  if (Ratio(counts.rejected_rows(), counts.rows()) > 0.05) {
    html.Add(Note(absl::StrCat(ShareText(Ratio(counts.rejected_rows(), counts.rows())),
                               " of the rows were rejected at the site. The site sees why with: "
                               "blindlink-agent status"),
                  Mood::kWarn));
  }
  for (const std::string& note : upload.notes()) html.Add(Note(note, Mood::kWarn));
  if (const std::string warnings = WarningsOf(upload.audit()); !warnings.empty()) {
    html.Add(Note(absl::StrCat("What the resolver could learn from these tokens alone: ", warnings),
                  Mood::kWarn));
  }
  for (const std::string& exceeded : counts.audit().exceeded()) {
    html.Add(Note(absl::StrCat("The site's audit of its tokens: ", exceeded), Mood::kWarn));
  }
  if (!counts.audit().sent_despite().empty()) {
    html.Add(Note(absl::StrCat("The site sent it nevertheless: ", counts.audit().sent_despite()),
                  Mood::kWarn));
  }
  return html;
}

Html KeyTable(const v1::UploadInfo& upload, const std::map<uint32_t, std::string>& names) {
  Table table("Match keys: how many records have every value that they need",
              {"Match key", "#Tokens", "#Records without", "#Filled", ""});
  for (const v1::MatchKeyCounts& key : upload.counts().match_keys()) {
    const std::optional<double> filled = FillOf(upload, key.match_key());
    table.Row({Cell(NameIn(names, key.match_key())), Cell(CountText(key.tokens())),
               Cell(filled.has_value() ? CountText(key.records_without()) : "-"),
               Cell(filled.has_value() ? ShareText(*filled) : "-"), Bar(filled.value_or(0))});
  }
  return table.empty() ? Empty("The site's counts come with the end of the upload.")
                       : table.Finish();
}

Html Figures(const v1::UploadInfo& upload) {
  const v1::UploadCounts& counts = upload.counts();
  return Facts({{"Records", CountText(upload.records())},
                {"Rows read at the site", counts.rows() > 0 ? CountText(counts.rows()) : "-"},
                {"Rows rejected", CountText(counts.rejected_rows()),
                 counts.rows() > 0 ? ShareText(Ratio(counts.rejected_rows(), counts.rows())) : ""},
                {"Tokens", CountText(upload.tokens()),
                 upload.records() > 0 ? absl::StrFormat("%.1f for each record",
                                                        Ratio(upload.tokens(), upload.records()))
                                      : ""},
                {"Over-used tokens left out", CountText(counts.overused_tokens())},
                {"Blocks received", CountText(upload.blocks())}});
}

Html HowItWasMade(const v1::UploadInfo& upload) {
  return PlainFacts({{"Committed", CommittedText(upload)},
                     {"Standardizer", upload.manifest().standardizer_version()},
                     {"Token key", HexEncode(upload.manifest().token_key_id())},
                     {"Tokenization digest", HexEncode(upload.manifest().tokenization_digest())},
                     {"Records", upload.manifest().one_record_per_person()
                                     ? "one for each person, as the site states"
                                     : "a person may have several"},
                     {"Kind", KindText(upload.manifest())},
                     {"Removed by itself",
                      upload.end_unix_seconds() > 0 ? TimeText(upload.end_unix_seconds()) : ""}});
}

}  // namespace

absl::StatusOr<Page> ShowUpload(Exchange& exchange) {
  BL_ASSIGN_OR_RETURN(const v1::UploadInfo upload,
                      exchange.calls.Make(&v1::Upload::Stub::GetUpload, RequestOf(exchange)));
  v1::GetProjectRequest project_request;
  project_request.set_name(exchange.Name("project"));
  BL_ASSIGN_OR_RETURN(const v1::ProjectInfo project,
                      exchange.calls.Make(&v1::Project::Stub::GetProject, project_request));
  const std::string title = absl::StrCat(exchange.Name("site"), " / ", exchange.Name("dataset"));
  Page page{.title = title,
            .crumbs = {{project.name(), Path({"projects", project.name()})}, {title, ""}},
            .body = {}};
  const bool live = upload.state() == v1::RECEIVING || upload.state() == v1::INGESTING;
  Attributes attributes = {{"id", "upload"}};
  if (live) attributes.push_back({"data-live", ""});
  page.body.Add(DoneNote(exchange));
  page.body.Open("section", attributes)
      .Open("p", {{"class", "lead"}})
      .Add(UploadStateOf(upload))
      .Close()
      .Add(Trouble(upload))
      .Add(Figures(upload))
      .Close();
  page.body.Element("h2", "Fill").Add(KeyTable(upload, MatchKeyNames(project)));
  page.body.Element("h2", "How it was made").Add(HowItWasMade(upload));
  if (exchange.May("/blindlink.v1.Upload/DiscardUpload") && upload.state() != v1::WITHDRAWN) {
    page.body.Open("div", {{"class", "actions"}})
        .Add(LinkButton(AddressOf(exchange) + "/discard",
                        upload.state() == v1::COMMITTED ? "Withdraw it" : "Discard it", true))
        .Close();
  }
  return page;
}

absl::StatusOr<Page> ShowDiscard(Exchange& exchange) {
  BL_RETURN_IF_ERROR(exchange.Require("/blindlink.v1.Upload/DiscardUpload"));
  BL_ASSIGN_OR_RETURN(const v1::UploadInfo upload,
                      exchange.calls.Make(&v1::Upload::Stub::GetUpload, RequestOf(exchange)));
  const bool committed = upload.state() == v1::COMMITTED;
  Page page{.title = committed ? "Withdraw this dataset?" : "Discard this upload?",
            .crumbs = {},
            .body = {}};
  page.crumbs = {
      {exchange.Name("project"), Path({"projects", exchange.Name("project")})},
      {absl::StrCat(exchange.Name("site"), " / ", exchange.Name("dataset")), AddressOf(exchange)},
      {page.title, ""}};
  const Html words = Html().Element(
      "p", absl::StrCat(committed ? "No later run uses its " : "What arrived is deleted: ",
                        CountText(upload.records()), " records of ", exchange.Name("site"),
                        committed ? ". Results of earlier runs stay as they are."
                                  : ". The site can send it again."));
  page.body.Add(ChangeForm(exchange, AddressOf(exchange) + "/discard", words,
                           committed ? "Withdraw the dataset" : "Discard the upload", true));
  return page;
}

absl::StatusOr<Page> Discard(Exchange& exchange) {
  BL_RETURN_IF_ERROR(
      exchange.calls.Make(&v1::Upload::Stub::DiscardUpload, RequestOf(exchange)).status());
  return Done(exchange, Path({"projects", exchange.Name("project")}));
}

}  // namespace blindlink::resolver
