#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "blindlink/v1/overview_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "resolver/console/router.h"
#include "resolver/console/widgets.h"
#include "resolver/service/expiry_warnings.h"

namespace blindlink::resolver {
namespace {

constexpr double kLittleRoom = 0.10;

double FreeShare(const v1::Health& health) {
  return health.disk_total_bytes() == 0 ? 0
                                        : static_cast<double>(health.disk_free_bytes()) /
                                              static_cast<double>(health.disk_total_bytes());
}

void WarnOfCertificate(absl::string_view what, int64_t end, int64_t now, Html* html) {
  if (!ExpiresSoon(end, now)) return;
  html->Add(Note(absl::StrCat(what, " ends in ", DaysLeft(end, now),
                              " days. Have a new one issued and replace the file; no restart is "
                              "needed."),
                 Mood::kWarn));
}

Html Alarms(const v1::Health& health) {
  Html html;
  if (!health.audit_writable()) {
    html.Add(
        Note("The audit log cannot be written, so the resolver takes no calls that have an "
             "effect. Make room on its disk.",
             Mood::kBad));
  }
  if (health.damaged_projects() > 0) {
    html.Add(Note(absl::StrCat(health.damaged_projects(),
                               " projects cannot be opened. The list of projects says why."),
                  Mood::kBad));
  }
  if (FreeShare(health) < kLittleRoom) {
    html.Add(Note(absl::StrCat("Only ", BytesText(health.disk_free_bytes()),
                               " are free on the disk of the data directory."),
                  Mood::kWarn));
  }
  if (health.uploads_failed() > 0) {
    html.Add(Note(absl::StrCat(health.uploads_failed(),
                               " uploads could not be taken in. Their pages say what to do."),
                  Mood::kWarn));
  }
  if (health.withdrawals_failing() > 0) {
    html.Add(Note(absl::StrCat(health.withdrawals_failing(),
                               " withdrawals of records fail, so the records are still on the "
                               "disk. \"project withdrawals\" says why."),
                  Mood::kBad));
  }
  const int64_t now = health.now_unix_seconds();
  WarnOfCertificate("The resolver's certificate", health.certificate_not_after(), now, &html);
  WarnOfCertificate("The clients' CA", health.client_ca_not_after(), now, &html);
  return html.empty() ? Note("Nothing needs attention.", Mood::kGood) : html;
}

std::string DaysText(int64_t end, int64_t now) {
  return end == 0 ? "-"
                  : absl::StrCat(
                        CountText(static_cast<uint64_t>(std::max<int64_t>(0, DaysLeft(end, now)))),
                        " days");
}

Html Figures(const v1::Health& health) {
  const int64_t now = health.now_unix_seconds();
  return Facts(
      {{"Disk free", BytesText(health.disk_free_bytes()),
        absl::StrCat(ShareText(FreeShare(health)), " of ", BytesText(health.disk_total_bytes()))},
       {"Waiting work", CountText(health.tasks_waiting()), "ingests, runs and rewrites in line"},
       {"Workers", CountText(health.worker_threads()), "threads on other machines"},
       {"Certificate", DaysText(health.certificate_not_after(), now),
        absl::StrCat("left, until ", TimeText(health.certificate_not_after()))},
       {"Clients' CA", DaysText(health.client_ca_not_after(), now),
        absl::StrCat("left, until ", TimeText(health.client_ca_not_after()))},
       {"Audit entries", CountText(health.audit_entries()),
        absl::StrCat("newest head ", TimeText(health.audit_head_time_ms() / 1000))},
       {"Serving for", SecondsText(static_cast<double>(now - health.started_unix_seconds())),
        absl::StrCat("since ", TimeText(health.started_unix_seconds()))}});
}

Html Counts(const v1::Health& health) {
  Table work("Work by state", {"", "#In progress", "#Done", "#Failed", "#Withdrawn or cancelled"});
  work.Row({Cell("Uploads"),
            Cell(CountText(health.uploads_receiving() + health.uploads_ingesting())),
            Cell(CountText(health.uploads_committed())), Cell(CountText(health.uploads_failed())),
            Cell(CountText(health.uploads_withdrawn()))});
  work.Row({Cell("Linkage runs"), Cell(CountText(health.runs_running())),
            Cell(CountText(health.runs_finished())), Cell(CountText(health.runs_failed())),
            Cell(CountText(health.runs_cancelled()))});
  Table calls("Since the start", {"Calls", "#Number"});
  calls.Row({Cell("Made"), Cell(CountText(health.calls()))});
  calls.Row({Cell("Refused by the gate"), Cell(CountText(health.calls_refused()))});
  calls.Row({Cell("Over a party's limits"), Cell(CountText(health.calls_over_limit()))});
  calls.Row({Cell("Connections refused"), Cell(CountText(health.handshakes_refused()))});
  Html html;
  html.Open("div", {{"class", "two"}});
  html.Open("div").Element("h2", "Work").Add(work.Finish()).Close();
  html.Open("div").Element("h2", "Calls").Add(calls.Finish()).Close();
  return html.Close();
}

}  // namespace

absl::StatusOr<Page> ShowHealth(Exchange& exchange) {
  BL_ASSIGN_OR_RETURN(const v1::Health health,
                      exchange.calls.Make(&v1::Overview::Stub::GetHealth, v1::GetHealthRequest()));
  Page page{.title = "Health", .crumbs = {}, .body = {}};
  page.body.Add(Alarms(health)).Add(Figures(health)).Add(Counts(health));
  page.body.Add(PlainFacts({{"Projects", CountText(health.projects())},
                            {"Clients allowed", CountText(health.clients())},
                            {"Records in the indexes", CountText(health.records())},
                            {"Tokens in the indexes", CountText(health.tokens())},
                            {"Access requests open", CountText(health.access_requests_open())}}));
  return page;
}

}  // namespace blindlink::resolver
