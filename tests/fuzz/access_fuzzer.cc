// Any bytes as what is sent and stored about grants: requests are refused or follow the rules,
// stored messages are read or refused as damaged, and small overlaps never show their count.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/access_storage.pb.h"
#include "blindlink/v1/access_service.pb.h"
#include "blindlink/v1/result_service.pb.h"
#include "common/access/grant_text.h"
#include "common/access/relink_token_file.h"
#include "resolver/access/grant_rules.h"
#include "resolver/results/small_overlaps.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

constexpr int64_t kNow = 1'800'000'000;

void Require(bool holds) {
  if (!holds) std::abort();
}

void TryRequest(absl::string_view bytes) {
  v1::AccessRequest request;
  if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
  if (!CheckAccessRequest(request, {"north", "south"}, kNow).ok()) return;
  Require(request.expires_unix_seconds() > kNow);
  Require(request.purpose().find('\x1b') == std::string::npos);
  Require(request.level() != v1::ACCESS_LEVEL_UNSPECIFIED);
}

// A grant that was decided by one person is in no case in force.
void TryGrant(absl::string_view bytes) {
  v1::Grant grant;
  if (!grant.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
  GrantText(grant);
  grant.set_state(v1::GRANT_REQUESTED);
  grant.clear_decisions();
  const Person person{"ann", {}};
  AddDecision(person, true, "As was decided.", kNow, &grant).IgnoreError();
  AddDecision(person, true, "As was decided.", kNow, &grant).IgnoreError();
  Require(StateAt(grant, kNow) != v1::GRANT_APPROVED);
}

void TryOverlap(absl::string_view bytes) {
  v1::OverlapResponse response;
  if (!response.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
  if (response.cells_size() > 64) return;
  const std::vector<v1::OverlapCell> shown =
      SuppressSmall({response.cells().begin(), response.cells().end()}, 10);
  for (const v1::OverlapCell& cell : shown) {
    Require(cell.entities() == 0 || cell.entities() > 10);
  }
}

}  // namespace
}  // namespace blindlink::resolver

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace blindlink;  // NOLINT(google-build-using-namespace)
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  resolver::TryRequest(bytes);
  resolver::TryGrant(bytes);
  resolver::TryOverlap(bytes);
  storage::v1::StoredGrant grant;
  storage::v1::StoredReleases releases;
  resolver::ParseStored(bytes, &grant);
  resolver::ParseStored(bytes, &releases);
  ParseRelinkToken(bytes, "token").IgnoreError();
  return 0;
}
