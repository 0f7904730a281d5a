#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "agent/commands/commands.h"
#include "agent/commands/relayed_calls.h"
#include "agent/keys/token_key.h"
#include "agent/pipeline/pseudonym_order.h"
#include "blindlink/v1/audit_service.grpc.pb.h"
#include "blindlink/v1/withdrawal_service.grpc.pb.h"
#include "common/audit/withdrawal_receipt.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/cli/connection_flags.h"
#include "common/cli/name_check.h"
#include "common/cli/passphrase_flag.h"
#include "common/csv/csv_reader.h"

namespace blindlink::agent {
namespace {

// Pseudonyms in one call: well below the size of a message.
constexpr size_t kPseudonymsPerCall = 50'000;
constexpr auto kBetweenQuestions = std::chrono::milliseconds(200);

constexpr RelayedCall<v1::WithdrawRecordsRequest, v1::WithdrawalInfo> kWithdrawRecords{1};
constexpr RelayedCall<v1::GetWithdrawalRequest, v1::WithdrawalInfo> kGetWithdrawal{2};
constexpr RelayedCall<v1::GetAuditReceiptRequest, v1::AuditReceipts> kGetReceipt{3};

struct WithdrawFlags {
  ConnectionFlags connection;
  std::string project;
  std::string site;
  std::string ids;
  std::string state;
  std::vector<std::string> maps;
  std::string receipt;
};

absl::StatusOr<std::set<std::string>> ReadIds(const std::string& file) {
  BL_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  std::set<std::string> ids;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    absl::ConsumeSuffix(&line, "\r");
    if (!line.empty()) ids.insert(std::string(line));
  }
  if (ids.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, " names no record: expected a record id on each line"));
  }
  return ids;
}

// The record ids of a file, and the pseudonyms that the site's maps have for them.
struct NamedRecords {
  std::set<std::string> ids;
  std::vector<std::string> maps;
  std::set<std::string> mapped;  // of the ids, those that a map has
  std::set<RecordPseudonym> pseudonyms;
};

absl::Status AddFromMap(const std::string& file, NamedRecords* named) {
  BL_ASSIGN_OR_RETURN(const auto reader, CsvReader::Open(file));
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, reader->Next());
    if (!more) return absl::OkStatus();
    if (reader->fields().size() != 2) {
      return absl::InvalidArgumentError(
          absl::StrCat(file, " is no map: expected the columns record_id,pseudonym"));
    }
    std::string id(reader->fields()[0]);
    if (!named->ids.contains(id)) continue;
    const auto bytes = HexDecode(reader->fields()[1]);
    if (!bytes || bytes->size() != RecordPseudonym::kSize) continue;
    named->pseudonyms.insert(RecordPseudonym::FromBytes(bytes->data()));
    named->mapped.insert(std::move(id));
  }
}

// The maps that are named and those of former uploads in the state folder.
absl::StatusOr<std::vector<std::string>> MapsOf(const WithdrawFlags& flags) {
  std::vector<std::string> maps = flags.maps;
  std::error_code error;
  const std::string prefix = absl::StrCat(flags.project, ".", flags.site, ".");
  for (const auto& entry : std::filesystem::directory_iterator(flags.state, error)) {
    const std::string name = entry.path().filename();
    if (absl::StartsWith(name, prefix) && absl::EndsWith(name, ".map.csv")) {
      maps.push_back(entry.path());
    }
  }
  if (error) {
    return absl::UnknownError(absl::StrCat("cannot read ", flags.state, ": ", error.message()));
  }
  return maps;
}

absl::StatusOr<RecordKey> KeyOf(const WithdrawFlags& flags) {
  const std::filesystem::path key_file = std::filesystem::path(flags.state) / "record.key";
  if (std::filesystem::exists(key_file)) return RecordKey::ReadOrGenerate(key_file);
  return absl::NotFoundError(absl::StrCat(
      key_file.string(), " does not exist: name the folder with which this site has uploaded"));
}

absl::StatusOr<NamedRecords> ReadNamed(const WithdrawFlags& flags, const RecordKey& key) {
  NamedRecords named;
  BL_ASSIGN_OR_RETURN(named.ids, ReadIds(flags.ids));
  BL_ASSIGN_OR_RETURN(named.maps, MapsOf(flags));
  for (const std::string& map : named.maps) BL_RETURN_IF_ERROR(AddFromMap(map, &named));
  for (const std::string& id : named.ids) {
    named.pseudonyms.insert(key.PseudonymOf(flags.project, flags.site, id));
  }
  return named;
}

// Several people with one record id have pseudonyms of their own. Where no map says how many there
// are, all that there may be are named: those that nobody has do no harm.
void AddPossiblePeople(const WithdrawFlags& flags, const RecordKey& key, NamedRecords* named) {
  for (const std::string& id : named->ids) {
    if (named->mapped.contains(id)) continue;
    for (uint64_t person = 1; person < kMostPeoplePerId; ++person) {
      named->pseudonyms.insert(key.PseudonymOf(flags.project, flags.site, id, person));
    }
  }
}

