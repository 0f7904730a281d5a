#include "common/cli/version.h"

#include <elf.h>
#include <link.h>

#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace blindlink {
namespace {

constexpr size_t kShownBytes = 8;

// The first bytes of the build id among the notes of one segment; empty if it is not there.
absl::string_view BuildIdIn(const char* notes, size_t size) {
  const auto padded = [](size_t length) { return (length + 3) / 4 * 4; };
  while (size >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) note;
    memcpy(&note, notes, sizeof(note));
    const size_t before = sizeof(note) + padded(note.n_namesz);
    const size_t whole = before + padded(note.n_descsz);
    if (whole > size) break;
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof(ELF_NOTE_GNU) &&
        memcmp(notes + sizeof(note), ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU)) == 0 &&
        note.n_descsz >= kShownBytes) {
      return {notes + before, kShownBytes};
    }
    notes += whole;
    size -= whole;
  }
  return {};
}

// The loader names the program itself first, before its libraries.
int FindBuildId(dl_phdr_info* program, size_t, void* found) {
  for (int i = 0; i < program->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = program->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const absl::string_view id =
        BuildIdIn(reinterpret_cast<const char*>(program->dlpi_addr + segment.p_vaddr),  // NOLINT
                  segment.p_memsz);
    if (id.empty()) continue;
    *static_cast<std::string*>(found) = absl::BytesToHexString(id);
    break;
  }
  return 1;
}

}  // namespace

absl::string_view Version() { return BLINDLINK_VERSION; }

std::string Build() {
  std::string build;
  dl_iterate_phdr(&FindBuildId, &build);
  return build;
}

std::string ProgramAndVersion(absl::string_view name) {
  const std::string build = Build();
  return absl::StrCat(name, " ", Version(),
                      build.empty() ? "" : absl::StrCat(" (build ", build, ")"));
}

}  // namespace blindlink
