#include "common/tokens/token_block.h"

#include <libdeflate.h>

#include <cstring>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/byte_order.h"
#include "common/base/bytes16.h"

namespace blindlink {
namespace {

class Crc {
 public:
  void Number32(uint32_t v) {
    uint8_t bytes[4];
    StoreBigEndian32(v, bytes);
    Update(bytes, sizeof(bytes));
  }
  void Number64(uint64_t v) {
    uint8_t bytes[8];
    StoreBigEndian64(v, bytes);
    Update(bytes, sizeof(bytes));
  }
  void Numbers32(const google::protobuf::RepeatedField<uint32_t>& numbers) {
    buffer_.resize(4 * static_cast<size_t>(numbers.size()));
    uint8_t* at = buffer_.data();
    for (const uint32_t number : numbers) {
      StoreBigEndian32(number, at);
      at += 4;
    }
    Update(buffer_.data(), buffer_.size());
  }
  void Bytes(const std::string& s) { Update(reinterpret_cast<const uint8_t*>(s.data()), s.size()); }
  uint32_t value() const { return crc_; }

 private:
  // libdeflate starts anew when the data is null, which that of an empty column may be.
  void Update(const uint8_t* data, size_t size) {
    if (size > 0) crc_ = libdeflate_crc32(crc_, data, size);
  }
  std::vector<uint8_t> buffer_;
  uint32_t crc_ = 0;
};

absl::Status CheckColumn(const v1::TokenColumn& column, size_t record_count, const Plan& plan) {
  const MatchKeyLayout* match_key = plan.FindMatchKey(column.match_key());
  if (match_key == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("the plan has no match key with id ", column.match_key()));
  }
  const size_t n = static_cast<size_t>(column.records_size());
  if (column.tokens().size() != n * Token::kSize || column.forms().size() != n) {
    return absl::InvalidArgumentError(
        absl::StrCat("the columns of match key ", match_key->name, " differ in length"));
  }
  const auto key_index = static_cast<size_t>(match_key - plan.match_keys().data());
  if (column.evidence().size() != n * plan.evidence().WidthOf(key_index)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "match key ", match_key->name, " has evidence codes of another width than the plan's ",
        plan.evidence().WidthOf(key_index), " bytes per token"));
  }
  const size_t form_codes = match_key->FormCodeCount();
  const char* previous = nullptr;
  for (size_t i = 0; i < n; ++i) {
    const char* token = column.tokens().data() + i * Token::kSize;
    if (column.records(static_cast<int>(i)) >= record_count) {
      return absl::InvalidArgumentError(
          absl::StrCat("match key ", match_key->name, " names a record outside its block"));
    }
    if (static_cast<uint8_t>(column.forms()[i]) >= form_codes) {
      return absl::InvalidArgumentError(absl::StrCat(
          "match key ", match_key->name, " has a form code that the plan does not define"));
    }
    if (previous != nullptr && std::memcmp(previous, token, Token::kSize) > 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("the tokens of match key ", match_key->name, " are not in order"));
    }
    previous = token;
  }
  return absl::OkStatus();
}

}  // namespace

size_t RecordCountOf(const v1::TokenBlock& block) {
  return block.record_ids().size() / RecordPseudonym::kSize;
}

uint32_t ChecksumOf(const v1::TokenBlock& block) {
  Crc crc;
  crc.Number64(block.sequence());
  crc.Number64(block.first_record());
  crc.Number64(block.record_ids().size());
  crc.Bytes(block.record_ids());
  for (const v1::TokenColumn& column : block.columns()) {
    crc.Number32(column.match_key());
    crc.Number64(static_cast<uint64_t>(column.records_size()));
    crc.Bytes(column.tokens());
    crc.Numbers32(column.records());
    crc.Bytes(column.forms());
    crc.Bytes(column.evidence());
  }
  return crc.value();
}

absl::Status CheckBlock(const v1::TokenBlock& block, const Plan& plan) {
  if (ChecksumOf(block) != block.crc32()) {
    return absl::DataLossError(absl::StrCat(
        "block ", block.sequence(), " does not match its checksum: it was damaged on the way"));
  }
  if (block.record_ids().size() % RecordPseudonym::kSize != 0) {
    return absl::InvalidArgumentError("the length of record_ids is not a multiple of 16 bytes");
  }
  const size_t record_count = RecordCountOf(block);
  std::set<uint32_t> seen;
  for (const v1::TokenColumn& column : block.columns()) {
    if (!seen.insert(column.match_key()).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("match key id ", column.match_key(), " is a duplicate in its block"));
    }
    if (absl::Status ok = CheckColumn(column, record_count, plan); !ok.ok()) return ok;
  }
  return absl::OkStatus();
}

}  // namespace blindlink
