// Any bytes as the file of the audit log's entries: it is refused, or what is read stands in it.
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/audit/audit_head.h"
#include "common/audit/merkle_tree.h"
#include "common/base/files.h"
#include "resolver/audit/entry_text.h"
#include "resolver/audit/log_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace blindlink;            // NOLINT(google-build-using-namespace)
  using namespace blindlink::resolver;  // NOLINT(google-build-using-namespace)
  static const std::filesystem::path file = absl::StrCat("/tmp/audit-entries-fuzzer.", getpid());
  static const SecretBytes seed = SecretBytes::OfSize(32);
  static const Ed25519Signer signer(seed);
  // A sound beginning, so that the rest is read.
  if (!EntryFile::Create(file, signer.public_key()).ok()) std::abort();
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string content = absl::StrCat(ReadFile(file).value(), bytes);
  if (!WriteFileAtomically(file, content, 0600).ok()) std::abort();
  uint64_t visited = 0;
  const auto checked =
      CheckLog(EntryFile::Open(file, true).value(), SignHead(signer, 0, 0, EmptyRoot()), {},
               [&](uint64_t index, uint64_t offset, const std::string& entry) {
                 if (index != visited++ || content.substr(offset + 8, entry.size()) != entry)
                   std::abort();
                 v1::AuditEntry parsed;
                 if (!parsed.ParseFromString(entry)) std::abort();
                 (void)CsvRowOf(parsed);
                 (void)JsonLineOf(parsed);
                 return absl::OkStatus();
               });
  if (checked.ok() && checked->end + checked->torn_bytes != content.size()) std::abort();
  return 0;
}
