#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "blindlink/v1/audit_service.grpc.pb.h"
#include "common/audit/audit_head.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/rpc/audited_calls.h"
#include "resolver/console/router.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

constexpr uint64_t kEntriesPerPage = 64;  // GetReceipt proves no more at once

Html KindState(const v1::AuditEntry& entry) {
  switch (entry.kind()) {
    case v1::CALL_BEGUN:
      return State("began", Mood::kPlain);
    case v1::CALL_ANSWERED:
      return entry.code() == 0 ? State("done", Mood::kGood)
                               : State(absl::StrCat("failed, code ", entry.code()), Mood::kWarn);
    case v1::CALL_DENIED:
      return State("refused", Mood::kBad);
    case v1::CALLS_OVER_LIMIT:
      return State(absl::StrCat(entry.count(), " over the limit"), Mood::kWarn);
    case v1::RESOLVER_STARTED:
      return State("resolver started", Mood::kBusy);
    case v1::LOG_WRITABLE_AGAIN:
      return State("log writable again", Mood::kWarn);
    case v1::HANDSHAKES_REFUSED:
      return State(absl::StrCat(entry.count(), " connections refused: ", entry.reason()),
                   Mood::kBad);
    case v1::RECORDS_WITHDRAWN:
      return State(absl::StrCat(entry.count(), " records named and withdrawn"), Mood::kPlain);
    case v1::PROJECT_ENDED:
      return State("project ended", Mood::kBusy);
    case v1::DATASET_ENDED:
      return State("dataset ended", Mood::kBusy);
    case v1::RUN_ENDED:
      return State("results of a run ended", Mood::kBusy);
    case v1::GRANT_ENDED:
      return State("grant expired", Mood::kBusy);
    case v1::EPOCH_ENDED:
      return State("epoch of the token key ended", Mood::kBusy);
    default:
      return State("unknown", Mood::kPlain);
  }
}

std::string MethodText(const v1::AuditEntry& entry) {
  if (entry.kind() == v1::CALL_ANSWERED) return absl::StrCat("answer to entry ", entry.begun());
  return std::string(absl::StripPrefix(entry.method(), "/blindlink.v1."));
}

std::string ObjectsText(const v1::AuditEntry& entry) {
  std::string text;
  for (const v1::AuditObject& object : entry.objects()) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", object.kind(), " ", object.name());
  }
  return text;
}

bool IsOfTheResolver(v1::AuditKind kind) {
  return kind == v1::RESOLVER_STARTED || kind == v1::LOG_WRITABLE_AGAIN ||
         (kind >= v1::PROJECT_ENDED && kind <= v1::EPOCH_ENDED);
}

std::string PartyText(const v1::AuditEntry& entry) {
  if (IsOfTheResolver(entry.kind())) return "the resolver itself";
  return std::string(absl::StripPrefix(entry.party(), "spiffe://blindlink/"));
}

std::string MomentText(int64_t time_ms) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%E3S", absl::FromUnixMillis(time_ms),
                          absl::UTCTimeZone());
}

using Answers = std::map<uint64_t, const v1::AuditEntry*>;  // by the entry that they answer

// A call and its answer, if that is among the entries too, are one row.
void AddRow(const v1::AuditEntry& entry, const Answers& answers, Table* table) {
  const auto answer = answers.find(entry.index());
  table->Row({Cell(CountText(entry.index())), Cell(MomentText(entry.time_ms())),
              Cell(PartyText(entry)), Cell(MethodText(entry)), Cell(ObjectsText(entry)),
              KindState(answer == answers.end() ? entry : *answer->second)});
}

Html Rows(const std::vector<v1::AuditEntry>& entries, bool only_changes) {
  Answers answers;
  std::set<uint64_t> begun;
  for (const v1::AuditEntry& entry : entries) {
    if (entry.kind() == v1::CALL_BEGUN) begun.insert(entry.index());
    if (entry.kind() == v1::CALL_ANSWERED) answers[entry.begun()] = &entry;
  }
  Table table("Times are UTC", {"#Entry", "Time", "Party", "Call", "About", "Outcome"});
  for (size_t i = entries.size(); i > 0; --i) {
    const v1::AuditEntry& entry = entries[i - 1];
    const bool answered_above = entry.kind() == v1::CALL_ANSWERED && begun.count(entry.begun()) > 0;
    const bool looks = entry.kind() == v1::CALL_BEGUN && OnlyLooks(entry.method());
    if (!answered_above && !(only_changes && looks)) AddRow(entry, answers, &table);
  }
  return table.empty() ? Empty("These entries are all of calls that only look.") : table.Finish();
}

// Entries [first, first + kEntriesPerPage), each with the proof that it is in the log of the head.
struct Piece {
  v1::AuditHead head;
  std::vector<v1::AuditEntry> entries;
  bool proven = false;
};

absl::StatusOr<Piece> ReadPiece(Exchange& exchange, uint64_t first, uint64_t end) {
  v1::GetAuditReceiptRequest request;
  for (uint64_t index = first; index < end; ++index) request.add_entries(index);
  BL_ASSIGN_OR_RETURN(const v1::AuditReceipts receipts,
                      exchange.calls.Make(&v1::Audit::Stub::GetReceipt, request));
  Piece piece;
  piece.head = receipts.head();
  piece.proven = CheckHead(piece.head).ok();
  for (const v1::AuditReceipt& receipt : receipts.receipts()) {
    piece.proven = piece.proven && IsInLogOf(piece.head, receipt);
    if (!piece.entries.emplace_back().ParseFromString(receipt.entry())) piece.proven = false;
  }
  return piece;
}

