// Any bytes as an answer to GetReceipt, and as a witness file: either it is refused, or the head in
// it is signed and the witness has grown.
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "common/audit/audit_head.h"
#include "common/audit/witness.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace blindlink;  // NOLINT(google-build-using-namespace)
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto parsed = Witness::Parse(bytes, "witness.json");
  if (parsed.ok()) {
    for (const v1::AuditHead& head : parsed->heads()) {
      if (!CheckHead(head).ok()) std::abort();
    }
  }
  v1::AuditReceipts answer;
  if (!answer.ParseFromArray(data, static_cast<int>(size))) return 0;
  Witness witness = Witness::Read("/nonexistent/witness.json").value();
  const absl::Status taken = witness.Take(answer, {}, {});
  if (taken.ok() &&
      (!CheckHead(answer.head()).ok() || witness.known_size() != answer.head().size())) {
    std::abort();
  }
  for (const v1::AuditReceipt& receipt : answer.receipts()) (void)IsInLogOf(answer.head(), receipt);
  return 0;
}