void SayWhatWasFound(const NamedRecords& named) {
  const size_t unmapped = named.ids.size() - named.mapped.size();
  printf("%zu record ids, %zu of them in the %zu maps read", named.ids.size(), named.mapped.size(),
         named.maps.size());
  if (unmapped > 0) {
    printf("; for each of the %zu others, all %zu people are named who may share an id", unmapped,
           kMostPeoplePerId);
  }
  printf("\n");
}

absl::StatusOr<v1::WithdrawalInfo> WaitUntilDone(CallRelay& resolver, v1::WithdrawalInfo info) {
  v1::GetWithdrawalRequest request;
  request.set_project(info.project());
  request.set_withdrawal(info.withdrawal());
  while (!info.done()) {
    if (!info.failure().empty()) {
      return absl::InternalError(absl::StrCat(
          info.withdrawal(), " is accepted, but not done yet: ", info.failure(),
          ". The resolver tries again every minute; ask for the receipt by the same command"));
    }
    std::this_thread::sleep_for(kBetweenQuestions);
    BL_ASSIGN_OR_RETURN(info, resolver.Call(kGetWithdrawal, request));
  }
  return info;
}

absl::StatusOr<v1::WithdrawalReceipt> WithdrawPart(const WithdrawFlags& flags,
                                                   std::vector<RecordPseudonym> part,
                                                   CallRelay& resolver) {
  v1::WithdrawRecordsRequest request;
  request.set_project(flags.project);
  for (const RecordPseudonym& pseudonym : part) {
    absl::StrAppend(request.mutable_pseudonyms(), pseudonym.AsView());
  }
  BL_ASSIGN_OR_RETURN(v1::WithdrawalInfo info, resolver.Call(kWithdrawRecords, request));
  BL_ASSIGN_OR_RETURN(info, WaitUntilDone(resolver, std::move(info)));
  v1::GetAuditReceiptRequest ask;
  ask.add_entries(info.audit_entry());
  BL_ASSIGN_OR_RETURN(const v1::AuditReceipts answer, resolver.Call(kGetReceipt, ask));
  return MakeWithdrawalReceipt(info, std::move(part), answer);
}

// The half that is offline: it reads the record ids, the maps and the record key, and writes the
// receipt.
absl::Status Withdraw(const WithdrawFlags& flags, CallRelay& resolver) {
  BL_ASSIGN_OR_RETURN(const RecordKey key, KeyOf(flags));
  BL_ASSIGN_OR_RETURN(NamedRecords named, ReadNamed(flags, key));
  AddPossiblePeople(flags, key, &named);
  SayWhatWasFound(named);
  const std::vector<RecordPseudonym> pseudonyms(named.pseudonyms.begin(), named.pseudonyms.end());
  for (size_t at = 0, part = 1; at < pseudonyms.size(); at += kPseudonymsPerCall, ++part) {
    const size_t end = std::min(at + kPseudonymsPerCall, pseudonyms.size());
    BL_ASSIGN_OR_RETURN(const v1::WithdrawalReceipt receipt,
                        WithdrawPart(flags,
                                     {pseudonyms.begin() + static_cast<std::ptrdiff_t>(at),
                                      pseudonyms.begin() + static_cast<std::ptrdiff_t>(end)},
                                     resolver));
    const std::string file = part == 1 ? flags.receipt : absl::StrCat(flags.receipt, ".", part);
    BL_RETURN_IF_ERROR(WriteFileAtomically(file, WithdrawalReceiptToJson(receipt), 0600));
    const v1::WithdrawalInfo& info = receipt.withdrawal();
    printf("%s: %" PRIu64 " records named, %" PRIu64 " removed with %" PRIu64 " tokens, %" PRIu64
           " results changed; receipt in %s\n",
           info.withdrawal().c_str(), uint64_t{info.records()}, uint64_t{info.records_removed()},
           uint64_t{info.tokens_removed()}, uint64_t{info.results_changed()}, file.c_str());
  }
  return absl::OkStatus();
}

absl::Status WithdrawInTwoHalves(const WithdrawFlags& flags, bool offline_required) {
  AllowedCalls calls(flags.connection);
  calls.Allow(kWithdrawRecords, &v1::Withdrawal::Stub::WithdrawRecords)
      .Allow(kGetWithdrawal, &v1::Withdrawal::Stub::GetWithdrawal)
      .Allow(kGetReceipt, &v1::Audit::Stub::GetReceipt);
  return RunInTwoHalves(std::move(calls), offline_required,
                        [&](CallRelay& resolver) { return Withdraw(flags, resolver); });
}

struct VerifyFlags {
  WithdrawFlags names;
  std::vector<std::string> receipts;
  std::string audit_key;
};

std::string CountsText(const v1::WithdrawalReceipt& receipt) {
  if (!HasSignedCounts(receipt)) {
    return "What was removed is not signed: the resolver was of an earlier release.";
  }
  const v1::WithdrawalInfo& info = receipt.withdrawal();
  return absl::StrCat("Removed: ", info.records_removed(), " records with ", info.tokens_removed(),
                      " tokens; ", info.results_changed(), " results changed.");
}

