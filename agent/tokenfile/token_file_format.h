#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "common/base/byte_order.h"

namespace blindlink::agent {

// The layout described in docs/formats/token_file.md.
inline constexpr absl::string_view kTokenFileMagic =
    "\x89"
    "BLTOK\r\n";
inline constexpr uint32_t kTokenFileVersion = 1;
inline constexpr size_t kTokenFileStartSize = 12;  // magic and version

enum class SectionKind : char { kHeader = 'H', kBlock = 'B', kFooter = 'F' };

inline constexpr size_t kMaxHeaderBytes = size_t{64} << 10;
inline constexpr size_t kMaxBlockBytes = size_t{16} << 20;
inline constexpr size_t kMaxFooterBytes = size_t{1} << 20;

inline constexpr size_t kSectionHeadSize = 5;  // kind and length
inline constexpr size_t kSectionTailSize = 4;  // checksum

inline size_t MaxBytesOf(SectionKind kind) {
  switch (kind) {
    case SectionKind::kHeader:
      return kMaxHeaderBytes;
    case SectionKind::kBlock:
      return kMaxBlockBytes;
    default:
      return kMaxFooterBytes;
  }
}

using SectionHead = std::array<uint8_t, kSectionHeadSize>;

inline SectionHead MakeSectionHead(SectionKind kind, size_t size) {
  SectionHead head;
  head[0] = static_cast<uint8_t>(kind);
  StoreBigEndian32(static_cast<uint32_t>(size), head.data() + 1);
  return head;
}

// CRC-32 over a section's head and content.
uint32_t SectionChecksum(const SectionHead& head, absl::string_view content);

}  // namespace blindlink::agent
