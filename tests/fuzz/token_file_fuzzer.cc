// Any bytes as a token file: it is read up to a valid footer or refused, and every block read
// matches its checksum. Each input is tried as it is and again with corrected section checksums;
// otherwise nothing behind the checksum test would be reached.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "agent/tokenfile/token_file_format.h"
#include "agent/tokenfile/token_file_reader.h"
#include "common/base/byte_order.h"
#include "common/tokens/token_block.h"

namespace blindlink::agent {
namespace {

void Read(std::string bytes) {
  auto reader = TokenFileReader::OverBytes(std::move(bytes));
  if (!reader.ok()) return;
  v1::TokenBlock block;
  uint64_t blocks = 0;
  while (true) {
    const auto more = (*reader)->Next(&block);
    if (!more.ok()) return;
    if (!*more) break;
    if (block.sequence() != blocks++ || ChecksumOf(block) != block.crc32()) abort();
  }
  if ((*reader)->footer().block_count() != blocks) abort();
}

std::string WithMendedChecksums(std::string bytes) {
  size_t at = kTokenFileStartSize;
  while (at + kSectionHeadSize <= bytes.size()) {
    SectionHead head;
    std::memcpy(head.data(), bytes.data() + at, head.size());
    const size_t size = LoadBigEndian32(head.data() + 1);
    at += kSectionHeadSize;
    if (size + kSectionTailSize > bytes.size() - at) break;
    const uint32_t checksum = SectionChecksum(head, absl::string_view(bytes).substr(at, size));
    StoreBigEndian32(checksum, reinterpret_cast<uint8_t*>(bytes.data() + at + size));
    at += size + kSectionTailSize;
  }
  return bytes;
}

}  // namespace
}  // namespace blindlink::agent

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  blindlink::agent::Read(bytes);
  blindlink::agent::Read(blindlink::agent::WithMendedChecksums(bytes));
  return 0;
}
