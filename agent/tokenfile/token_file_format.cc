#include "agent/tokenfile/token_file_format.h"

#include <zlib.h>

namespace blindlink {

uint32_t SectionChecksum(const SectionHead& head, absl::string_view content) {
  uLong crc = crc32_z(crc32_z(0, nullptr, 0), head.data(), head.size());
  crc = crc32_z(crc, reinterpret_cast<const Bytef*>(content.data()), content.size());
  return static_cast<uint32_t>(crc);
}

}  // namespace blindlink
