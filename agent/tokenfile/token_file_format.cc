#include "agent/tokenfile/token_file_format.h"

#include <libdeflate.h>

namespace blindlink::agent {

uint32_t SectionChecksum(const SectionHead& head, absl::string_view content) {
  const uint32_t of_head = libdeflate_crc32(0, head.data(), head.size());
  // Null data would start the sum anew.
  return content.empty() ? of_head : libdeflate_crc32(of_head, content.data(), content.size());
}

}  // namespace blindlink::agent