// Checks a receipt and says in words what it proves.
absl::StatusOr<v1::WithdrawalReceipt> VerifyOne(const std::string& file,
                                                const std::string& audit_key) {
  BL_ASSIGN_OR_RETURN(const std::string json, ReadFile(file));
  BL_ASSIGN_OR_RETURN(v1::WithdrawalReceipt receipt, ParseWithdrawalReceipt(json, file));
  BL_RETURN_IF_ERROR(CheckWithdrawalReceipt(receipt));
  BL_ASSIGN_OR_RETURN(const v1::AuditHead head, HeadOf(receipt));
  const std::string key = HexEncode(head.public_key());
  if (!audit_key.empty() && key != audit_key) {
    return absl::DataLossError(
        absl::StrCat(file, " is signed by key ", key, ", which is not the one of --audit-key"));
  }
  const v1::WithdrawalInfo& info = receipt.withdrawal();
  printf("%s of project %s, site %s: entry %" PRIu64
         " of the audit log with key %s says that the resolver has none of the %zu records named. "
         "%s\n",
         info.withdrawal().c_str(), info.project().c_str(), info.site().c_str(),
         uint64_t{receipt.index()}, key.c_str(),
         receipt.pseudonyms().size() / RecordPseudonym::kSize, CountsText(receipt).c_str());
  return receipt;
}

absl::Status Verify(const VerifyFlags& flags) {
  std::vector<v1::WithdrawalReceipt> receipts;
  for (const std::string& file : flags.receipts) {
    BL_ASSIGN_OR_RETURN(receipts.emplace_back(), VerifyOne(file, flags.audit_key));
  }
  if (flags.names.ids.empty()) return absl::OkStatus();
  BL_ASSIGN_OR_RETURN(const RecordKey key, KeyOf(flags.names));
  BL_ASSIGN_OR_RETURN(const NamedRecords named, ReadNamed(flags.names, key));
  const std::set<RecordPseudonym>& wanted = named.pseudonyms;
  const auto missing = std::count_if(wanted.begin(), wanted.end(), [&](const auto& record) {
    return std::none_of(receipts.begin(), receipts.end(),
                        [&](const auto& receipt) { return IsWithdrawnBy(receipt, record); });
  });
  if (missing == 0) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      "the receipt is not about ", missing, " of the records in ", flags.names.ids,
      "; if withdraw wrote several files (RECEIPT, RECEIPT.2, ...), name all of them"));
}

void AddNames(CLI::App& command, WithdrawFlags* flags, bool required) {
  command.add_option("--project", flags->project, "Name of the project")
      ->required(required)
      ->check(IsName());
  command.add_option("--site", flags->site, "Name of this site")
      ->required(required)
      ->check(IsName());
  command.add_option("--ids", flags->ids, "File with a record id of this site on each line")
      ->required(required);
  command.add_option("--state", flags->state, "This site's folder with its record key, as for run")
      ->required(required);
  command
      .add_option("--map", flags->maps,
                  "Map of a former upload that is not in the state folder; may be repeated")
      ->allow_extra_args(false);
  AddPassphraseFlag(command);
}

}  // namespace

Command AddWithdrawCommand(CLI::App& app, const bool* offline_required) {
  CLI::App* command = app.add_subcommand(
      "withdraw", "Withdraw records from the resolver, and keep its signed receipt");
  auto flags = std::make_shared<WithdrawFlags>();
  AddConnectionFlags(*command, &flags->connection);
  AddNames(*command, flags.get(), /*required=*/true);
  command->add_option("--receipt", flags->receipt, "File to write the receipt to")->required();
  command->footer(
      "Example:\n  blindlink-agent withdraw --project flu --site general --ids leaving.txt \\\n"
      "      --state state --receipt leaving.receipt.json --resolver center:7443 \\\n"
      "      --cert general.pem --key general.key --ca ca.pem\n\n"
      "Returns when no file of the resolver has them any more (docs/increments.md).");
  return {command,
          [flags, offline_required] { return WithdrawInTwoHalves(*flags, *offline_required); }};
}

Command AddVerifyReceiptCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand("verify-receipt",
                                         "Check the receipt of a withdrawal, without the resolver");
  auto flags = std::make_shared<VerifyFlags>();
  command
      ->add_option("receipt", flags->receipts,
                   "The receipt that withdraw wrote, all of its files if there are several")
      ->required();
  AddNames(*command, &flags->names, /*required=*/false);
  command->add_option("--audit-key", flags->audit_key,
                      "The key of the resolver's audit log, 64 hexadecimal digits");
  command->footer(
      "Example:\n  blindlink-agent verify-receipt leaving.receipt.json --ids leaving.txt \\\n"
      "      --project flu --site general --state state");
  return {command, [flags] { return Verify(*flags); }};
}

}  // namespace blindlink::agent
