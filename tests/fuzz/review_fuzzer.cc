// Any bytes as what is sent and stored about reviews: stored events are read or refused as damaged,
// and whatever was read can be counted and shown; estimates stay within their bounds.
#include <stdlib.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/review_storage.pb.h"
#include "blindlink/v1/review_service.pb.h"
#include "resolver/review/reader_agreement.h"
#include "resolver/review/review_list.h"
#include "resolver/review/review_register.h"
#include "resolver/review/sample_quality.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

bool IsShare(double value) { return value >= 0 && value <= 1; }

// A folder in memory.
const std::filesystem::path& Folder() {
  static const std::filesystem::path folder = [] {
    std::string name = "/dev/shm/review-XXXXXX";
    Require(mkdtemp(name.data()) != nullptr);
    return std::filesystem::path(name);
  }();
  return folder;
}

// As an event whose checksum is right, as well as the file itself.
void TryEvent(absl::string_view bytes) {
  storage::v1::StoredReviewEvent event;
  ParseStored(bytes, &event);
  if (!event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
  event.set_number(1);
  Require(WriteStored(Folder() / "event-000000001.pb", event).ok());
  v1::ReviewRules rules;
  rules.set_second_reader(bytes.size() % 2 == 0);
  const auto review = ReviewRegister::Open(Folder(), rules);
  Require(review.ok() || absl::IsDataLoss(review.status()));
  if (!review.ok()) return;
  const v1::ReviewStatistics statistics = (*review)->Statistics();
  const std::vector<NamedDecision> decisions = (*review)->DecisionsAfter(1);
  Require(decisions.size() == statistics.links() + statistics.do_not_links());
  for (const NamedPair& pair : (*review)->DecidedPairs()) {
    Require(pair.left < pair.right);
    Require(!(*review)->Get(pair).decisions.empty());
  }
  (*review)->Questions("north", true);
  const auto quality = QualityOfSample(**review, "");
  Require(quality.ok() || absl::IsNotFound(quality.status()));
}

void TryRequest(absl::string_view bytes) {
  v1::DecidePairRequest request;
  if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
  const auto pair = PairOf(request.left(), request.right());
  Require(pair.ok() || absl::IsInvalidArgument(pair.status()));
  if (pair.ok()) Require(pair->left < pair->right);
}

void TryEstimates(absl::string_view bytes) {
  if (bytes.size() < 9) return;
  VerdictTable table{};
  for (size_t i = 0; i < 9; ++i) table[i / 3][i % 3] = static_cast<uint8_t>(bytes[i]);
  const Kappa kappa = KappaOf(table);
  Require(!kappa.known || (kappa.low <= kappa.value && kappa.value <= kappa.high));
  std::vector<v1::SampleStratum> strata;
  for (size_t at = 9; at + 4 <= bytes.size() && strata.size() < 8; at += 4) {
    v1::SampleStratum& stratum = strata.emplace_back();
    stratum.set_links(static_cast<uint8_t>(bytes[at]));
    stratum.set_do_not_links(static_cast<uint8_t>(bytes[at + 1]));
    stratum.set_pairs(stratum.links() + stratum.do_not_links() +
                      static_cast<uint8_t>(bytes[at + 2]));
    stratum.set_matched((bytes[at + 3] & 1) != 0);
  }
  for (const v1::QualityRow& row : EstimateQuality(strata)) {
    Require(IsShare(row.ppv()) && IsShare(row.sensitivity()));
    Require(row.ppv_low() <= row.ppv_high());
    Require(row.sensitivity_low() <= row.sensitivity_high());
  }
}

}  // namespace
}  // namespace blindlink::resolver

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace blindlink;  // NOLINT(google-build-using-namespace)
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  resolver::TryEvent(bytes);
  resolver::TryRequest(bytes);
  resolver::TryEstimates(bytes);
  return 0;
}
