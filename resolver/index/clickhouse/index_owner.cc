#include "resolver/index/clickhouse/index_owner.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <optional>
#include <system_error>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/random.h"
#include "common/crypto/sha256.h"

namespace blindlink::resolver {
namespace {

struct OwnerRow {
  uint64_t opened = 0;
  uint64_t owner = 0;
  std::string place;
  std::string host;
  int64_t at = 0;
};

constexpr char kNewest[] = " ORDER BY opened DESC, owner DESC LIMIT 1";

absl::StatusOr<std::optional<OwnerRow>> NewestOf(const Server& server, const std::string& table) {
  const NativeType types[] = {kUInt64, kUInt64, kString, kString, kUInt32};
  BL_ASSIGN_OR_RETURN(
      const auto found,
      server.Select(
          absl::StrCat("SELECT opened, owner, place, host, toUInt32(at) FROM ", table, kNewest),
          types));
  if (found->rows() == 0) return std::nullopt;
  const std::vector<NativeValues>& columns = found->blocks[0].columns;
  return OwnerRow{columns[0].At<uint64_t>(0), columns[1].At<uint64_t>(0),
                  std::string(columns[2].StringAt(0)), std::string(columns[3].StringAt(0)),
                  columns[4].At<uint32_t>(0)};
}

// Of all servers: one may not have been there when an owner came.
absl::StatusOr<std::optional<OwnerRow>> Newest(const Shard& first, const std::string& table) {
  std::optional<OwnerRow> newest;
  for (const auto& server : first.servers()) {
    BL_ASSIGN_OR_RETURN(const std::optional<OwnerRow> row, NewestOf(*server, table));
    if (!row.has_value()) continue;
    if (!newest.has_value() ||
        std::tie(newest->opened, newest->owner) <= std::tie(row->opened, row->owner))
      newest = row;
  }
  return newest;
}

// Tells the folder from a copy of it on this or another machine.
absl::StatusOr<std::string> PlaceOf(const std::filesystem::path& folder) {
  std::error_code error;
  const std::filesystem::path whole = std::filesystem::canonical(folder, error);
  struct stat about {};
  if (error || stat(folder.c_str(), &about) != 0) {
    return absl::UnknownError(absl::StrCat("cannot read ", folder.string()));
  }
  const std::string machine = ReadFile("/etc/machine-id").value_or("");
  return HexEncode(
      AsView(Sha256Of(absl::StrCat(machine, "\n", whole.string(), "\n", about.st_ino))));
}

std::string HostName() {
  char name[256] = {};
  gethostname(name, sizeof(name) - 1);
  std::string shown;
  for (const char* c = name; *c != '\0'; ++c) {
    const bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                       (*c >= '0' && *c <= '9') || *c == '.' || *c == '-';
    shown.push_back(plain ? *c : '_');
  }
  return shown;
}

uint64_t RandomNumber() {
  const SecretBytes bytes = RandomBytes(sizeof(uint64_t));
  uint64_t number;
  std::memcpy(&number, bytes.Reveal().data(), sizeof(number));
  return number;
}

std::string TakeOverWords(const std::string& folder) {
  return absl::StrCat(
      "Only one resolver may write to an index. If the other one is stopped for good, "
      "take over: make the file ",
      folder, "/", IndexOwner::kTakeOverFile, " and start this resolver again");
}

}  // namespace

absl::StatusOr<IndexOwner> IndexOwner::Take(const Shard& first, const IndexTables& tables,
                                            const std::filesystem::path& folder) {
  BL_ASSIGN_OR_RETURN(const std::string place, PlaceOf(folder));
  BL_ASSIGN_OR_RETURN(const std::optional<OwnerRow> before, Newest(first, tables.owners()));
  const std::filesystem::path take_over = folder / kTakeOverFile;
  std::error_code ignored;
  const bool allowed = std::filesystem::exists(take_over, ignored);
  if (before.has_value() && before->place != place && !allowed) {
    return absl::FailedPreconditionError(
        absl::StrCat("the token index on the cluster was last opened by another resolver, on host ",
                     before->host, " at ",
                     absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", absl::FromUnixSeconds(before->at),
                                      absl::UTCTimeZone()),
                     ". ", TakeOverWords(folder.string())));
  }
  const uint64_t number = RandomNumber();
  const uint64_t opened = before.has_value() ? before->opened + 1 : 1;
  const std::string insert =
      absl::StrCat("INSERT INTO ", tables.owners(), " SELECT toUInt64(", opened, "), toUInt64(",
                   number, "), '", place, "', '", HostName(), "', now()");
  BL_RETURN_IF_ERROR(first.ForEach([&](const Server& server) { return server.Execute(insert); }));
  IndexOwner owner(first, tables.owners(), folder.string(), number);
  BL_RETURN_IF_ERROR(owner.Check());
  std::filesystem::remove(take_over, ignored);
  return owner;
}

absl::Status IndexOwner::Check() const {
  return first_->ForEach([this](const Server& server) -> absl::Status {
    BL_ASSIGN_OR_RETURN(const std::optional<OwnerRow> newest, NewestOf(server, table_));
    return newest.has_value() && newest->owner == number_ ? absl::OkStatus() : Fenced();
  });
}

absl::Status IndexOwner::Fenced() const {
  return absl::FailedPreconditionError(absl::StrCat(
      "another resolver has opened this token index on the cluster since: stop this one. ",
      TakeOverWords(folder_)));
}

std::string IndexOwner::AsCondition() const {
  return absl::StrCat(" FROM (SELECT owner FROM ", table_, kNewest, ") WHERE owner = toUInt64(",
                      number_, ")");
}

}  // namespace blindlink::resolver
