#include "resolver/index/rocksdb/page_cipher.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "resolver/index/rocksdb/posting_page.h"

namespace blindlink::resolver {
namespace {

constexpr char kPlain = 1;
constexpr char kSealed = 2;

// Enciphers and deciphers alike. The version is not part of the name.
void Apply(const BoundCipher& cipher, absl::string_view key, size_t evidence, std::string* page) {
  const std::string name =
      absl::StrCat(key, absl::string_view(*page).substr(1, kPostingPageHeadSize - 1));
  cipher.Apply(name, absl::MakeSpan(reinterpret_cast<uint8_t*>(page->data()) + evidence,
                                    page->size() - evidence));
}

}  // namespace

void SealEvidence(const BoundCipher& cipher, absl::string_view key, std::string* page) {
  const std::optional<size_t> evidence = EvidenceOffset(*page);
  if (!evidence.has_value() || page->front() != kPlain) return;
  Apply(cipher, key, *evidence, page);
  page->front() = kSealed;
}

void OpenEvidence(const BoundCipher& cipher, absl::string_view key, std::string* page) {
  const std::optional<size_t> evidence = EvidenceOffset(*page);
  if (!evidence.has_value() || page->front() != kSealed) return;
  Apply(cipher, key, *evidence, page);
  page->front() = kPlain;
}

}  // namespace blindlink::resolver