Html Verification(const Piece& piece) {
  Html html;
  html.Add(
      piece.proven
          ? Note(absl::StrCat("Verified: the head over ", CountText(piece.head.size()),
                              " entries is signed, and each entry below has a proof that it is "
                              "in that log."),
                 Mood::kGood)
          : Note("The proofs do not hold: the audit log is damaged or was changed. Follow "
                 "docs/incident.md.",
                 Mood::kBad));
  html.Open("div", {{"id", "audit-since"},
                    {"role", "status"},
                    {"data-audit-size", absl::StrCat(piece.head.size())},
                    {"data-audit-time", absl::StrCat(piece.head.time_ms())},
                    {"data-audit-root", HexEncode(piece.head.root())},
                    {"data-audit-key", HexEncode(piece.head.public_key())}});
  html.Close();
  return html.Element(
      "p",
      "The resolver checks this itself. For a check that does not depend on it, run "
      "blindlink-resolver audit fetch on your own machine, and compare witnesses.",
      {{"class", "small soft"}});
}

Html Pager(uint64_t first, uint64_t end, uint64_t size, bool only_changes) {
  const std::string show = only_changes ? "show=changes&" : "";
  const auto from = [&](uint64_t entry) { return absl::StrCat("/audit?", show, "first=", entry); };
  Html html;
  html.Open("nav", {{"class", "actions"}, {"aria-label", "Further entries"}});
  if (first > 0) {
    const uint64_t before = first > kEntriesPerPage ? first - kEntriesPerPage : 0;
    html.Add(LinkButton(from(before), "Older"));
  }
  if (end < size) {
    html.Add(LinkButton(absl::StrCat("/audit?first=", end), "Newer"))
        .Add(LinkButton("/audit", "Newest"));
  }
  return html.Close();
}

}  // namespace

absl::StatusOr<Page> ShowAudit(Exchange& exchange) {
  // Who may see entries of others; GetReceipt gives them to nobody else.
  BL_RETURN_IF_ERROR(exchange.Require("/blindlink.v1.Audit/ExportEntries"));
  BL_ASSIGN_OR_RETURN(const v1::AuditHead head,
                      exchange.calls.Make(&v1::Audit::Stub::GetHead, v1::GetAuditHeadRequest()));
  const uint64_t size = head.size();
  uint64_t first = size > kEntriesPerPage ? size - kEntriesPerPage : 0;
  uint64_t asked = 0;
  if (absl::SimpleAtoi(exchange.request.Value("first"), &asked)) first = std::min(asked, first);
  const uint64_t end = std::min(size, first + kEntriesPerPage);
  BL_ASSIGN_OR_RETURN(const Piece piece, ReadPiece(exchange, first, end));
  Page page{.title = "Audit log", .crumbs = {}, .body = {}};
  page.body.Element("p",
                    "Every call to the resolver, and what it does by itself at its time, before it "
                    "had any effect: who, with which certificate, what. Entries cannot be changed "
                    "or taken out unnoticed.",
                    {{"class", "lead"}});
  page.body.Add(Verification(piece));
  const bool only_changes = exchange.request.Value("show") == "changes";
  page.body.Add(Rows(piece.entries, only_changes)).Add(Pager(first, end, size, only_changes));
  return page;
}

absl::StatusOr<Page> ShowContinues(Exchange& exchange) {
  v1::AuditHead older;
  uint64_t since = 0;
  const auto root = HexDecode(exchange.request.Value("root"));
  const auto key = HexDecode(exchange.request.Value("key"));
  if (!absl::SimpleAtoi(exchange.request.Value("since"), &since) || !root || !key) {
    return absl::InvalidArgumentError("what this browser remembers of the audit log is damaged");
  }
  older.set_size(since);
  int64_t time_ms = 0;
  if (absl::SimpleAtoi(exchange.request.Value("time"), &time_ms)) older.set_time_ms(time_ms);
  older.set_root(*root);
  older.set_public_key(*key);
  BL_ASSIGN_OR_RETURN(const v1::AuditHead newer,
                      exchange.calls.Make(&v1::Audit::Stub::GetHead, v1::GetAuditHeadRequest()));
  v1::AuditProof proof;
  if (since <= newer.size()) {
    v1::GetAuditConsistencyRequest request;
    request.set_from(since);
    request.set_to(newer.size());
    BL_ASSIGN_OR_RETURN(proof, exchange.calls.Make(&v1::Audit::Stub::GetConsistency, request));
  }
  const absl::Status continues = CheckContinues(older, newer, proof);
  Page page;
  page.status = continues.ok() ? 200 : 409;
  page.plain_text = continues.ok()
                        ? absl::StrCat("The log continues the one of ", CountText(since),
                                       " entries that this browser saw before.")
                        : absl::StrCat("The log is not the one that this browser saw before: ",
                                       continues.message());
  return page;
}

}  // namespace blindlink::resolver
