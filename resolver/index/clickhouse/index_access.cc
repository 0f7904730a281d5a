#include "resolver/index/clickhouse/index_access.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"
#include "resolver/index/clickhouse/exchange_cipher.h"
#include "resolver/index/overused_token.h"

namespace blindlink::resolver {
namespace {

// More than a shard can have, and few enough that sums do not overflow.
constexpr uint64_t kMostRows = uint64_t{1} << 44;
constexpr size_t kLongestId = 64;

absl::Status Malformed(absl::string_view field) {
  return absl::InvalidArgumentError(
      absl::StrCat("the resolver's access to the token index is malformed: ", field));
}

// Both become parts of SQL.
bool IsId(absl::string_view id) {
  return !id.empty() && id.size() <= kLongestId && std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c));
  });
}

absl::Status CheckLoads(const v1::IndexAccess& access) {
  std::set<uint32_t> datasets;
  std::set<uint64_t> loads;
  for (const v1::IndexAccess::Load& load : access.loads()) {
    if (load.dataset() == 0 || !datasets.insert(load.dataset()).second ||
        !loads.insert(load.load()).second) {
      return Malformed("loads");
    }
    if (load.shard_rows_size() != access.first_tokens_size() ||
        std::any_of(load.shard_rows().begin(), load.shard_rows().end(),
                    [](uint64_t rows) { return rows > kMostRows; })) {
      return Malformed("loads.shard_rows");
    }
    if (load.mask().size() != Aes128::kBlockSize) return Malformed("loads.mask");
  }
  return absl::OkStatus();
}

absl::Status CheckShards(const v1::IndexAccess& access, const ClickHouseOptions& options) {
  const auto& first_tokens = access.first_tokens();
  if (first_tokens.empty() || first_tokens[0] != 0 ||
      std::adjacent_find(first_tokens.begin(), first_tokens.end(),
                         [](uint64_t a, uint64_t b) { return a >= b; }) != first_tokens.end()) {
    return Malformed("first_tokens");
  }
  if (std::equal(first_tokens.begin(), first_tokens.end(), options.shards.begin(),
                 options.shards.end(), [](uint64_t first_token, const ClickHouseShard& shard) {
                   return first_token == shard.first_token;
                 })) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "the resolver's token index has ", first_tokens.size(), " shards and this configuration has ",
      options.shards.size(),
      ", or they begin at other tokens: give the same shards in clickhouse, in the same "
      "order and with the same first_token, as in the resolver's configuration "
      "(docs/cluster.md)"));
}

absl::Span<const uint8_t> Bytes(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

}  // namespace

absl::Status CheckAccess(const v1::IndexAccess& access, const ClickHouseOptions& options) {
  if (!CheckName("project", access.project()).ok()) return Malformed("project");
  if (!IsId(access.id())) return Malformed("id");
  if (access.evidence_bytes() < kEvidenceOfOverused ||
      access.evidence_bytes() > EvidenceCodes::kMaxSize) {
    return Malformed("evidence_bytes");
  }
  if (access.evidence_starts_key().size() != Aes128::kKeySize) {
    return Malformed("evidence_starts_key");
  }
  if (access.evidence_stream_key().size() != Aes128::kKeySize) {
    return Malformed("evidence_stream_key");
  }
  if (access.exchange() == 0) return Malformed("exchange");
  if (access.exchange_key().size() != ExchangeCipher::kKeySize) return Malformed("exchange_key");
  BL_RETURN_IF_ERROR(CheckLoads(access));
  return CheckShards(access, options);
}

PostingCipher CipherOf(const v1::IndexAccess& access) {
  PostingCipher cipher(EvidenceKeys{SecretBytes(Bytes(access.evidence_starts_key())),
                                    SecretBytes(Bytes(access.evidence_stream_key()))});
  for (const v1::IndexAccess::Load& load : access.loads()) {
    EvidenceMask mask{};
    std::copy(load.mask().begin(), load.mask().end(), mask.begin());
    cipher.SetMask(load.dataset(), mask);
  }
  return cipher;
}

std::vector<LoadToRead> LoadsOf(const v1::IndexAccess& access) {
  std::vector<LoadToRead> loads;
  for (const v1::IndexAccess::Load& load : access.loads()) {
    loads.push_back(
        {load.dataset(), load.load(), {load.shard_rows().begin(), load.shard_rows().end()}});
  }
  return loads;
}

}  // namespace blindlink::resolver
