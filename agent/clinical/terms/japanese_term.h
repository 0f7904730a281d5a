#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "agent/clinical/terms/certainty.h"
#include "agent/clinical/terms/term_markers.h"

namespace blindlink::agent {

// Japanese disease names. Texts are folded (FoldTerm): full-width katakana, large kana, half-width
// Latin letters. All functions are pure and thread-safe.

// A name without what stands beside it: 右, 左, 両側; 疑い, の疑い, (疑); 術後; 既往; 家族歴.
struct JapaneseName {
  std::string text;  // as written, without blanks and brackets
  std::string core;  // without markers
  Certainty certainty = Certainty::kDefinite;
  Side side = Side::kNone;
};
JapaneseName ReadJapaneseMarkers(absl::string_view folded);

// One spelling for what is written in several: Roman numerals, kanji that are often written in kana
// (癌, 鬱, 瘍), long vowels, old spellings of foreign words (リュウマチ).
std::string JapaneseSpelling(absl::string_view core);
// The same without 性 and 症, which names often lack: 糖尿病腎症, 高血圧.
std::string JapaneseShortSpelling(absl::string_view core);
// How it is read, in katakana as far as the on'yomi of its kanji are known.
std::string JapaneseReading(absl::string_view core);
// The standard wording of a common synonym or abbreviation (NIDDM, 喘息), in JapaneseSpelling;
// empty: none.
std::string JapaneseSynonym(absl::string_view spelling);

}  // namespace blindlink::agent
