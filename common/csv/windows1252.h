#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink {

// Windows-1252 is what Excel writes as "CSV" in Western countries. ISO 8859-1 has the same letters.
// Thread-safe.

// Whether `text`, which is not UTF-8, reads like a Western language in Windows-1252: accented
// letters stand among plain ones, in their case, and the other signs where they belong. Texts in
// the encodings of DOS, of the old Macintosh and of other languages mostly do not.
bool LooksLikeWindows1252(absl::string_view text);

// The same text in UTF-8; U+FFFD for the five bytes that mean nothing.
std::string Windows1252ToUtf8(absl::string_view text);

// Whether all bytes are ASCII.
bool IsAscii(absl::string_view text);

}  // namespace blindlink
