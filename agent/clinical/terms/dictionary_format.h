#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// The file of a dictionary: a header, sections at offsets that are multiples of 8, and the SHA-256
// of everything before it. Little-endian, read in place. docs/disease-names.md describes it.

inline constexpr absl::string_view kDictionaryMagic = "BLTERMS1";
// Also stands for the rules by which names are made comparable: another version, another
// dictionary.
inline constexpr uint32_t kDictionaryVersion = 2;
inline constexpr uint32_t kNoCode = 0xffffffff;

enum class Section : uint32_t {
  kAbout,      // JSON: inputs, counts
  kStrings,    // texts, referred to by offset
  kCodes,      // CodeRow, by code
  kForms,      // FormRow
  kFormWords,  // uint32_t word numbers, ascending for each form
  kWords,      // WordRow, by hash of the word
  kPostings,   // uint32_t form numbers by word
  kKeyHashes0,
  kKeyHashes1,
  kKeyHashes2,
  kKeyHashes3,
  kKeyHashes4,  // uint64_t, ascending; one list a KeyKind
  kKeyForms0,
  kKeyForms1,
  kKeyForms2,
  kKeyForms3,
  kKeyForms4,      // uint32_t form numbers, parallel
  kDeleteHashes,   // uint32_t, ascending: words with up to two letters left out
  kDeleteWords,    // uint32_t word numbers, parallel
  kAbbreviations,  // AbbreviationRow, by hash
  kCalibration,    // double; see calibration.h
  kCount,
};

// The ways in which a name is looked up, strictest first.
enum class KeyKind : uint8_t {
  kCompact,   // letters and digits alone (Japanese: the spelling)
  kWords,     // words in order (Japanese: without 性 and 症)
  kBag,       // words in any order, without "unspecified" and the like (Japanese: the reading)
  kConcepts,  // the same with one word for what means the same
  kKinds,     // without words that tell kinds of one disease apart; finds the kinds of a name
};
inline constexpr size_t kKeyKinds = 5;

struct TextRef {
  uint32_t offset = 0;
  uint32_t size = 0;
};

struct CodeRow {
  TextRef code, title;
  uint32_t category = 0;  // the row of its category (three characters)
  uint32_t flags = 0;     // kBillable, kOfficial
};
inline constexpr uint32_t kBillable = 1, kOfficial = 2;

struct FormRow {
  TextRef text;
  TextRef standard;
  uint32_t code = kNoCode;
  uint32_t first_word = 0;
  uint16_t words = 0;  // 0: is not ranked
  uint8_t source = 0;
  uint8_t flags = 0;  // kFiner
  float weight = 0;   // the sum of its words' weights
};
// The name says more than the title of its code.
inline constexpr uint8_t kFiner = 1;

struct WordRow {
  uint64_t hash = 0;
  TextRef text;
  uint32_t first_posting = 0;
  uint32_t postings = 0;
  float weight = 0;        // inverse document frequency
  uint32_t in_ranked = 0;  // 0: occurs in keys only
};

struct AbbreviationRow {
  uint64_t hash = 0;
  TextRef meanings;  // folded, separated by '|'
  uint32_t ambiguous = 0;
  uint32_t unused = 0;
};

struct FileHeader {
  char magic[8];
  uint32_t version = 0;
  uint32_t sections = 0;
};
struct SectionPlace {
  uint64_t offset = 0;
  uint64_t size = 0;
};

}  // namespace blindlink::agent
