#include "resolver/index/clickhouse/server_error.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace blindlink::resolver {
namespace {

constexpr absl::string_view kCode = "Code: ";
constexpr size_t kLongestText = 200;

struct Meaning {
  int code;  // of dbms/src/Common/ErrorCodes.cpp
  absl::StatusCode status;
  const char* what;
};

constexpr char kDisk[] = "its disk or its memory is used up: make room there, then try again";
constexpr char kLimit[] = "a limit of its user or profile is used up: raise it there";
constexpr char kDamaged[] =
    "what it has stored is damaged: check its disk, and restore the shard from a replica or backup";
constexpr char kPassword[] =
    "it refuses the user or the password: see user and password_file of the configuration";
constexpr char kRights[] = "its user may not do this: see the grants in docs/cluster.md";
constexpr char kMissing[] =
    "it lacks something of the index: see that it is the shard of the configuration, and restore "
    "it";
constexpr char kAgain[] = "it could not answer just now";

constexpr Meaning kMeanings[] = {
    {16, absl::StatusCode::kFailedPrecondition, kMissing},
    {47, absl::StatusCode::kFailedPrecondition, kMissing},
    {60, absl::StatusCode::kFailedPrecondition, kMissing},
    {81, absl::StatusCode::kFailedPrecondition,
     "it does not have the database: create it as docs/cluster.md says"},
    {115, absl::StatusCode::kFailedPrecondition, "it does not know a setting: see its version"},
    {359, absl::StatusCode::kFailedPrecondition,
     "it does not drop so large a partition: raise max_partition_size_to_drop there"},
    {164, absl::StatusCode::kPermissionDenied, kRights},
    {291, absl::StatusCode::kPermissionDenied, kRights},
    {497, absl::StatusCode::kPermissionDenied, kRights},
    {192, absl::StatusCode::kUnauthenticated, kPassword},
    {193, absl::StatusCode::kUnauthenticated, kPassword},
    {194, absl::StatusCode::kUnauthenticated, kPassword},
    {195, absl::StatusCode::kUnauthenticated,
     "its user may not come from this address: see networks of its user there"},
    {516, absl::StatusCode::kUnauthenticated, kPassword},
    {75, absl::StatusCode::kResourceExhausted, kDisk},
    {173, absl::StatusCode::kResourceExhausted, kDisk},
    {241, absl::StatusCode::kResourceExhausted,
     "its limit of memory is used up: raise max_memory_usage there, or lower rows_per_chunk and "
     "rows_per_range"},
    {243, absl::StatusCode::kResourceExhausted, kDisk},
    {158, absl::StatusCode::kResourceExhausted, kLimit},
    {201, absl::StatusCode::kResourceExhausted, kLimit},
    {307, absl::StatusCode::kResourceExhausted, kLimit},
    {396, absl::StatusCode::kResourceExhausted, kLimit},
    {252, absl::StatusCode::kResourceExhausted,
     "it has too many parts that are not merged yet: wait, or raise rows_per_chunk"},
    {40, absl::StatusCode::kDataLoss, kDamaged},
    {34, absl::StatusCode::kDataLoss, kDamaged},
    {74, absl::StatusCode::kDataLoss, kDamaged},
    {88, absl::StatusCode::kDataLoss, kDamaged},
    {226, absl::StatusCode::kDataLoss, kDamaged},
    {227, absl::StatusCode::kDataLoss, kDamaged},
    {228, absl::StatusCode::kDataLoss, kDamaged},
    {246, absl::StatusCode::kDataLoss, kDamaged},
    {271, absl::StatusCode::kDataLoss, kDamaged},
    {432, absl::StatusCode::kDataLoss, kDamaged},
    {159, absl::StatusCode::kUnavailable, kAgain},
    {160, absl::StatusCode::kUnavailable, kAgain},
    {202, absl::StatusCode::kUnavailable, kAgain},
    {209, absl::StatusCode::kUnavailable, kAgain},
    {210, absl::StatusCode::kUnavailable, kAgain},
    // The same request is still being carried out: libcurl sends it again where a kept connection
    // broke off.
    {216, absl::StatusCode::kUnavailable, kAgain},
    {236, absl::StatusCode::kUnavailable, kAgain},
    {242, absl::StatusCode::kUnavailable, kAgain},
    {394, absl::StatusCode::kUnavailable, kAgain},
};

// Something ended before it should have: the body of an INSERT, or a file of the server.
bool IsCut(int code) { return code == 32 || code == 33; }

// The beginning of the server's own words, on one line.
std::string Shown(absl::string_view text) {
  std::string shown(text.substr(0, kLongestText));
  std::replace_if(
      shown.begin(), shown.end(),
      [](char c) { return !absl::ascii_isprint(static_cast<unsigned char>(c)); }, ' ');
  absl::StripAsciiWhitespace(&shown);
  return shown;
}

Meaning MeaningOf(RequestKind kind, int http, int code) {
  if (IsCut(code)) {
    return kind == RequestKind::kInsert ? Meaning{code, absl::StatusCode::kUnavailable, kAgain}
                                        : Meaning{code, absl::StatusCode::kDataLoss, kDamaged};
  }
  const auto* found = std::find_if(std::begin(kMeanings), std::end(kMeanings),
                                   [code](const Meaning& meaning) { return meaning.code == code; });
  if (found != std::end(kMeanings)) return *found;
  if (code != 0) return {code, absl::StatusCode::kInternal, "it does not carry out a request"};
  if (http == 401 || http == 403) return {0, absl::StatusCode::kUnauthenticated, kPassword};
  if (http == 408 || http == 429 || http >= 502) return {0, absl::StatusCode::kUnavailable, kAgain};
  return {0, absl::StatusCode::kFailedPrecondition,
          "what answers there is no ClickHouse server: see endpoint of the configuration"};
}

}  // namespace

int ExceptionCodeIn(absl::string_view text) {
  const size_t at = text.find(kCode);
  if (at == absl::string_view::npos) return 0;
  absl::string_view digits = text.substr(at + kCode.size());
  size_t length = 0;
  while (length < digits.size() &&
         absl::ascii_isdigit(static_cast<unsigned char>(digits[length]))) {
    ++length;
  }
  int code = 0;
  return absl::SimpleAtoi(digits.substr(0, length), &code) ? code : 0;
}

absl::Status ServerError(RequestKind kind, int http, absl::string_view text) {
  if (const size_t at = text.find(kCode); at != absl::string_view::npos) text.remove_prefix(at);
  const Meaning meaning = MeaningOf(kind, http, ExceptionCodeIn(text));
  return absl::Status(meaning.status,
                      absl::StrCat(meaning.what, " (HTTP ", http, ": ", Shown(text), ")"));
}

}  // namespace blindlink::resolver
