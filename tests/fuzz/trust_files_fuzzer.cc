// Any bytes as the file of the audit log's heads and as the file of the keys of results: refused,
// or read, and the same after they are written again.
#include <stdlib.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "blindlink/v1/audit_service.pb.h"
#include "common/base/files.h"
#include "resolver/audit/head_file.h"
#include "resolver/index/results_key_file.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

// A folder in memory.
const std::filesystem::path& Folder() {
  static const std::filesystem::path folder = [] {
    std::string name = "/dev/shm/trust-files-XXXXXX";
    Require(mkdtemp(name.data()) != nullptr);
    return std::filesystem::path(name);
  }();
  return folder;
}

void TryHeads(absl::string_view content) {
  const std::filesystem::path path = Folder() / "head";
  Require(WriteFileAtomically(path, content, 0600).ok());
  auto file = HeadFile::Open(path, /*read_only=*/false);
  Require(file.ok());
  const std::optional<v1::AuditHead> before = file->newest();
  v1::AuditHead next;
  next.set_size(before ? before->size() : 0);
  if (next.size() == UINT64_MAX) return;
  next.set_size(next.size() + 1);
  Require(file->Write(next).ok());
  const auto again = HeadFile::Open(path, /*read_only=*/true);
  Require(again.ok() && again->newest() && again->newest()->size() == next.size());
}

// A head as a place holds it, so that more than its digest is tried.
void TryHead(absl::string_view bytes) {
  v1::AuditHead head;
  if (!head.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
  if (StoredForm(head).size() + 2 > HeadFile::kPlaceBytes) return;
  const std::filesystem::path path = Folder() / "head";
  Require(HeadFile::Create(path, head).ok());
  const auto file = HeadFile::Open(path, /*read_only=*/true);
  Require(file.ok() && file->newest());
  Require(file->newest()->SerializeAsString() == head.SerializeAsString());
}

void TryKeys(absl::string_view text) {
  // An enciphered key would ask for a passphrase.
  if (absl::StrContains(text, "scrypt-aes-256-gcm")) return;
  const std::filesystem::path path = Folder() / "results.key";
  Require(WriteFileAtomically(path, absl::StrCat("blindlink-results-key-v1\n", text), 0600).ok());
  const auto keys = ReadResultsKeys(path);
  if (!keys.ok()) {
    Require(absl::IsInvalidArgument(keys.status()));
    return;
  }
  Require(WriteResultsKeys(path, *keys).ok());
  const auto again = ReadResultsKeys(path);
  Require(again.ok() && again->entities.Reveal() == keys->entities.Reveal());
  Require(again->shift_seeds.Reveal() == keys->shift_seeds.Reveal());
}

}  // namespace
}  // namespace blindlink::resolver

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  blindlink::resolver::TryHeads(bytes);
  blindlink::resolver::TryHead(bytes);
  blindlink::resolver::TryKeys(bytes);
  return 0;
}
