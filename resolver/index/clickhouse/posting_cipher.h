#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/secret_bytes.h"
#include "common/crypto/aes128.h"
#include "common/crypto/bound_cipher.h"
#include "resolver/index/posting.h"

namespace blindlink::resolver {

// What leaves the resolver enciphered: evidence, pseudonyms, and the rows of datasets. The keys
// come from the index's cipher.

// The two keys of the evidence of an index, of Aes128::kKeySize bytes each, and the mask of one
// load. With them nothing else can be read.
struct EvidenceKeys {
  SecretBytes starts;
  SecretBytes stream;

  static EvidenceKeys Of(const BoundCipher& cipher);
};
using EvidenceMask = std::array<uint8_t, Aes128::kBlockSize>;
EvidenceMask EvidenceMaskOf(const BoundCipher& cipher, uint64_t load);

// Enciphers the evidence of postings: AES-128 in counter mode. The counter starts at the posting
// itself (token, match key, record and form: 16 bytes), masked with a number of its load and
// enciphered under another key, so equal codes of two postings look unrelated, and so do those of a
// posting in two loads. Does not detect changes. Not thread-safe: each thread works on its own
// copy.
class PostingCipher {
 public:
  explicit PostingCipher(const EvidenceKeys& keys);
  explicit PostingCipher(const BoundCipher& cipher);

  // Postings of this dataset are of that load from now on, or of the one with this mask.
  void SetLoad(const BoundCipher& cipher, uint32_t dataset, uint64_t load);
  void SetMask(uint32_t dataset, const EvidenceMask& mask) { masks_[dataset] = mask; }
  // Enciphers, or deciphers, the evidence of each posting in place; the loads of their datasets
  // must have been set.
  void Apply(absl::Span<Posting> postings);

 private:
  const EvidenceMask* MaskOf(uint32_t dataset) const;

  Aes128 starts_;
  Aes128 stream_;
  std::map<uint32_t, EvidenceMask> masks_;  // by dataset
  std::string start_blocks_;
  std::string stream_blocks_;
};

// Enciphers, or deciphers, a text of a load in place. `name` must be used for one text of the load
// only.
void ApplyToText(const BoundCipher& cipher, uint64_t load, absl::string_view name,
                 std::string* text);

}  // namespace blindlink::resolver
