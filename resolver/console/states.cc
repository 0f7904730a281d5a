#include "resolver/console/states.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {

Html UploadStateOf(const v1::UploadInfo& upload) {
  switch (upload.state()) {
    case v1::RECEIVING:
      return State(absl::StrCat("receiving, ", CountText(upload.blocks()), " blocks"), Mood::kBusy);
    case v1::INGESTING: {
      const double all = static_cast<double>(std::max<uint64_t>(1, upload.tokens()));
      return Html()
          .Add(State("ingesting", Mood::kBusy))
          .Text(" ")
          .Add(Progress(static_cast<double>(upload.tokens_ingested()) / all, "Ingest"));
    }
    case v1::COMMITTED:
      return State("committed", Mood::kGood);
    case v1::INGEST_FAILED:
      return State("failed", Mood::kBad);
    case v1::WITHDRAWN:
      return State("withdrawn", Mood::kPlain);
    default:
      return State("unknown", Mood::kPlain);
  }
}

Html RunStateOf(const v1::LinkageRun& run) {
  switch (run.state()) {
    case v1::RUNNING:
      return Html()
          .Add(State(run.stage().empty() ? "waiting" : run.stage(), Mood::kBusy))
          .Text(" ")
          .Add(Progress(run.progress(), "Run"));
    case v1::FINISHED:
      return State("finished", Mood::kGood);
    case v1::CANCELLED:
      return State("cancelled", Mood::kPlain);
    case v1::FAILED:
      return State("failed", Mood::kBad);
    default:
      return State("unknown", Mood::kPlain);
  }
}

Html GrantStateOf(v1::GrantState state) {
  switch (state) {
    case v1::GRANT_REQUESTED:
      return State("waits for a decision", Mood::kWarn);
    case v1::GRANT_APPROVED:
      return State("in force", Mood::kGood);
    case v1::GRANT_DENIED:
      return State("denied", Mood::kBad);
    case v1::GRANT_REVOKED:
      return State("revoked", Mood::kBad);
    case v1::GRANT_EXPIRED:
      return State("expired", Mood::kPlain);
    default:
      return State("unknown", Mood::kPlain);
  }
}

const char* WordsFor(v1::AccessLevel level) {
  switch (level) {
    case v1::ACCESS_COUNTS:
      return "counts";
    case v1::ACCESS_PAIRS:
      return "match pairs";
    case v1::ACCESS_ENTITY_MAP:
      return "entity map";
    default:
      return "nothing";
  }
}

}  // namespace blindlink::resolver
