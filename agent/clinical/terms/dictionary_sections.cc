#include "agent/clinical/terms/dictionary_sections.h"

#include <cstring>

#include "absl/strings/str_cat.h"
#include "agent/clinical/terms/dictionary_format.h"
#include "common/crypto/sha256.h"

namespace blindlink::agent {

std::string JoinSections(absl::Span<const std::string> sections) {
  FileHeader header{};
  std::memcpy(header.magic, kDictionaryMagic.data(), sizeof(header.magic));
  header.version = kDictionaryVersion;
  header.sections = static_cast<uint32_t>(sections.size());
  std::vector<SectionPlace> places;
  uint64_t offset = sizeof(header) + sections.size() * sizeof(SectionPlace);
  for (const std::string& section : sections) {
    offset = (offset + 7) / 8 * 8;
    places.push_back({offset, section.size()});
    offset += section.size();
  }
  std::string out(reinterpret_cast<const char*>(&header), sizeof(header));
  out += BytesOfRows(places);
  for (size_t i = 0; i < sections.size(); ++i) {
    out.resize(places[i].offset, '\0');
    out += sections[i];
  }
  absl::StrAppend(&out, AsView(Sha256Of(out)));
  return out;
}

}  // namespace blindlink::agent
