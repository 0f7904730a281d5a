#include "common/crypto/passphrase_seal.h"

#include <openssl/aead.h>
#include <openssl/evp.h>

#include <optional>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/random.h"

namespace blindlink {
namespace {

constexpr absl::string_view kFirstWord = "scrypt-aes-256-gcm";
constexpr size_t kSaltSize = 16;
constexpr size_t kNonceSize = 12;
constexpr size_t kTagSize = 16;
constexpr size_t kAesKeySize = 32;
constexpr unsigned kMaxLog2N = 20;
constexpr unsigned kMaxR = 8;
constexpr unsigned kMaxP = 16;
// 128 N r bytes at most, and a little.
constexpr size_t kMaxMemory = (size_t{128} * kMaxR << kMaxLog2N) + (size_t{1} << 20);

const uint8_t* Data(absl::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

struct Line {
  ScryptCost cost;
  std::string salt;
  std::string nonce;
  std::string sealed;
};

std::string HeadOf(const ScryptCost& cost, absl::string_view salt, absl::string_view nonce) {
  return absl::StrCat(kFirstWord, " ", cost.log2_n, " ", cost.r, " ", cost.p, " ", HexEncode(salt),
                      " ", HexEncode(nonce));
}

bool ParseNumber(absl::string_view text, unsigned max, unsigned* number) {
  return absl::SimpleAtoi(text, number) && *number >= 1 && *number <= max;
}

bool ParseBytes(absl::string_view text, std::string* bytes) {
  const std::optional<std::string> decoded = HexDecode(text);
  if (decoded) *bytes = *decoded;
  return decoded.has_value();
}

std::optional<Line> ParseLine(absl::string_view text) {
  const std::vector<absl::string_view> words = absl::StrSplit(text, ' ');
  Line line;
  if (words.size() != 7 || words[0] != kFirstWord ||
      !ParseNumber(words[1], kMaxLog2N, &line.cost.log2_n) ||
      !ParseNumber(words[2], kMaxR, &line.cost.r) || !ParseNumber(words[3], kMaxP, &line.cost.p) ||
      !ParseBytes(words[4], &line.salt) || line.salt.size() != kSaltSize ||
      !ParseBytes(words[5], &line.nonce) || line.nonce.size() != kNonceSize ||
      !ParseBytes(words[6], &line.sealed) || line.sealed.size() < kTagSize) {
    return std::nullopt;
  }
  return line;
}

// False if there is too little memory.
bool Stretch(const SecretBytes& passphrase, const ScryptCost& cost, absl::string_view salt,
             SecretBytes* key) {
  return EVP_PBE_scrypt(reinterpret_cast<const char*>(passphrase.Reveal().data()),
                        passphrase.size(), Data(salt), salt.size(), uint64_t{1} << cost.log2_n,
                        cost.r, cost.p, kMaxMemory, key->RevealForWriting().data(),
                        key->size()) == 1;
}

std::string RandomText(size_t size) {
  const SecretBytes bytes = RandomBytes(size);
  return {bytes.Reveal().begin(), bytes.Reveal().end()};
}

}  // namespace

bool IsPassphraseSealed(absl::string_view line) {
  return line.substr(0, line.find(' ')) == kFirstWord;
}

absl::StatusOr<std::string> SealUnderPassphrase(const SecretBytes& key,
                                                const SecretBytes& passphrase,
                                                absl::string_view aad, const ScryptCost& cost) {
  const std::string salt = RandomText(kSaltSize);
  const std::string nonce = RandomText(kNonceSize);
  const std::string head = HeadOf(cost, salt, nonce);
  const std::string all_aad = absl::StrCat(aad, head);
  SecretBytes aes_key = SecretBytes::OfSize(kAesKeySize);
  bssl::ScopedEVP_AEAD_CTX cipher;
  std::string sealed(key.size() + kTagSize, '\0');
  size_t size = 0;
  if (!Stretch(passphrase, cost, salt, &aes_key) ||
      EVP_AEAD_CTX_init(cipher.get(), EVP_aead_aes_256_gcm(), aes_key.Reveal().data(),
                        aes_key.size(), kTagSize, nullptr) != 1 ||
      EVP_AEAD_CTX_seal(cipher.get(), reinterpret_cast<uint8_t*>(sealed.data()), &size,
                        sealed.size(), Data(nonce), nonce.size(), key.Reveal().data(), key.size(),
                        Data(all_aad), all_aad.size()) != 1) {
    return absl::ResourceExhaustedError("too little memory to encipher a key");
  }
  return absl::StrCat(head, " ", HexEncode(sealed));
}

absl::StatusOr<SecretBytes> OpenUnderPassphrase(absl::string_view text,
                                                const SecretBytes& passphrase,
                                                absl::string_view aad) {
  const std::optional<Line> line = ParseLine(text);
  if (!line) return absl::InvalidArgumentError("holds a damaged enciphered key");
  const std::string all_aad = absl::StrCat(aad, HeadOf(line->cost, line->salt, line->nonce));
  SecretBytes aes_key = SecretBytes::OfSize(kAesKeySize);
  if (!Stretch(passphrase, line->cost, line->salt, &aes_key)) {
    return absl::InvalidArgumentError(
        "has scrypt parameters that do not fit together or need more memory than there is");
  }
  SecretBytes opened = SecretBytes::OfSize(line->sealed.size());
  size_t size = 0;
  bssl::ScopedEVP_AEAD_CTX cipher;
  if (EVP_AEAD_CTX_init(cipher.get(), EVP_aead_aes_256_gcm(), aes_key.Reveal().data(),
                        aes_key.size(), kTagSize, nullptr) != 1 ||
      EVP_AEAD_CTX_open(cipher.get(), opened.RevealForWriting().data(), &size, opened.size(),
                        Data(line->nonce), line->nonce.size(), Data(line->sealed),
                        line->sealed.size(), Data(all_aad), all_aad.size()) != 1) {
    return absl::PermissionDeniedError(
        "is not opened by this passphrase: the passphrase is another one, or the file was changed");
  }
  return SecretBytes(opened.Reveal().first(size));
}

}  // namespace blindlink
